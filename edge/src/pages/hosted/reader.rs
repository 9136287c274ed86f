//! The languages and the query parameters of a hosted page. Invalid values are ignored, because a shopper cannot fix a link.

use crate::identity::{self, IdentitySecret};
use http::{HeaderMap, header};
use std::collections::{BTreeMap, BTreeSet};
use survey::{
    Language,
    submission::{
        self, Context, MAX_ID, MAX_SIGNATURES, MAX_TRAIT, MAX_TRAITS, RawContext, RawOrder, Source, Verified,
    },
};

/// The largest amount in minor units, 2^53 − 1; the same as in a submission.
const MAX_MONEY: u64 = (1 << 53) - 1;

/// The order in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) id: Option<String>,
    /// In minor units.
    pub(super) value: u64,
    pub(super) currency: String,
}

/// The query parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params {
    pub(super) trigger: Option<&'static str>,
    pub(super) order: Option<Order>,
    pub(super) customer: Option<String>,
    /// Names and values. The page uses them only if they are signed: a link is easily made up.
    pub(super) traits: BTreeMap<String, String>,
    /// In lower-case hex.
    pub(super) signatures: Vec<String>,
}

impl Params {
    /// The same parameters without the traits, unless the shop has signed them. `now` in milliseconds since 1970.
    pub(super) fn with_signed_traits(self, secrets: &[IdentitySecret], now: i64) -> Self {
        let order = self.order.clone().map(|order| {
            let value = i64::try_from(order.value).unwrap_or(i64::MAX);
            (order.id, value, order.currency)
        });
        let raw = RawContext {
            customer: self.customer.clone(),
            order: order.clone().map(|(id, value, currency)| RawOrder {
                id,
                value: Some(value),
                currency: Some(currency),
            }),
            traits: self.traits.clone(),
            signatures: self.signatures.clone(),
            ..RawContext::default()
        };
        let context = Context {
            customer: self.customer.clone(),
            order: order.map(|(id, value, currency)| submission::Order { id, value, currency }),
            traits: self.traits.clone(),
            ..Context::default()
        };
        let verified = identity::verified_of(&raw, &context, secrets, false, now);
        if verified.has(Verified::TRAITS) { self } else { Self { traits: BTreeMap::new(), ..self } }
    }
}

/// The languages of a reader in order of preference: that of the query, then those of the browser.
pub(in crate::pages) fn wanted(query: Option<&str>, headers: &HeaderMap) -> Vec<Language> {
    let asked = value(query, "lang").and_then(|tag| Language::parse(&tag.replace('_', "-")).ok());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut ranked: Vec<(u16, Language)> = accepted.split(',').take(20).filter_map(ranked).collect();
    // A stable sort keeps the order of languages with equal weights.
    ranked.sort_by(|(one, _), (other, _)| other.cmp(one));
    asked.into_iter().chain(ranked.into_iter().map(|(_, language)| language)).collect()
}

/// A language of `Accept-Language` with its weight in thousandths (RFC 9110, section 12.4.2).
fn ranked(item: &str) -> Option<(u16, Language)> {
    let mut parts = item.split(';').map(str::trim);
    let language = Language::parse(parts.next()?).ok()?;
    let weight = match parts.next().and_then(|part| part.strip_prefix("q=")) {
        None => 1000,
        Some(weight) => {
            let (whole, digits) = weight.split_once('.').unwrap_or((weight, ""));
            let thousandths = format!("{digits:0<3}").get(..3)?.parse::<u16>().ok()?;
            (whole.parse::<u16>().ok()?.min(1) * 1000 + thousandths).min(1000)
        }
    };
    (weight > 0).then_some((weight, language))
}

/// The best available language: for each wanted one an exact match, its primary language, or another variant of it.
pub(in crate::pages) fn pick<'a>(wanted: &[Language], has: &BTreeSet<&'a Language>) -> Option<&'a Language> {
    let find = |wanted: &Language| {
        let first = |fits: &dyn Fn(&Language) -> bool| has.iter().copied().find(|language| fits(language));
        first(&|language| language == wanted)
            .or_else(|| first(&|language| language.as_str() == wanted.primary()))
            .or_else(|| first(&|language| language.primary() == wanted.primary()))
    };
    wanted.iter().find_map(find)
}

