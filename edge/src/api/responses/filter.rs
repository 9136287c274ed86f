//! The query parameters that filter responses, for lists, exports and metrics.

mod scores;
#[cfg(test)]
mod tests;

pub(in crate::api) use scores::{ScoreTarget, metric};

use crate::{
    http::query::Query,
    store::{AnswerFilter, FlagFilter, OrderFilter, PathFilter, ResponseFilter, TimeRange},
    time::zone::Zone,
};
use insight::{search_text, tag};
use survey::{
    Code, Language, Slug,
    plausibility::Flags,
    submission::{Device, MAX_ID, canonical_id},
};

/// The parameters that lists and metrics accept, in any combination.
const SHARED: [&str; 23] = [
    "survey",
    "metric",
    "class",
    "score_min",
    "score_max",
    "question",
    "choice",
    "touchpoint",
    "language",
    "device",
    "complete",
    "has_text",
    "tag",
    "customer",
    "order_id",
    "order_min",
    "order_max",
    "currency",
    "trait.",
    "page",
    "flag",
    "from",
    "to",
];

/// The filters that only lists accept: SQL cannot search folded words, and metrics never count excluded responses.
const OF_LISTS: [&str; 2] = ["words", "excluded"];

/// The largest amount: the largest integer that D1 stores exactly.
const MAX_AMOUNT: i64 = (1 << 53) - 1;
/// The most words of a search, and the longest search text in characters.
const MAX_WORDS: usize = 10;
const MAX_SEARCH: usize = 200;

