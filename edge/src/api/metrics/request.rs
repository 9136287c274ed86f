//! What the owner asks for: the metric, which answers, by what it is split.

use crate::{
    api::responses::filter::{context, slug},
    http::query::Query,
    store::{ALL_SCORES, Chosen, Filter, Scores, Segment, Subset},
    time::calendar::Interval as Step,
};
use insight::{Class, Metric};
use std::ops::RangeInclusive;
use survey::Code;

/// All parameters.
pub(super) const KNOWN: [&str; 25] = [
    "metric",
    "from",
    "to",
    "interval",
    "segment_by",
    "survey",
    "question",
    "choice",
    "touchpoint",
    "language",
    "device",
    "flag",
    "class",
    "score_min",
    "score_max",
    "has_text",
    "complete",
    "page",
    "trait.",
    "tag",
    "order_id",
    "order_min",
    "order_max",
    "currency",
    "customer",
];

/// Read, and right.
pub(super) struct Choice {
    pub(super) metric: Metric,
    pub(super) step: Step,
    pub(super) subset: Subset,
    pub(super) segment: Option<Segment>,
}

impl Choice {
    /// Everything but the days. `None` if there is no metric, which is a problem of the query then.
    pub(super) fn read(query: &mut Query) -> Option<Self> {
        let metric = metric(query);
        let step = step(query);
        let subset = subset(query, metric);
        let segment = segment(query);
        Some(Self { metric: metric?, step, subset, segment })
    }
}

fn metric(query: &mut Query) -> Option<Metric> {
    let Some(name) = query.get("metric") else {
        query.add(Code::Missing, "metric", "is required: nps, ces, csat or agree");
        return None;
    };
    let metric = Metric::parse(name);
    if metric.is_none() {
        query.add(Code::UnknownValue, "metric", "must be nps, ces, csat or agree");
    }
    metric
}

fn step(query: &mut Query) -> Step {
    let Some(name) = query.get("interval") else { return Step::Day };
    Step::parse(name).unwrap_or_else(|| {
        query.add(Code::UnknownValue, "interval", "must be day, week or month");
        Step::Day
    })
}

fn subset(query: &mut Query, metric: Option<Metric>) -> Subset {
    let (scores, chosen) = about_answers(query, metric);
    let class = class(query, metric);
    Subset { filter: Filter { scores, chosen, ..context(query) }, class }
}

/// Which score is counted, and what else its shopper chose. A choice takes the question for itself.
fn about_answers(query: &mut Query, metric: Option<Metric>) -> (Option<Scores>, Option<Chosen>) {
    let question = slug(query, "question");
    let choice = match query.get("choice") {
        Some(Chosen::OTHER) => Some(Chosen::OTHER.to_owned()),
        _ => slug(query, "choice"),
    };
    let is_of_choice = query.get("choice").is_some();
    if is_of_choice && query.get("question").is_none() {
        query.add(Code::Missing, "question", "is required with 'choice'");
    }
    let scale = metric.map_or(ALL_SCORES, |metric| metric.min()..=metric.max());
    let wide = i64::from(*scale.start())..=i64::from(*scale.end());
    let mut bound = |name| query.number(name, wide.clone()).and_then(|score| u8::try_from(score).ok());
    let (low, high) = (bound("score_min"), bound("score_max"));
    if low.zip(high).is_some_and(|(low, high)| low > high) {
        query.add(Code::OutOfRange, "score_min", "must not be above 'score_max'");
    }
    let has_bounds = low.or(high).is_some();
    let range = if has_bounds { low.unwrap_or(*scale.start())..=high.unwrap_or(*scale.end()) } else { ALL_SCORES };
    if is_of_choice {
        let chosen = question.map(|question| Chosen { question, choice });
        return (has_bounds.then_some(Scores { metric: None, question: None, range }), chosen);
    }
    let is_asked = has_bounds || question.is_some();
    (is_asked.then_some(Scores { metric: None, question, range }), None)
}

/// A class of the metric that is counted, or of the only other one that has it: CSAT of those who are detractors.
fn class(query: &mut Query, metric: Option<Metric>) -> Option<(Metric, RangeInclusive<u8>)> {
    let name = query.get("class")?;
    let own = metric.filter(|metric| Class::parse(*metric, name).is_some());
    let of = own.or_else(|| {
        let mut others = Class::metrics_with(name);
        others.next().filter(|_| others.next().is_none())
    });
    let found = of.and_then(|metric| Some((metric, Class::parse(metric, name)?.scores(metric))));
    if found.is_none() {
        let mut names: Vec<&str> =
            Metric::ALL.into_iter().flat_map(|metric| Class::ALL.map(|class| class.name(metric))).collect();
        names.sort_unstable();
        names.dedup();
        let message = format!("must be one of {}; 'neutral' only of the metric that is counted", names.join(", "));
        query.add(Code::UnknownValue, "class", message);
    }
    found
}

