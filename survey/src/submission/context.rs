//! Where a submission was given: page, language, device, order. Never who, unless the shop says so by a customer id.

use super::sanitize::{strip_control, to_nfc};
use crate::{
    language::Language,
    problem::{Code, Problems},
};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
};

/// Longest page address kept, in bytes; longer ones are cut, not refused: an address is no reason to lose an answer.
const MAX_URL: usize = 2_000;
/// Longest order or customer id, in characters.
const MAX_ID: usize = 128;
/// Most traits.
pub(crate) const MAX_TRAITS: usize = 20;
/// Longest trait name or value, in characters.
pub(crate) const MAX_TRAIT: usize = 100;
/// Dearest order: 2^53 − 1 minor units, what JavaScript and JSON keep exactly.
const MAX_MONEY: i64 = (1 << 53) - 1;

/// Context as it was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimedContext {
    /// See [`Context::url`].
    pub url: Option<String>,
    /// See [`Context::language`].
    pub language: Option<String>,
    /// See [`Context::device`].
    pub device: Option<String>,
    /// See [`Context::source`].
    pub trigger: Option<String>,
    /// See [`Context::order`].
    pub order: Option<ClaimedOrder>,
    /// See [`Context::customer`].
    pub customer: Option<String>,
    /// See [`Context::traits`].
    pub traits: BTreeMap<String, String>,
}

/// An order as it was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimedOrder {
    /// See [`Order::id`].
    pub id: Option<String>,
    /// See [`Order::value`].
    pub value: Option<i64>,
    /// See [`Order::currency`].
    pub currency: Option<String>,
}

/// Where a submission was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Address of the page without its fragment.
    pub url: Option<String>,
    /// Language in which the survey was shown.
    pub language: Option<Language>,
    /// Class of device.
    pub device: Option<Device>,
    /// What made the survey appear.
    pub source: Option<Source>,
    /// The order that the shop named.
    pub order: Option<Order>,
    /// The shop's own id for its customer.
    pub customer: Option<String>,
    /// What the shop tells about the customer, to segment by.
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

/// Class of device, as coarse as results need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// Anything with a mouse and a wide window.
    Desktop,
}

impl Device {
    /// All of them.
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
    /// The names on the wire: the triggers, the survey's own button, a call of the page, and the ways to the page that
    /// a survey has to itself.
    pub const NAMES: [&str; 14] = [
        "load", "exit", "scroll", "click", "visible", "event", "time", "pages", "button", "open", "link", "email",
        "sms", "qr",
    ];

    /// The source with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|known| *known == name).map(Self)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

pub(crate) fn check(given: ClaimedContext, problems: &mut Problems) -> Context {
    let language = given.language.and_then(|tag| {
        Language::parse(&tag)
            .map_err(|error| problems.add(Code::InvalidFormat, "context.language", error.to_string()))
            .ok()
    });
    let device = given.device.and_then(|name| {
        let device = Device::parse(&name);
        if device.is_none() {
            problems.add(Code::UnknownValue, "context.device", "must be mobile, tablet or desktop");
        }
        device
    });
    let source = given.trigger.and_then(|name| {
        let source = Source::parse(&name);
        if source.is_none() {
            let message = format!("must be one of {}", Source::NAMES.join(", "));
            problems.add(Code::UnknownValue, "context.trigger", message);
        }
        source
    });
    Context {
        url: given.url.and_then(|url| address(&url, problems)),
        language,
        device,
        source,
        order: given.order.and_then(|order| self::order(order, problems)),
        customer: given.customer.and_then(|customer| id(&customer, "context.customer", problems)),
        traits: traits(given.traits, problems),
    }
}

fn address(url: &str, problems: &mut Problems) -> Option<String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        problems.add(Code::InvalidFormat, "context.url", "must be an http or https address");
        return None;
    }
    // The fragment never leaves the browser by itself, and some shops keep secrets in it.
    let url = url.split('#').next().unwrap_or(url);
    let mut url = to_nfc(url.chars().filter(|letter| !letter.is_control()));
    url.truncate(url.floor_char_boundary(MAX_URL));
    Some(url)
}

fn id(given: &str, at: &str, problems: &mut Problems) -> Option<String> {
    let id = strip_control(given);
    if id.is_empty() || id.chars().count() > MAX_ID {
        problems.add(Code::InvalidFormat, at, format!("must have 1 to {MAX_ID} characters"));
        return None;
    }
    Some(id)
}

fn order(given: ClaimedOrder, problems: &mut Problems) -> Option<Order> {
    let id = given.id.and_then(|given| id(&given, "context.order.id", problems));
    let value = match given.value {
        None => {
            problems.add(Code::Missing, "context.order.value", "is required: minor units as a whole number");
            None
        }
        Some(value) if !(0..=MAX_MONEY).contains(&value) => {
            let message = format!("must be 0 to {MAX_MONEY} minor units");
            problems.add(Code::OutOfRange, "context.order.value", message);
            None
        }
        Some(value) => Some(value),
    };
    let currency = match given.currency.as_deref() {
        None => {
            problems.add(Code::Missing, "context.order.currency", "is required: an ISO 4217 code like PLN");
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

fn traits(given: BTreeMap<String, String>, problems: &mut Problems) -> BTreeMap<String, String> {
    if given.len() > MAX_TRAITS {
        problems.add(Code::TooMany, "context.traits", format!("must have at most {MAX_TRAITS} members"));
    }
    let mut kept = BTreeMap::new();
    for (name, value) in given.into_iter().take(MAX_TRAITS) {
        let (clean_name, clean_value) = (strip_control(&name), strip_control(&value));
        if clean_name.is_empty() || clean_name.chars().count() > MAX_TRAIT || clean_value.chars().count() > MAX_TRAIT {
            let message = format!("must have a name and a value of at most {MAX_TRAIT} characters");
            problems.add(Code::TooLong, format!("context.traits.{}", strip_control(&name)), message);
        } else {
            kept.insert(clean_name, clean_value);
        }
    }
    kept
}