/// The parameters of a list: all filters, and its own.
pub(super) fn list_parameters(own: &[&'static str]) -> Vec<&'static str> {
    [&SHARED, OF_LISTS.as_slice(), own].concat()
}

/// The parameters of a metric: the shared filters, and its own.
pub(in crate::api) fn metric_parameters(own: &[&'static str]) -> Vec<&'static str> {
    [&SHARED, own].concat()
}

/// The filters of a request.
pub(in crate::api) struct Filters {
    pub(in crate::api) response: ResponseFilter,
    /// On the counted answer, if the request is for a metric.
    pub(in crate::api) answer: Option<AnswerFilter>,
}

/// Reads the filters of a list, with days in the time zone.
pub(super) fn for_list(query: &mut Query, zone: &Zone) -> ResponseFilter {
    let (from, to) = (query.moment("from", false, zone), query.moment("to", true, zone));
    let all = TimeRange::default();
    let received = TimeRange { from: from.unwrap_or(all.from), to: to.unwrap_or(all.to) };
    if received.from > received.to {
        query.add(Code::OutOfRange, "from", "must not be after 'to'");
    }
    ResponseFilter { received, ..read(query, ScoreTarget::AnyAnswer).response }
}

/// Reads every filter but the time range, and reports all problems in the query. A parameter that the endpoint does not
/// accept has no value here: [`Query::read`] rejected it.
pub(in crate::api) fn read(query: &mut Query, target: ScoreTarget) -> Filters {
    // Numbers count unflagged responses, lists hide nothing.
    let default = if matches!(target, ScoreTarget::CountedAnswer(_)) { FlagFilter::None } else { FlagFilter::All };
    let answers = scores::read(query, target);
    let response = ResponseFilter {
        received: TimeRange::default(),
        survey: query.get("survey").map(str::to_owned),
        touchpoint: slug(query, "touchpoint"),
        language: language(query),
        device: device(query),
        customer: id(query, "customer"),
        order_id: id(query, "order_id"),
        order: order(query),
        tag: tag(query),
        complete: query.flag("complete"),
        has_text: query.flag("has_text"),
        excluded: query.flag("excluded"),
        flags: flags(query, default),
        page: page(query),
        traits: query.family("trait.").map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        score: answers.score,
        choice: answers.choice,
        words: words(query),
    };
    Filters { response, answer: answers.answer }
}

fn slug(query: &mut Query, name: &str) -> Option<String> {
    let slug = Slug::parse(query.get(name)?);
    match slug {
        Ok(slug) => Some(slug.as_str().to_owned()),
        Err(error) => {
            query.add(Code::InvalidFormat, name, error.to_string());
            None
        }
    }
}

fn language(query: &mut Query) -> Option<String> {
    let language = Language::parse(query.get("language")?);
    match language {
        Ok(language) => Some(language.as_str().to_owned()),
        Err(error) => {
            query.add(Code::InvalidFormat, "language", error.to_string());
            None
        }
    }
}

fn device(query: &mut Query) -> Option<&'static str> {
    let device = Device::parse(query.get("device")?);
    if device.is_none() {
        query.add(Code::UnknownValue, "device", "must be mobile, tablet or desktop");
    }
    device.map(Device::as_str)
}

/// An id in any spelling, in the one that is stored.
fn id(query: &mut Query, name: &str) -> Option<String> {
    let id = canonical_id(query.get(name)?);
    if !(1..=MAX_ID).contains(&id.chars().count()) {
        query.add(Code::InvalidFormat, name, format!("must have 1 to {MAX_ID} characters"));
    }
    Some(id)
}

fn tag(query: &mut Query) -> Option<String> {
    let tag = tag::normalize(query.get("tag")?);
    tag.map_err(|rule| query.add(Code::InvalidFormat, "tag", rule)).ok()
}

fn words(query: &mut Query) -> Vec<String> {
    let Some(text) = query.get("words") else { return Vec::new() };
    let (words, length) = (search_text::words(text), text.chars().count());
    if words.is_empty() {
        query.add(Code::Empty, "words", "must contain at least one word");
    } else if words.len() > MAX_WORDS || length > MAX_SEARCH {
        query.add(
            Code::TooLong,
            "words",
            format!("must have at most {MAX_WORDS} words and {MAX_SEARCH} characters in total"),
        );
    }
    words
}

fn page(query: &mut Query) -> Option<PathFilter> {
    let page = query.get("page")?;
    let (path, is_prefix) = page.strip_suffix('*').map_or((page, false), |prefix| (prefix, true));
    if !path.starts_with('/') || path.contains(['*', '?']) || path.replacen("#/", "", 1).contains('#') {
        let message = "must be a path like /thank-you, or a prefix with a star like /help/*";
        query.add(Code::InvalidFormat, "page", message);
        return None;
    }
    let path = path.to_owned();
    Some(if is_prefix { PathFilter::Prefix(path) } else { PathFilter::Exact(path) })
}

/// `none` (without flags), `any` (with or without), `flagged` (with at least one), or the name of a flag.
fn flags(query: &mut Query, default: FlagFilter) -> FlagFilter {
    let Some(name) = query.get("flag") else { return default };
    let filter = match name {
        "none" => Some(FlagFilter::None),
        "any" => Some(FlagFilter::All),
        "flagged" => Some(FlagFilter::FLAGGED),
        name => Flags::parse(name).map(FlagFilter::Any),
    };
    filter.unwrap_or_else(|| {
        let names: Vec<&str> = Flags::ALL.iter().map(|(_, name)| *name).collect();
        query.add(Code::UnknownValue, "flag", format!("must be one of none, any, flagged, {}", names.join(", ")));
        default
    })
}

/// A range of order values needs a currency, because amounts in different currencies cannot be compared.
fn order(query: &mut Query) -> Option<OrderFilter> {
    let (min, max) = (query.number("order_min", 0..=MAX_AMOUNT), query.number("order_max", 0..=MAX_AMOUNT));
    let (low, high) = (min.unwrap_or(0), max.unwrap_or(MAX_AMOUNT));
    if low > high {
        query.add(Code::OutOfRange, "order_min", "must not be above 'order_max'");
    }
    let has_amount = query.get("order_min").or(query.get("order_max")).is_some();
    match query.get("currency").map(str::to_owned) {
        Some(currency) => {
            if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                query.add(Code::InvalidFormat, "currency", "must be an ISO 4217 code like PLN");
            }
            Some(OrderFilter { currency, range: low..=high })
        }
        None if has_amount => {
            query.add(
                Code::Missing,
                "currency",
                "is required with 'order_min' and 'order_max': an ISO 4217 code like PLN",
            );
            None
        }
        None => None,
    }
}