/// Reads the query.
pub(super) fn params(query: Option<&str>) -> Params {
    let id = |name| value(query, name).filter(|id| id.chars().count() <= MAX_ID && !id.chars().any(char::is_control));
    let money = value(query, "order_value").and_then(|text| text.parse().ok()).filter(|value| *value <= MAX_MONEY);
    let currency = value(query, "order_currency").map(|code| code.to_ascii_uppercase());
    let currency = currency.filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
    Params {
        trigger: value(query, "trigger").and_then(|name| Source::parse(&name)).map(Source::as_str),
        order: money.zip(currency).map(|(value, currency)| Order { id: id("order_id"), value, currency }),
        customer: id("customer"),
        traits: traits(query),
        signatures: signatures(query),
    }
}

/// The parameters `trait.NAME`.
fn traits(query: Option<&str>) -> BTreeMap<String, String> {
    let is_short = |text: &str| (1..=MAX_TRAIT).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let mut traits = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
        let value = value.trim();
        if let Some(name) = name.strip_prefix("trait.").map(str::trim)
            && is_short(name)
            && is_short(value)
            && traits.len() < MAX_TRAITS
        {
            traits.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    traits
}

/// The parameters `sig`: one signature each, or several with blanks between them.
fn signatures(query: Option<&str>) -> Vec<String> {
    let given = form_urlencoded::parse(query.unwrap_or("").as_bytes()).filter(|(name, _)| name == "sig");
    let texts: Vec<String> =
        given.flat_map(|(_, text)| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let is_hex = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    texts.into_iter().filter(is_hex).take(MAX_SIGNATURES).map(|text| text.to_ascii_lowercase()).collect()
}

/// The first value of a parameter, trimmed; an empty value counts as absent.
fn value(query: Option<&str>, name: &str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(query?.as_bytes()).find(|(known, _)| known == name)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn languages() {
        let has: Vec<Language> = ["en", "pl", "pt-BR"].map(|tag| Language::parse(tag).unwrap()).into();
        for (query, accepted, expected) in [
            ("", "", None),
            ("lang=pl", "en", Some("pl")),
            ("lang=PL_pl", "en", Some("pl")),
            ("lang=xx", "pl", Some("pl")),
            ("lang=%3Cscript%3E", "pl", Some("pl")),
            ("", "pl-PL,pl;q=0.9,en;q=0.8", Some("pl")),
            ("", "ro, en;q=0.5, pl;q=0.7", Some("pl")),
            ("", "en;q=0, pl;q=0.1", Some("pl")),
            ("", "pt", Some("pt-BR")),
            ("", "ro", None),
            ("", "*", None),
            ("", "en;q=x,pl", Some("pl")),
            ("", "en;q=1.5,pl", Some("en")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            let wanted = wanted(Some(query), &headers);
            assert_eq!(pick(&wanted, &has.iter().collect()).map(Language::as_str), expected, "{query} {accepted}");
        }
    }

    #[test]
    fn query_parameters() {
        let order = |id: Option<&str>, value, currency: &str| {
            Some(Order { id: id.map(str::to_owned), value, currency: currency.to_owned() })
        };
        for (query, trigger, expected, customer) in [
            ("", None, None, None),
            ("utm_source=x&trigger=email", Some("email"), None, None),
            ("trigger=nonsense&customer=%20c-7%20", None, None, Some("c-7")),
            ("order_id=1001&order_value=12990&order_currency=pln", None, order(Some("1001"), 12_990, "PLN"), None),
            ("order_value=0&order_currency=PLN", None, order(None, 0, "PLN"), None),
            ("order_id=1001&order_value=12990", None, None, None),
            ("order_value=-1&order_currency=PLN", None, None, None),
            ("order_value=12.5&order_currency=PLN", None, None, None),
            ("order_value=9007199254740992&order_currency=PLN", None, None, None),
            ("order_value=1&order_currency=%22%3E", None, None, None),
            ("customer=a%0Ab", None, None, None),
        ] {
            let params = params(Some(query));
            assert_eq!(params.trigger, trigger, "{query}");
            assert_eq!(params.order, expected, "{query}");
            assert_eq!(params.customer.as_deref(), customer, "{query}");
        }
        assert_eq!(params(Some(&format!("customer={}", "x".repeat(129)))).customer, None);
        assert_eq!(params(None), Params::default());
        let (one, two) = ("a1".repeat(32), "B2".repeat(32));
        let link =
            format!("trait.plan=gold&trait.plan=x&trait.%20=y&trait.long={}&sig={one}+{two}&sig=no", "x".repeat(101));
        let params = params(Some(&link));
        assert_eq!(params.traits.into_iter().collect::<Vec<_>>(), [("plan".to_owned(), "gold".to_owned())]);
        assert_eq!(params.signatures, [one, two.to_lowercase()]);
    }
}
