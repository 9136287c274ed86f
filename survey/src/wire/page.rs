//! The configuration of the page loader, which decides whether to show a survey.

use super::definition::WireValue;
use crate::{
    audience::{Again, Visitors},
    display::{Mode, Placement, Trigger},
    language::Language,
    settings::{Consent, ShopSettings},
    submission::{Device, PageParameters},
    survey::Survey,
    words::Words,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::Serialize;

/// Paths of checkouts in the languages of shops. `zam*wienie` matches "zamówienie" with and without its accent.
const CHECKOUT: [&str; 10] = [
    "!*/checkout*",
    "!*/kasa*",
    "!*/zam*wienie*",
    "!*/finaliz*",
    "!*/kasse*",
    "!*/commande*",
    "!*/cassa*",
    "!*/pokladna*",
    "!*/penztar*",
    "!*/payment*",
];

/// The configuration of the page loader. Every page view of a shop loads it, so its names are short, default values are
/// left out, and it contains no texts except button labels.
#[derive(Debug, Serialize)]
pub struct PageConfig<'a> {
    /// Public key.
    k: &'a str,
    /// Consent mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<&'static str>,
    /// Cooldown in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<u16>,
    /// Parameters that are kept in the page's address, besides those of campaigns.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    u: &'a [String],
    /// Live surveys, in the order in which they are evaluated.
    s: Vec<SurveySummary<'a>>,
    #[serde(skip)]
    consent: Consent,
}

/// A live survey in a [`PageConfig`].
#[derive(Debug, Serialize)]
pub struct SurveySummary<'a> {
    /// Id.
    id: &'a str,
    /// Version.
    v: u32,
    /// Languages; the default language comes first.
    l: Vec<&'a str>,
    /// Mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    m: Option<&'static str>,
    /// CSS selector of an inline survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<&'a str>,
    /// Reserved height of an inline survey, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<u16>,
    /// Page patterns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p: Vec<&'a str>,
    /// Triggers.
    #[serde(skip_serializing_if = "Option::is_none")]
    t: Option<Vec<Vec<TriggerPart<'a>>>>,
    /// Delay, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<u32>,
    /// Devices, one letter each.
    #[serde(skip_serializing_if = "String::is_empty")]
    w: String,
    /// Page languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    g: Vec<&'a str>,
    /// Visitors: 1 = new, 2 = returning.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u8>,
    /// Sample, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<u8>,
    /// Start, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<i64>,
    /// End (exclusive), in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<i64>,
    /// Maximum views.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<u16>,
    /// Days until the same shopper may be asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<[u16; 4]>,
    /// Label of the button, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    z: BTreeMap<&'a str, String>,
    /// Position of the button.
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<(&'static str, u8, u8, u16)>,
    #[serde(skip)]
    parts: BTreeSet<&'static str>,
}

/// A part of a trigger: its name or an argument.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum TriggerPart<'a> {
    Text(&'a str),
    Number(u16),
    Props(BTreeMap<&'a str, WireValue<'a>>),
}

impl<'a> PageConfig<'a> {
    /// Creates the configuration of a shop.
    #[must_use]
    pub fn new(
        key: &'a str,
        settings: &ShopSettings,
        parameters: &'a PageParameters,
        surveys: Vec<SurveySummary<'a>>,
    ) -> Self {
        let consent = match settings.consent {
            Consent::Auto => None,
            Consent::Wait => Some("w"),
            Consent::None => Some("n"),
        };
        let default = ShopSettings::default().cooldown_days;
        let cooldown = Some(settings.cooldown_days).filter(|days| *days != default);
        Self { k: key, c: consent, o: cooldown, u: parameters.names(), s: surveys, consent: settings.consent }
    }

    /// The names of the loader's modules that this shop needs, sorted and without duplicates.
    #[must_use]
    pub fn parts(&self) -> Vec<&'static str> {
        let mut parts: BTreeSet<&'static str> = self.s.iter().flat_map(|survey| &survey.parts).copied().collect();
        if self.consent != Consent::None {
            parts.insert("memory");
        }
        if self.consent == Consent::Auto {
            parts.insert("auto");
        }
        parts.into_iter().collect()
    }
}

