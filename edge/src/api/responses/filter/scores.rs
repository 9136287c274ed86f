//! The parameters about answers: `metric`, `class`, `score_min`, `score_max`, `question` and `choice`.

use super::slug;
use crate::{
    http::query::Query,
    store::{ALL_SCORES, AnswerFilter, ChoiceFilter, ScoreFilter},
};
use insight::{Class, Metric};
use std::ops::RangeInclusive;
use survey::Code;

/// Which answer `score_min`, `score_max` and `question` describe.
#[derive(Debug, Clone, Copy)]
pub(in crate::api) enum ScoreTarget {
    /// Any answer of the response: of a list.
    AnyAnswer,
    /// The answer that a metric counts. `None` if the metric is missing or unknown, which is reported elsewhere.
    CountedAnswer(Option<Metric>),
}

#[derive(Default)]
pub(super) struct AnswerConditions {
    pub(super) score: Option<ScoreFilter>,
    pub(super) choice: Option<ChoiceFilter>,
    pub(super) answer: Option<AnswerFilter>,
}

pub(super) fn read(query: &mut Query, target: ScoreTarget) -> AnswerConditions {
    let question = slug(query, "question");
    let choice = match query.get("choice") {
        Some(ChoiceFilter::OTHER) => Some(ChoiceFilter::OTHER.to_owned()),
        _ => slug(query, "choice"),
    };
    if query.get("choice").is_some() && query.get("question").is_none() {
        query.add(Code::Missing, "question", "is required with 'choice'");
    }
    match target {
        ScoreTarget::AnyAnswer => any_answer(query, question, choice),
        ScoreTarget::CountedAnswer(metric) => counted_answer(query, metric, question, choice),
    }
}

/// A score belongs to the question, unless a choice does.
fn any_answer(query: &mut Query, question: Option<String>, choice: Option<String>) -> AnswerConditions {
    let metric = metric(query).or_else(|| metric_of_class(query));
    let (of_score, of_choice) = if choice.is_some() { (None, question) } else { (question.clone(), question) };
    let choice = of_choice.map(|question| ChoiceFilter { question, choice });
    if !["metric", "class", "score_min", "score_max"].iter().any(|name| query.get(name).is_some()) {
        return AnswerConditions { choice, ..AnswerConditions::default() };
    }
    let (low, high) = bounds(query, metric);
    let is_bounded = query.get("score_min").or(query.get("score_max")).is_some();
    if is_bounded && metric.is_none() && of_score.is_none() && query.get("metric").is_none() {
        let message = "is required with 'score_min' and 'score_max' unless 'question' is given: a score needs a scale";
        query.add(Code::Missing, "metric", message);
    }
    let scale = scale(metric);
    let (low, high) = (low.unwrap_or(*scale.start()), high.unwrap_or(*scale.end()));
    let range = match class(query, metric) {
        Some(class) => low.max(*class.start())..=high.min(*class.end()),
        None => low..=high,
    };
    let choice = choice.filter(|_| of_score.is_none());
    AnswerConditions { score: Some(ScoreFilter { metric, question: of_score, range }), choice, answer: None }
}

/// The bounds and the question restrict the counted answer; a class and a choice restrict its response.
fn counted_answer(
    query: &mut Query,
    metric: Option<Metric>,
    question: Option<String>,
    choice: Option<String>,
) -> AnswerConditions {
    let scale = scale(metric);
    let range = match bounds(query, metric) {
        (None, None) => None,
        (low, high) => Some(low.unwrap_or(*scale.start())..=high.unwrap_or(*scale.end())),
    };
    let (question, choice) = match query.get("choice") {
        Some(_) => (None, question.map(|question| ChoiceFilter { question, choice })),
        None => (question, None),
    };
    let is_restricted = range.is_some() || question.is_some();
    let answer = is_restricted.then(|| AnswerFilter { question, range: range.unwrap_or(ALL_SCORES) });
    AnswerConditions { score: class_beside(query, metric), choice, answer }
}

/// The metric that the request names.
pub(in crate::api) fn metric(query: &mut Query) -> Option<Metric> {
    let metric = Metric::parse(query.get("metric")?);
    if metric.is_none() {
        query.add(Code::UnknownValue, "metric", format!("must be {}", Metric::ONE_OF));
    }
    metric
}

/// Of a request that names no metric: the only one that has the class.
fn metric_of_class(query: &Query) -> Option<Metric> {
    if query.get("metric").is_some() {
        return None;
    }
    only_metric_with(query.get("class")?)
}

fn only_metric_with(class: &str) -> Option<Metric> {
    let mut metrics = Class::metrics_with(class);
    metrics.next().filter(|_| metrics.next().is_none())
}

fn scale(metric: Option<Metric>) -> RangeInclusive<u8> {
    metric.map_or(ALL_SCORES, |metric| metric.min()..=metric.max())
}

fn bounds(query: &mut Query, metric: Option<Metric>) -> (Option<u8>, Option<u8>) {
    let scale = scale(metric);
    let scale = i64::from(*scale.start())..=i64::from(*scale.end());
    let mut bound = |name| query.number(name, scale.clone()).and_then(|score| u8::try_from(score).ok());
    let (low, high) = (bound("score_min"), bound("score_max"));
    if low.zip(high).is_some_and(|(low, high)| low > high) {
        query.add(Code::OutOfRange, "score_min", "must not be above 'score_max'");
    }
    (low, high)
}

/// The scores of the class, for a list.
fn class(query: &mut Query, metric: Option<Metric>) -> Option<RangeInclusive<u8>> {
    let name = query.get("class")?;
    if let Some(metric) = metric {
        let class = Class::parse(metric, name);
        if class.is_none() {
            let names = Class::ALL.map(|class| class.name(metric)).join(", ");
            query.add(Code::UnknownValue, "class", format!("must be a class of {}: {names}", metric.as_str()));
        }
        return class.map(|class| class.scores(metric));
    }
    if Class::metrics_with(name).next().is_none() {
        query.add(Code::UnknownValue, "class", format!("must be one of {}", class_names()));
    } else if query.get("metric").is_none() {
        query.add(Code::Missing, "metric", "is required with this class, which ces, csat and agree share");
    }
    None
}

/// The class of a metric request: of the counted metric, or of the only other one that has it, as in CSAT of detractors.
fn class_beside(query: &mut Query, counted: Option<Metric>) -> Option<ScoreFilter> {
    let name = query.get("class")?;
    let own = counted.filter(|metric| Class::parse(*metric, name).is_some());
    let metric = own.or_else(|| only_metric_with(name));
    let scores = metric.and_then(|metric| Some(Class::parse(metric, name)?.scores(metric)));
    if scores.is_none() {
        let message = format!("must be one of {}; 'neutral' always means the counted metric", class_names());
        query.add(Code::UnknownValue, "class", message);
    }
    Some(ScoreFilter { metric, question: None, range: scores? })
}

/// The names of all classes, for messages.
fn class_names() -> String {
    let mut names: Vec<&str> =
        Metric::ALL.into_iter().flat_map(|metric| Class::ALL.map(|class| class.name(metric))).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
