//! What decides on a page whether to ask.

use super::definition::WireWanted;
use crate::{
    audience::{Again, Visitors},
    display::{Mode, Spot, Trigger},
    language::Language,
    settings::{Consent, ShopSettings},
    submission::Device,
    survey::Survey,
    words::Words,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::Serialize;

/// What shops call the pages on which nobody must be disturbed. `zam*wienie` is "zamówienie" with its accent and
/// without.
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

/// What the loader needs in order to decide. Its names are short, what is usual is left out, and it holds no texts but
/// a button's, because every page view of the shop carries it.
#[derive(Debug, Serialize)]
pub struct PageConfig<'a> {
    /// Public key.
    k: &'a str,
    /// Consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<&'static str>,
    /// Cooldown in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<u16>,
    /// Live surveys, in the order in which they are tried.
    s: Vec<SurveySummary<'a>>,
    #[serde(skip)]
    consent: Consent,
}

/// One live survey in a [`PageConfig`].
#[derive(Debug, Serialize)]
pub struct SurveySummary<'a> {
    /// Id.
    id: &'a str,
    /// Version.
    v: u32,
    /// Languages, the fallback first.
    l: Vec<&'a str>,
    /// Mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    m: Option<&'static str>,
    /// Selector of the place of an inline survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<&'a str>,
    /// Height to keep free for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<u16>,
    /// Page patterns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p: Vec<&'a str>,
    /// Triggers.
    #[serde(skip_serializing_if = "Option::is_none")]
    t: Option<Vec<Vec<Argument<'a>>>>,
    /// Delay in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<u32>,
    /// Devices, a letter each.
    #[serde(skip_serializing_if = "String::is_empty")]
    w: String,
    /// Page languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    g: Vec<&'a str>,
    /// New or returning visitors.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u8>,
    /// Sample in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<u8>,
    /// Begin in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<i64>,
    /// End in milliseconds, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<i64>,
    /// Most views.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<u16>,
    /// When to ask again.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<[u16; 4]>,
    /// What stands on the button, by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    z: BTreeMap<&'a str, String>,
    /// Where the button stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<(&'static str, u8, u8, u16)>,
    #[serde(skip)]
    parts: BTreeSet<&'static str>,
}

/// A word of a trigger: its name, or what it needs to know.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Argument<'a> {
    Text(&'a str),
    Number(u16),
    Props(BTreeMap<&'a str, WireWanted<'a>>),
}

impl<'a> PageConfig<'a> {
    /// The config of a shop's page.
    #[must_use]
    pub fn new(key: &'a str, settings: &ShopSettings, surveys: Vec<SurveySummary<'a>>) -> Self {
        let consent = match settings.consent {
            Consent::Auto => None,
            Consent::Wait => Some("w"),
            Consent::None => Some("n"),
        };
        let usual = ShopSettings::default().cooldown_days;
        let cooldown = Some(settings.cooldown_days).filter(|days| *days != usual);
        Self { k: key, c: consent, o: cooldown, s: surveys, consent: settings.consent }
    }

    /// The parts of the loader that this shop needs, by name, each once and in order.
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
    /// The entry of a published survey. `shop` is the shop's name, for its button.
    #[must_use]
    pub fn new(id: &'a str, version: u32, survey: &'a Survey, shop: &str) -> Self {
        let (display, audience) = (survey.display(), survey.audience());
        let mut languages: Vec<&Language> = survey.languages().into_iter().collect();
        // `false` comes before `true`.
        languages.sort_by_key(|language| *language != survey.language());
        let button = matches!(display.mode, Mode::Button { .. });
        let spot = Some(display.spot).filter(|spot| button && *spot != Spot::default());
        // A delay needs no part, and loading is what the loader is there for.
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
                .map(|triggers| triggers.iter().map(arguments).collect()),
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
            a: Some(audience.again).filter(|again| *again != Again::usual(false)).map(|again| {
                [again.after_answer, again.after_dismissal, again.after_second_dismissal, again.after_view]
            }),
            z: labels(survey, &languages, shop),
            y: spot.map(|spot| (spot.corner.as_str(), spot.x, spot.y, spot.z_index)),
            parts: triggers.chain(button.then_some("button")).collect(),
        }
    }
}

/// The owner's patterns. Where they name no page, those of the checkout are left out.
fn pages(survey: &Survey) -> Vec<&str> {
    let mut pages: Vec<&str> = survey.display().pages.iter().map(String::as_str).collect();
    if !survey.audience().during_checkout && pages.iter().all(|page| page.starts_with('!')) {
        pages.extend(CHECKOUT);
    }
    pages
}

fn labels<'a>(survey: &'a Survey, languages: &[&'a Language], shop: &str) -> BTreeMap<&'a str, String> {
    let Mode::Button { label } = &survey.display().mode else { return BTreeMap::new() };
    let said = |language: &'a Language| {
        let words = Words::of(language);
        let text = label.in_language(language).unwrap_or_else(|| {
            if Words::known(language).is_some() || label.is_empty() {
                words.feedback
            } else {
                label.pick(language, survey.language())
            }
        });
        (language.as_str(), text.replace("{shop}", shop))
    };
    languages.iter().copied().map(said).collect()
}

fn arguments(trigger: &Trigger) -> Vec<Argument<'_>> {
    let mut words = alloc::vec![Argument::Text(trigger.as_str())];
    match trigger {
        Trigger::Load | Trigger::Exit => {}
        Trigger::Scroll { percent } => words.push(Argument::Number((*percent).into())),
        Trigger::Click { selector } | Trigger::Visible { selector } => words.push(Argument::Text(selector)),
        Trigger::Event { name, props } => {
            words.push(Argument::Text(name));
            if !props.is_empty() {
                let props = props.iter().map(|(name, value)| (name.as_str(), value.into()));
                words.push(Argument::Props(props.collect()));
            }
        }
        Trigger::Time { seconds } => words.push(Argument::Number(*seconds)),
        Trigger::Pages { count } => words.push(Argument::Number((*count).into())),
    }
    words
}
