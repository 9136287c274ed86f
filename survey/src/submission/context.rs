//! The context of a submission: page, language, device and order. Identifies a person only by the shop's own customer
//! id.

use super::{
    identifier::{MAX_ID, canonical_id},
    page_url::{self, PageParameters},
    sanitize::{is_invisible, printable, to_nfc},
};
use crate::{
    display::Trigger,
    language::Language,
    problem::{Code, Problems},
};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Maximum number of traits.
pub const MAX_TRAITS: usize = 20;
/// Maximum length of a trait's name or value, in characters.
pub const MAX_TRAIT: usize = 100;
/// Maximum number of signatures: one for each call of a page that passes members.
pub const MAX_SIGNATURES: usize = 3;
/// Highest order value: 2^53 − 1 minor units, the largest integer that is exact in JavaScript and JSON.
const MAX_MONEY: i64 = (1 << 53) - 1;

/// The context as the page sent it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawContext {
    /// See [`Context::url`].
    pub url: Option<String>,
    /// See [`Context::language`].
    pub language: Option<String>,
    /// See [`Context::device`].
    pub device: Option<String>,
    /// See [`Context::source`].
    pub trigger: Option<String>,
    /// See [`Context::order`].
    pub order: Option<RawOrder>,
    /// See [`Context::customer`].
    pub customer: Option<String>,
    /// See [`Context::traits`].
    pub traits: BTreeMap<String, String>,
    /// Signatures of the shop over some of the members above, in lower-case hex, at most [`MAX_SIGNATURES`]; not stored.
    pub signatures: Vec<String>,
}

/// An order as the page sent it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawOrder {
    /// See [`Order::id`].
    pub id: Option<String>,
    /// See [`Order::value`].
    pub value: Option<i64>,
    /// See [`Order::currency`].
    pub currency: Option<String>,
}

/// The context of a submission.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// URL of the page, as far as it may be stored; see [`page_url::clean`].
    pub url: Option<String>,
    /// Language in which the survey was shown.
    pub language: Option<Language>,
    /// Device class.
    pub device: Option<Device>,
    /// What made the survey appear.
    pub source: Option<Source>,
    /// The order that the shop passed.
    pub order: Option<Order>,
    /// The shop's own id for its customer.
    pub customer: Option<String>,
    /// Properties of the customer that the shop passed, for segments.
    pub traits: BTreeMap<String, String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shop's order number.
    pub id: Option<String>,
    /// Value in minor units (cents, grosze, bani).
    pub value: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// Device class, only as fine as results need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A device with a mouse and a wide window.
    Desktop,
}

impl Device {
    /// All devices.
    pub const ALL: [Self; 3] = [Self::Mobile, Self::Tablet, Self::Desktop];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Desktop => "desktop",
        }
    }

    /// The device with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.as_str() == name)
    }
}

/// What made a survey appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(&'static str);

impl Source {
    /// The names on the wire that are no triggers: the survey's button, an API call of the page, and the links to the
    /// hosted page.
    const OTHERS: [&str; 6] = ["button", "open", "link", "email", "sms", "qr"];

    /// The names on the wire, those of the triggers first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Trigger::NAMES.into_iter().chain(Self::OTHERS)
    }

    /// The source with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::names().find(|known| *known == name).map(Self)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

pub(crate) fn check(raw: RawContext, parameters: &PageParameters, problems: &mut Problems) -> Context {
    let language = raw.language.and_then(|tag| {
        Language::parse(&tag)
            .map_err(|error| problems.add(Code::InvalidFormat, "context.language", error.to_string()))
            .ok()
    });
    let device = raw.device.and_then(|name| {
        let device = Device::parse(&name);
        if device.is_none() {
            problems.add(Code::UnknownValue, "context.device", "must be mobile, tablet or desktop");
        }
        device
    });
    let source = raw.trigger.and_then(|name| {
        let source = Source::parse(&name);
        if source.is_none() {
            let message = format!("must be one of: {}", Source::names().collect::<Vec<_>>().join(", "));
            problems.add(Code::UnknownValue, "context.trigger", message);
        }
        source
    });
    Context {
        url: raw.url.and_then(|text| url(&text, parameters, problems)),
        language,
        device,
        source,
        order: raw.order.and_then(|order| self::order(order, problems)),
        customer: raw.customer.and_then(|customer| id(&customer, "context.customer", problems)),
        traits: traits(raw.traits, problems),
    }
}

/// A malformed URL is dropped: it is no reason to lose a response.
fn url(url: &str, parameters: &PageParameters, problems: &mut Problems) -> Option<String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        problems.add(Code::InvalidFormat, "context.url", "must be an http or https URL");
        return None;
    }
    let url = to_nfc(url.chars().filter(|character| !character.is_control() && !is_invisible(*character)));
    page_url::clean(&url, parameters)
}

fn id(text: &str, at: &str, problems: &mut Problems) -> Option<String> {
    let id = canonical_id(text);
    if id.is_empty() || id.chars().count() > MAX_ID {
        problems.add(Code::InvalidFormat, at, format!("must be 1 to {MAX_ID} characters long"));
        return None;
    }
    Some(id)
}

fn order(raw: RawOrder, problems: &mut Problems) -> Option<Order> {
    let id = raw.id.and_then(|text| id(&text, "context.order.id", problems));
    let value = match raw.value {
        None => {
            problems.add(Code::Missing, "context.order.value", "is required, as an integer in minor units");
            None
        }
        Some(value) if !(0..=MAX_MONEY).contains(&value) => {
            let message = format!("must be between 0 and {MAX_MONEY} minor units");
            problems.add(Code::OutOfRange, "context.order.value", message);
            None
        }
        Some(value) => Some(value),
    };
    let currency = match raw.currency.as_deref() {
        None => {
            problems.add(Code::Missing, "context.order.currency", "is required, as an ISO 4217 code like PLN");
            None
        }
        Some(code) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => Some(code.to_owned()),
        Some(_) => {
            problems.add(Code::InvalidFormat, "context.order.currency", "must be an ISO 4217 code like PLN");
            None
        }
    };
    Some(Order { id, value: value?, currency: currency? })
}

fn traits(raw: BTreeMap<String, String>, problems: &mut Problems) -> BTreeMap<String, String> {
    if raw.len() > MAX_TRAITS {
        problems.add(Code::TooMany, "context.traits", format!("must not have more than {MAX_TRAITS} members"));
    }
    let mut traits = BTreeMap::new();
    for (name, value) in raw.into_iter().take(MAX_TRAITS) {
        let (clean_name, clean_value) = (printable(&name), printable(&value));
        if clean_name.is_empty() || clean_name.chars().count() > MAX_TRAIT || clean_value.chars().count() > MAX_TRAIT {
            let message = format!("must have a name of 1 to {MAX_TRAIT} characters and a value of at most {MAX_TRAIT}");
            problems.add(Code::TooLong, format!("context.traits.{}", printable(&name)), message);
        } else {
            traits.insert(clean_name, clean_value);
        }
    }
    traits
}
