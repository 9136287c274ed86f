//! What an owner asks of answers, as the query string says it.

use crate::{
    http::query::Query,
    store::{Chosen, Filter, OrderRange, Page, Scores, Wanted},
    time::zone::Zone,
};
use insight::{Class, Metric, search_text, tag};
use std::ops::RangeInclusive;
use survey::{Code, Language, Slug, plausibility::Flags, submission::Device};

/// The parameters that say which answers are wanted; any of them together.
pub(super) const FILTERS: [&str; 25] = [
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
    "words",
    "tag",
    "customer",
    "order_id",
    "order_min",
    "order_max",
    "currency",
    "trait.",
    "page",
    "excluded",
    "flag",
    "from",
    "to",
];

/// After every moment that a clock shows: 2^53 − 1, the most that D1 keeps exactly. The most money, too.
const FOREVER: i64 = (1 << 53) - 1;
/// Longest order or customer id, in characters: what a submission takes.
const MAX_ID: usize = 128;
/// Most words of a search, and the longest text that they may come in, in characters.
const MAX_WORDS: usize = 10;
const MAX_SEARCH: usize = 200;

/// Which answers are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) filter: Filter,
    /// Milliseconds since 1970, inclusive.
    pub(super) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(super) to: i64,
}

/// Reads all filters, days being those of a zone; what is wrong is noted in the query.
pub(super) fn read(query: &mut Query, zone: &Zone) -> Wish {
    let (from, to) = (query.moment("from", false, zone), query.moment("to", true, zone));
    let (from, to) = (from.unwrap_or(0), to.unwrap_or(FOREVER));
    if from > to {
        query.add(Code::OutOfRange, "from", "must not be after 'to'");
    }
    let (scores, chosen) = about_answers(query);
    let context = context(query);
    let filter = Filter { scores, chosen, excluded: query.flag("excluded"), words: words(query), ..context };
    Wish { filter, from, to }
}

/// Reads what is asked of a response beside its scores and words, for whoever counts them too.
pub(in crate::api) fn context(query: &mut Query) -> Filter {
    Filter {
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
        flags: flags(query),
        page: page(query),
        traits: query.family("trait.").map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        ..Filter::default()
    }
}

pub(in crate::api) fn slug(query: &mut Query, name: &str) -> Option<String> {
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

fn id(query: &mut Query, name: &str) -> Option<String> {
    let id = query.get(name)?.trim().to_owned();
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
        query.add(Code::Empty, "words", "must hold a word");
    } else if words.len() > MAX_WORDS || length > MAX_SEARCH {
        query.add(
            Code::TooLong,
            "words",
            format!("must be at most {MAX_WORDS} words of {MAX_SEARCH} characters in all"),
        );
    }
    words
}

fn page(query: &mut Query) -> Option<Page> {
    let page = query.get("page")?;
    let (path, is_begin) = page.strip_suffix('*').map_or((page, false), |begin| (begin, true));
    if !path.starts_with('/') || path.contains(['*', '?', '#']) {
        let message = "must be the path of a page like /thank-you, or the begin of several like /help/*";
        query.add(Code::InvalidFormat, "page", message);
        return None;
    }
    let path = path.to_owned();
    Some(if is_begin { Page::Below(path) } else { Page::Exactly(path) })
}

/// By which flags to choose: `none`, `any`, or one of them.
fn flags(query: &mut Query) -> Wanted {
    let Some(name) = query.get("flag") else { return Wanted::All };
    let chosen = match name {
        "none" => Some(Wanted::None),
        "any" => Some(Wanted::ANY),
        name => Flags::parse(name).map(Wanted::Any),
    };
    chosen.unwrap_or_else(|| {
        let names: Vec<&str> = Flags::ALL.iter().map(|(_, name)| *name).collect();
        query.add(Code::UnknownValue, "flag", format!("must be none, any, {}", names.join(", ")));
        Wanted::All
    })
}

