//! Which answers a metric counts, and the cheapest source that can count them.

use super::{Facet, FlagFilter, ResponseFilter};
use std::ops::RangeInclusive;

/// Which answers a metric counts: those that meet every condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MetricFilter {
    /// On the response. Excluded responses are never counted; flagged ones are by `FlagFilter`.
    pub(crate) response: ResponseFilter,
    /// On the counted answer itself.
    pub(crate) answer: Option<AnswerFilter>,
}

/// Which of a response's scores of the metric are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerFilter {
    pub(crate) question: Option<String>,
    pub(crate) range: RangeInclusive<u8>,
}

impl From<ResponseFilter> for MetricFilter {
    fn from(response: ResponseFilter) -> Self {
        Self { response, answer: None }
    }
}

/// Every possible score.
pub(crate) const ALL_SCORES: RangeInclusive<u8> = 0..=10;

impl MetricFilter {
    /// Whether every condition is on a part of the facet `cell`.
    fn is_of_cells(&self) -> bool {
        let ResponseFilter { survey, touchpoint, language, device, flags, .. } = self.response.clone();
        let is_part = matches!(flags, FlagFilter::All | FlagFilter::None) || flags == FlagFilter::FLAGGED;
        let of_cells = ResponseFilter { survey, touchpoint, language, device, flags, ..ResponseFilter::default() };
        is_part && *self == of_cells.into()
    }

    /// The one facet value that holds exactly these answers, if there is one. With flagged answers, [`Facet::Suspect`]
    /// holds the others.
    pub(in crate::store) fn facet(&self) -> Option<Facet<'_>> {
        let ResponseFilter { survey, touchpoint, language, .. } = &self.response;
        if *self == Self::default() {
            return Some(Facet::All);
        }
        let none = || ResponseFilter { flags: FlagFilter::None, ..ResponseFilter::default() };
        // Each facet with the conditions that it covers.
        let (facet, covered) = match (survey, touchpoint, language) {
            (Some(value), ..) => (Facet::Survey(value), ResponseFilter { survey: survey.clone(), ..none() }),
            (_, Some(value), _) => {
                (Facet::Touchpoint(value), ResponseFilter { touchpoint: touchpoint.clone(), ..none() })
            }
            (.., Some(value)) => (Facet::Language(value), ResponseFilter { language: language.clone(), ..none() }),
            _ => (Facet::All, none()),
        };
        if self.response != covered {
            return None;
        }
        match (facet, &self.answer) {
            (facet, None) => Some(facet),
            (Facet::Survey(survey), Some(AnswerFilter { question: Some(question), range })) if *range == ALL_SCORES => {
                Some(Facet::Question(survey, question))
            }
            _ => None,
        }
    }
}

/// By what a metric is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Touchpoint,
    Language,
    Device,
    Survey,
    /// Path of the page's URL.
    Page,
    /// By the class of the response's first NPS score. Rows of this segment are named by scores.
    Class,
    /// By the value of the trait with this name.
    Trait(String),
    /// By the owner's tags. An answer is in one segment for each tag of its response.
    Tag,
}

/// What a metric is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The tallies of one facet value: one row per day.
    Days,
    /// The tallies of combinations: one row per combination and day.
    Cells,
    /// The responses of the range, one by one.
    Responses,
}

impl Source {
    /// The cheapest source that can count these answers, split like this.
    pub(crate) fn of(filter: &MetricFilter, segment: Option<&Segment>) -> Self {
        let by_cells =
            matches!(segment, None | Some(Segment::Touchpoint | Segment::Language | Segment::Device | Segment::Survey));
        if segment.is_none() && filter.facet().is_some() {
            Self::Days
        } else if by_cells && filter.is_of_cells() {
            Self::Cells
        } else {
            Self::Responses
        }
    }

    /// The name in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Days | Self::Cells => "tallies",
            Self::Responses => "responses",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ScoreFilter;
    use insight::Metric;
    use survey::plausibility::Flags;

    #[test]
    fn the_cheapest_sufficient_source_is_chosen() {
        let text = || Some("x".to_owned());
        let all = ResponseFilter::default;
        let none = || ResponseFilter { flags: FlagFilter::None, ..all() };
        let split = Some(Segment::Device);
        for (filter, segment, source) in [
            (none(), None, Source::Days),
            (ResponseFilter { survey: text(), ..none() }, None, Source::Days),
            (ResponseFilter { touchpoint: text(), ..none() }, None, Source::Days),
            (ResponseFilter { language: text(), ..none() }, None, Source::Days),
            (ResponseFilter { device: Some("mobile"), ..none() }, None, Source::Cells),
            (all(), None, Source::Days),
            (ResponseFilter { flags: FlagFilter::FLAGGED, ..none() }, None, Source::Cells),
            (ResponseFilter { flags: FlagFilter::Any(Flags::HONEYPOT), ..none() }, None, Source::Responses),
            (ResponseFilter { survey: text(), language: text(), ..none() }, None, Source::Cells),
            (ResponseFilter { survey: text(), ..all() }, None, Source::Cells),
            (ResponseFilter { survey: text(), flags: FlagFilter::FLAGGED, ..none() }, None, Source::Cells),
            (ResponseFilter { survey: text(), complete: Some(true), ..none() }, None, Source::Responses),
            (ResponseFilter { tag: text(), ..none() }, None, Source::Responses),
            (none(), split.clone(), Source::Cells),
            (none(), Some(Segment::Page), Source::Responses),
            (none(), Some(Segment::Trait("plan".to_owned())), Source::Responses),
            (ResponseFilter { language: text(), ..none() }, split, Source::Cells),
        ] {
            assert_eq!(Source::of(&filter.clone().into(), segment.as_ref()), source, "{filter:?} {segment:?}");
        }
    }

    #[test]
    fn only_a_survey_question_has_tallies_of_its_own() {
        let text = || Some("x".to_owned());
        let all = AnswerFilter { question: text(), range: ALL_SCORES };
        let low = AnswerFilter { question: text(), range: 0..=6 };
        for (survey, answer, segment, source) in [
            (text(), all.clone(), None, Source::Days),
            (text(), all.clone(), Some(Segment::Device), Source::Responses),
            (text(), low, None, Source::Responses),
            (None, all, None, Source::Responses),
        ] {
            let response = ResponseFilter { survey, flags: FlagFilter::None, ..ResponseFilter::default() };
            let filter = MetricFilter { response, answer: Some(answer) };
            assert_eq!(Source::of(&filter, segment.as_ref()), source, "{filter:?} {segment:?}");
        }
        let score = ScoreFilter { metric: Some(Metric::Nps), question: None, range: 0..=6 };
        let class = ResponseFilter { score: Some(score), ..ResponseFilter::default() };
        assert_eq!(Source::of(&class.into(), None), Source::Responses);
    }
}
