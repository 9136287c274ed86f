//! Reading a metric request: the metric, its trend interval, its filters and its segments.

use crate::{
    api::responses::filter::{self, ScoreTarget},
    http::query::Query,
    store::{MetricFilter, Segment},
    time::calendar::Interval as Step,
};
use insight::Metric;
use survey::Code;

/// The parameters beside the filters. [`filter::metric_parameters`] adds those.
pub(super) const OWN_PARAMETERS: [&str; 2] = ["interval", "segment_by"];

/// A valid request, without its days.
pub(super) struct MetricRequest {
    pub(super) metric: Metric,
    pub(super) step: Step,
    pub(super) filter: MetricFilter,
    pub(super) segment: Option<Segment>,
}

impl MetricRequest {
    /// `None` if the metric is missing or unknown, which the query reports.
    pub(super) fn read(query: &mut Query) -> Option<Self> {
        if query.get("metric").is_none() {
            query.add(Code::Missing, "metric", format!("is required: {}", Metric::ONE_OF));
        }
        let metric = filter::metric(query);
        let step = step(query);
        let filters = filter::read(query, ScoreTarget::CountedAnswer(metric));
        let segment = segment(query);
        let filter = MetricFilter { response: filters.response, answer: filters.answer };
        Some(Self { metric: metric?, step, filter, segment })
    }
}

fn step(query: &mut Query) -> Step {
    let Some(name) = query.get("interval") else { return Step::Day };
    Step::parse(name).unwrap_or_else(|| {
        query.add(Code::UnknownValue, "interval", "must be day, week or month");
        Step::Day
    })
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
            "'theme' is not supported yet; must be touchpoint, language, device, survey, page, class, tag or trait.NAME"
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
        store::{
            ALL_SCORES, AnswerFilter, ChoiceFilter, FlagFilter, OrderFilter, PathFilter, ResponseFilter, ScoreFilter,
        },
    };
    use std::ops::RangeInclusive;
    use survey::plausibility::Flags;

    fn read(text: &str) -> Result<MetricRequest, Vec<(String, &'static str)>> {
        let mut query = Query::read(Some(text), &filter::metric_parameters(&OWN_PARAMETERS));
        let request = MetricRequest::read(&mut query);
        match query.or(request) {
            Ok(request) => Ok(request.unwrap()),
            Err(Error::Invalid(problems)) => {
                Err(problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect())
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn class(metric: Metric, range: RangeInclusive<u8>) -> Option<ScoreFilter> {
        Some(ScoreFilter { metric: Some(metric), question: None, range })
    }

    #[test]
    fn every_parameter_is_read() {
        let request = read(
            "metric=nps&interval=week&segment_by=trait.plan&survey=s&question=q&touchpoint=t&language=pl&device=mobile\
             &flag=none&class=passive&score_min=7&score_max=8&has_text=true&complete=false&page=/a/*&trait.plan=gold\
             &trait.x=1&order_min=100&order_max=200&currency=PLN&customer=c-7&order_id=o-7&tag=Call+back",
        )
        .unwrap();
        let response = ResponseFilter {
            survey: text("s"),
            touchpoint: text("t"),
            language: text("pl"),
            device: Some("mobile"),
            flags: FlagFilter::None,
            score: class(Metric::Nps, 7..=8),
            has_text: Some(true),
            complete: Some(false),
            page: Some(PathFilter::Prefix("/a/".to_owned())),
            traits: vec![("plan".to_owned(), "gold".to_owned()), ("x".to_owned(), "1".to_owned())],
            order: Some(OrderFilter { currency: "PLN".to_owned(), range: 100..=200 }),
            order_id: text("o-7"),
            customer: text("c-7"),
            tag: text("call back"),
            ..ResponseFilter::default()
        };
        let answer = Some(AnswerFilter { question: text("q"), range: 7..=8 });
        assert_eq!(request.filter, MetricFilter { response, answer });
        assert_eq!((request.step, request.segment), (Step::Week, Some(Segment::Trait("plan".to_owned()))));
        for (flag, flags) in [
            ("", FlagFilter::None),
            ("&flag=none", FlagFilter::None),
            ("&flag=any", FlagFilter::All),
            ("&flag=flagged", FlagFilter::FLAGGED),
            ("&flag=honeypot", FlagFilter::Any(Flags::HONEYPOT)),
        ] {
            let expected = ResponseFilter { flags, ..ResponseFilter::default() };
            assert_eq!(read(&format!("metric=ces{flag}")).unwrap().filter, expected.into(), "{flag}");
        }
        for segment in ["touchpoint", "language", "device", "survey", "page", "class", "tag", "trait.a b"] {
            let query = format!("metric=ces&segment_by={}", segment.replace(' ', "+"));
            assert_eq!(read(&query).unwrap().segment.as_ref().map(segments::name).as_deref(), Some(segment));
        }
    }

    #[test]
    fn bounds_and_question_restrict_the_counted_answer() {
        let answer = |question, range| Some(AnswerFilter { question, range });
        let choice = |choice: &str| Some(ChoiceFilter { question: "q".to_owned(), choice: text(choice) });
        for (query, expected_answer, expected_choice) in [
            ("metric=ces&question=q", answer(text("q"), ALL_SCORES), None),
            ("metric=ces&score_max=3", answer(None, 1..=3), None),
            ("metric=ces&question=q&choice=a", None, choice("a")),
            ("metric=nps&question=q&choice=~other&score_min=9", answer(None, 9..=10), choice("~other")),
        ] {
            let filter = read(query).unwrap().filter;
            assert_eq!((filter.answer, filter.response.choice), (expected_answer, expected_choice), "{query}");
        }
    }

    #[test]
    fn a_class_restricts_the_response() {
        for (query, expected) in [
            ("metric=ces&class=detractor", class(Metric::Nps, 0..=6)),
            ("metric=nps&class=promoter", class(Metric::Nps, 9..=10)),
            ("metric=ces&class=neutral", class(Metric::Ces, 4..=4)),
            ("metric=nps&class=easy", class(Metric::Ces, 5..=7)),
        ] {
            let filter = read(query).unwrap().filter;
            assert_eq!((filter.response.score, filter.answer), (expected, None), "{query}");
        }
    }

    #[test]
    fn a_shared_class_name_means_the_counted_metric() {
        assert_eq!(read("metric=nps&class=neutral").err().unwrap(), [("query.class".to_owned(), "unknown_value")]);
        let crossed = read("metric=nps&score_min=9&score_max=8").err().unwrap();
        assert_eq!(crossed, [("query.score_min".to_owned(), "out_of_range")]);
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let found = read(
            "metric=csat&interval=year&segment_by=theme&device=phone&flag=odd&class=happy&score_min=0&score_max=6\
             &has_text=1&complete=yes&page=thank-you&order_min=-1&choice=a&tag=a,b&words=x&excluded=true",
        );
        let expected = [
            ("words", "unknown_value"),
            ("excluded", "unknown_value"),
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