/// Orders of one currency: amounts of several can't be compared.
fn order(query: &mut Query) -> Option<OrderRange> {
    let (min, max) = (query.number("order_min", 0..=FOREVER), query.number("order_max", 0..=FOREVER));
    let (low, high) = (min.unwrap_or(0), max.unwrap_or(FOREVER));
    if low > high {
        query.add(Code::OutOfRange, "order_min", "must not be above 'order_max'");
    }
    let has_amount = query.get("order_min").or(query.get("order_max")).is_some();
    match query.get("currency").map(str::to_owned) {
        Some(currency) => {
            if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                query.add(Code::InvalidFormat, "currency", "must be an ISO 4217 code like PLN");
            }
            Some(OrderRange { currency, range: low..=high })
        }
        None if has_amount => {
            query.add(Code::Missing, "currency", "is required with 'order_min' and 'order_max', like PLN");
            None
        }
        None => None,
    }
}

/// What is asked of scores and choices. They are of the question that is named; a choice takes the question for itself.
fn about_answers(query: &mut Query) -> (Option<Scores>, Option<Chosen>) {
    let question = slug(query, "question");
    let choice = match query.get("choice") {
        Some(Chosen::OTHER) => Some(Chosen::OTHER.to_owned()),
        _ => slug(query, "choice"),
    };
    if query.get("choice").is_some() && query.get("question").is_none() {
        query.add(Code::Missing, "question", "is required with 'choice'");
    }
    let metric = metric(query);
    let of_scores = ["metric", "class", "score_min", "score_max"].iter().any(|name| query.get(name).is_some());
    let chosen = question.clone().map(|question| Chosen { question, choice });
    let has_choice = chosen.as_ref().is_some_and(|chosen| chosen.choice.is_some());
    if !of_scores {
        return (None, chosen);
    }
    let question = question.filter(|_| !has_choice);
    let range = range(query, metric, question.is_some());
    let is_said = question.is_some();
    (Some(Scores { metric, question, range }), chosen.filter(|_| !is_said))
}

/// The metric that is named, or the only one that has a class of the name that is given.
fn metric(query: &mut Query) -> Option<Metric> {
    if let Some(name) = query.get("metric") {
        let metric = Metric::parse(name);
        if metric.is_none() {
            query.add(Code::UnknownValue, "metric", "must be nps, ces, csat or agree");
        }
        return metric;
    }
    let mut metrics = Class::metrics_with(query.get("class")?);
    let metric = metrics.next();
    metric.filter(|_| metrics.next().is_none())
}

fn range(query: &mut Query, metric: Option<Metric>, has_question: bool) -> RangeInclusive<u8> {
    let scale = metric.map_or(0..=10, |metric| metric.min()..=metric.max());
    let wide = i64::from(*scale.start())..=i64::from(*scale.end());
    let (min, max) = (query.number("score_min", wide.clone()), query.number("score_max", wide));
    let has_bounds = query.get("score_min").or(query.get("score_max")).is_some();
    if has_bounds && metric.is_none() && !has_question && query.get("metric").is_none() {
        let message = "is required with 'score_min' and 'score_max': a score says nothing without its scale; so would 'question' do";
        query.add(Code::Missing, "metric", message);
    }
    let bound =
        |given: Option<i64>, otherwise: u8| given.and_then(|given| u8::try_from(given).ok()).unwrap_or(otherwise);
    let (low, high) = (bound(min, *scale.start()), bound(max, *scale.end()));
    if low > high {
        query.add(Code::OutOfRange, "score_min", "must not be above 'score_max'");
    }
    match class(query, metric) {
        Some(class) => low.max(*class.start())..=high.min(*class.end()),
        None => low..=high,
    }
}

/// The scores of the class that is named.
fn class(query: &mut Query, metric: Option<Metric>) -> Option<RangeInclusive<u8>> {
    let name = query.get("class")?;
    if let Some(metric) = metric {
        let class = Class::parse(metric, name);
        if class.is_none() {
            let names = Class::ALL.map(|class| class.name(metric)).join(", ");
            query.add(Code::UnknownValue, "class", format!("must be one of {} here: {names}", metric.as_str()));
        }
        return class.map(|class| class.scores(metric));
    }
    if Class::metrics_with(name).next().is_none() {
        let mut names: Vec<&str> =
            Metric::ALL.into_iter().flat_map(|metric| Class::ALL.map(|class| class.name(metric))).collect();
        names.sort_unstable();
        names.dedup();
        query.add(Code::UnknownValue, "class", format!("must be one of {}", names.join(", ")));
    } else if query.get("metric").is_none() {
        query.add(Code::Missing, "metric", "is required with this class, which ces, csat and agree have");
    }
    None
}

#[cfg(test)]
mod tests;