fn segment(query: &mut Query) -> Option<Segment> {
    let name = query.get("segment_by")?;
    let segment = match name {
        "touchpoint" => Some(Segment::Touchpoint),
        "language" => Some(Segment::Language),
        "device" => Some(Segment::Device),
        "survey" => Some(Segment::Survey),
        "page" => Some(Segment::Page),
        "class" => Some(Segment::Class),
        "tag" => Some(Segment::Tag),
        name => name.strip_prefix("trait.").filter(|name| !name.is_empty()).map(|name| Segment::Trait(name.to_owned())),
    };
    if segment.is_none() {
        let message = if name == "theme" {
            "can't be theme yet: a later version has it; there are touchpoint, language, device, survey, page, class, tag, trait.NAME"
        } else {
            "must be touchpoint, language, device, survey, page, class, tag or trait.NAME"
        };
        query.add(Code::UnknownValue, "segment_by", message);
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::error::Error,
        reports::metric::segments,
        store::{OrderRange, Page, Wanted},
    };

    fn read(text: &str) -> Result<Choice, Vec<(String, &'static str)>> {
        let mut query = Query::read(Some(text), &KNOWN);
        let choice = Choice::read(&mut query);
        match query.or(choice) {
            Ok(choice) => Ok(choice.unwrap()),
            Err(Error::Invalid(problems)) => {
                Err(problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect())
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn everything_that_can_be_asked() {
        let choice = read(
            "metric=nps&interval=week&segment_by=trait.plan&survey=s&question=q&touchpoint=t&language=pl&device=mobile\
             &flag=none&class=passive&score_min=7&score_max=8&has_text=true&complete=false&page=/a/*&trait.plan=gold\
             &trait.x=1&order_min=100&order_max=200&currency=PLN&customer=c-7&order_id=o-7&tag=Call+back",
        )
        .unwrap();
        let text = |text: &str| Some(text.to_owned());
        let filter = Filter {
            survey: text("s"),
            touchpoint: text("t"),
            language: text("pl"),
            device: Some("mobile"),
            flags: Wanted::None,
            scores: Some(Scores { metric: None, question: text("q"), range: 7..=8 }),
            has_text: Some(true),
            complete: Some(false),
            page: Some(Page::Below("/a/".to_owned())),
            traits: vec![("plan".to_owned(), "gold".to_owned()), ("x".to_owned(), "1".to_owned())],
            order: Some(OrderRange { currency: "PLN".to_owned(), range: 100..=200 }),
            order_id: text("o-7"),
            customer: text("c-7"),
            tag: text("call back"),
            ..Filter::default()
        };
        assert_eq!(choice.subset, Subset { filter, class: Some((Metric::Nps, 7..=8)) });
        assert_eq!((choice.step, choice.segment), (Step::Week, Some(Segment::Trait("plan".to_owned()))));
        assert_eq!(read("metric=ces").unwrap().subset, Subset::default());

        let filter = |query: &str| read(query).unwrap().subset.filter;
        let chosen = |choice: &str| Some(Chosen { question: "q".to_owned(), choice: text(choice) });
        let scores = |question, range| Some(Scores { metric: None, question, range });
        assert_eq!(filter("metric=ces&question=q").scores, scores(text("q"), ALL_SCORES));
        assert_eq!(filter("metric=ces&score_max=3").scores, scores(None, 1..=3));
        assert_eq!(filter("metric=ces&question=q&choice=a"), Filter { chosen: chosen("a"), ..Filter::default() });
        let both = filter("metric=nps&question=q&choice=~other&score_min=9");
        assert_eq!((both.chosen, both.scores), (chosen("~other"), scores(None, 9..=10)));

        for (query, class) in [
            ("metric=ces&class=detractor", (Metric::Nps, 0..=6)),
            ("metric=nps&class=promoter", (Metric::Nps, 9..=10)),
            ("metric=ces&class=neutral", (Metric::Ces, 4..=4)),
            ("metric=nps&class=easy", (Metric::Ces, 5..=7)),
        ] {
            assert_eq!(read(query).unwrap().subset.class, Some(class), "{query}");
        }
        for segment in ["touchpoint", "language", "device", "survey", "page", "class", "tag", "trait.a b"] {
            let query = format!("metric=ces&segment_by={}", segment.replace(' ', "+"));
            assert_eq!(read(&query).unwrap().segment.as_ref().map(segments::name).as_deref(), Some(segment));
        }
    }

    #[test]
    fn a_middle_class_belongs_to_the_metric_that_is_counted() {
        assert_eq!(read("metric=nps&class=neutral").err().unwrap(), [("query.class".to_owned(), "unknown_value")]);
        let crossed = read("metric=nps&score_min=9&score_max=8").err().unwrap();
        assert_eq!(crossed, [("query.score_min".to_owned(), "out_of_range")]);
    }

    #[test]
    fn all_problems_are_named_at_once() {
        let found = read(
            "metric=csat&interval=year&segment_by=theme&device=phone&flag=odd&class=happy&score_min=0&score_max=6\
             &has_text=1&complete=yes&page=thank-you&order_min=-1&choice=a&tag=a,b&words=x",
        );
        let expected = [
            ("words", "unknown_value"),
            ("interval", "unknown_value"),
            ("question", "missing"),
            ("score_min", "out_of_range"),
            ("score_max", "out_of_range"),
            ("class", "unknown_value"),
            ("device", "unknown_value"),
            ("order_min", "out_of_range"),
            ("currency", "missing"),
            ("tag", "invalid_format"),
            ("complete", "unknown_value"),
            ("has_text", "unknown_value"),
            ("flag", "unknown_value"),
            ("page", "invalid_format"),
            ("segment_by", "unknown_value"),
        ];
        assert_eq!(found.err().unwrap(), expected.map(|(at, code)| (format!("query.{at}"), code)));
    }
}