impl<'a> SurveySummary<'a> {
    /// Creates the entry of a published survey. `shop` is the shop's name, for the button.
    #[must_use]
    pub fn new(id: &'a str, version: u32, survey: &'a Survey, shop: &str) -> Self {
        let (display, audience) = (survey.display(), survey.audience());
        let mut languages: Vec<&Language> = survey.languages().into_iter().collect();
        // `false` sorts before `true`.
        languages.sort_by_key(|language| *language != survey.language());
        let button = matches!(display.mode, Mode::Button { .. });
        let placement = Some(display.placement).filter(|placement| button && *placement != Placement::default());
        // Delays and the load trigger are built into the loader.
        let triggers = display.triggers.iter().map(Trigger::as_str).filter(|name| *name != "load");
        Self {
            id,
            v: version,
            l: languages.iter().map(|language| language.as_str()).collect(),
            m: Some(display.mode.as_str()).filter(|_| display.mode != Mode::SlideIn),
            q: display.mode.selector(),
            h: Some(display.mode.height()).filter(|height| *height > 0),
            p: pages(survey),
            t: Some(&display.triggers)
                .filter(|triggers| ***triggers != [Trigger::Load])
                .map(|triggers| triggers.iter().map(trigger_parts).collect()),
            d: Some(display.delay_ms).filter(|delay| *delay > 0),
            w: audience.devices.iter().filter_map(|device| Device::as_str(*device).chars().next()).collect(),
            g: audience.languages.iter().map(Language::as_str).collect(),
            n: match audience.visitors {
                Visitors::All => None,
                Visitors::New => Some(1),
                Visitors::Returning => Some(2),
            },
            r: Some(audience.sample_percent).filter(|percent| *percent < 100),
            b: audience.from.map(crate::day::Day::begins_ms),
            e: audience.until.map(crate::day::Day::ends_ms),
            x: audience.max_views,
            a: Some(audience.again).filter(|again| *again != Again::default_for(false)).map(|again| {
                [again.after_answer, again.after_dismissal, again.after_second_dismissal, again.after_view]
            }),
            z: labels(survey, &languages, shop),
            y: placement.map(|placement| (placement.corner.as_str(), placement.x, placement.y, placement.z_index)),
            parts: triggers.chain(button.then_some("button")).collect(),
        }
    }
}

/// The owner's page patterns. Unless they include specific pages, checkout pages are excluded.
fn pages(survey: &Survey) -> Vec<&str> {
    let mut pages: Vec<&str> = survey.display().pages.iter().map(String::as_str).collect();
    if !survey.audience().during_checkout && pages.iter().all(|page| page.starts_with('!')) {
        pages.extend(CHECKOUT);
    }
    pages
}

fn labels<'a>(survey: &'a Survey, languages: &[&'a Language], shop: &str) -> BTreeMap<&'a str, String> {
    let Mode::Button { label: texts } = &survey.display().mode else { return BTreeMap::new() };
    let label = |language: &'a Language| {
        let words = Words::of(language);
        let text = texts.in_language(language).unwrap_or_else(|| {
            if Words::known(language).is_some() || texts.is_empty() {
                words.feedback
            } else {
                texts.pick(language, survey.language())
            }
        });
        (language.as_str(), text.replace("{shop}", shop))
    };
    languages.iter().copied().map(label).collect()
}

fn trigger_parts(trigger: &Trigger) -> Vec<TriggerPart<'_>> {
    let mut parts = alloc::vec![TriggerPart::Text(trigger.as_str())];
    match trigger {
        Trigger::Load | Trigger::Exit => {}
        Trigger::Scroll { percent } => parts.push(TriggerPart::Number((*percent).into())),
        Trigger::Click { selector } | Trigger::Visible { selector } => parts.push(TriggerPart::Text(selector)),
        Trigger::Event { name, props } => {
            parts.push(TriggerPart::Text(name));
            if !props.is_empty() {
                let props = props.iter().map(|(name, value)| (name.as_str(), value.into()));
                parts.push(TriggerPart::Props(props.collect()));
            }
        }
        Trigger::Time { seconds } => parts.push(TriggerPart::Number(*seconds)),
        Trigger::Pages { count } => parts.push(TriggerPart::Number((*count).into())),
    }
    parts
}
