//! Which answers are counted, and what can tell how many they are.

use super::{Facet, Filter, Scores, Wanted};
use insight::Metric;
use std::ops::RangeInclusive;

/// Which answers are counted: those of which all of this is true.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subset {
    /// Of its scores the counted answer itself is one; what is left out of numbers, or found by words, can't be asked.
    pub(crate) filter: Filter,
    /// Some answer of the same response is such a score of this metric.
    pub(crate) class: Option<(Metric, RangeInclusive<u8>)>,
}

impl From<Filter> for Subset {
    fn from(filter: Filter) -> Self {
        Self { filter, class: None }
    }
}

/// Every score that there is.
pub(crate) const ALL_SCORES: RangeInclusive<u8> = 0..=10;

impl Subset {
    /// Whether nothing is asked but what cells are made of.
    fn is_of_cells(&self) -> bool {
        let Filter { survey, touchpoint, language, device, flags, .. } = self.filter.clone();
        let knows = matches!(flags, Wanted::All | Wanted::None) || flags == Wanted::ANY;
        knows && *self == Filter { survey, touchpoint, language, device, flags, ..Filter::default() }.into()
    }

    /// The one value that is asked for, if tallies are kept by it.
    pub(in crate::store) fn facet(&self) -> Option<Facet<'_>> {
        let Filter { survey, touchpoint, language, flags, scores, .. } = &self.filter;
        let none = Filter::default;
        // What the facet says, and what is asked if it is all.
        let (facet, alone) = match (survey, touchpoint, language, scores) {
            (Some(value), _, _, Some(Scores { question: Some(question), range, .. })) if *range == ALL_SCORES => {
                (Facet::Question(value, question), Filter { survey: survey.clone(), scores: scores.clone(), ..none() })
            }
            (Some(value), ..) => (Facet::Survey(value), Filter { survey: survey.clone(), ..none() }),
            (_, Some(value), ..) => (Facet::Touchpoint(value), Filter { touchpoint: touchpoint.clone(), ..none() }),
            (_, _, Some(value), _) => (Facet::Language(value), Filter { language: language.clone(), ..none() }),
            _ if *flags == Wanted::ANY => (Facet::Flagged, Filter { flags: Wanted::ANY, ..none() }),
            _ => (Facet::All, none()),
        };
        (*self == alone.into()).then_some(facet)
    }
}

/// By what a metric is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Touchpoint,
    Language,
    Device,
    Survey,
    /// Path of the page's address.
    Page,
    /// By the first NPS of the same response: its segments are scores.
    Class,
    /// By a trait of that name.
    Trait(String),
    /// By the owner's tags: an answer is in as many segments as it has.
    Tag,
}

/// From what a metric is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Tallies of one value: a row a day.
    Days,
    /// Tallies of combinations: a row for each that a day has.
    Cells,
    /// The answers of the range, one by one.
    Responses,
}

impl Source {
    /// The cheapest that can tell.
    pub(crate) fn of(subset: &Subset, segment: Option<&Segment>) -> Self {
        let by_cells =
            matches!(segment, None | Some(Segment::Touchpoint | Segment::Language | Segment::Device | Segment::Survey));
        let is_unflagged = *subset == Filter { flags: Wanted::None, ..Filter::default() }.into();
        if segment.is_none() && (subset.facet().is_some() || is_unflagged) {
            Self::Days
        } else if by_cells && subset.is_of_cells() {
            Self::Cells
        } else {
            Self::Responses
        }
    }

    /// The name used on the wire.
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
    use survey::plausibility::Flags;

    #[test]
    fn the_cheapest_source_that_can_tell() {
        let text = || Some("x".to_owned());
        let none = Filter::default;
        let scores = |question, range| Some(Scores { metric: None, question, range });
        let split = Some(Segment::Device);
        for (filter, segment, source) in [
            (none(), None, Source::Days),
            (Filter { survey: text(), ..none() }, None, Source::Days),
            (Filter { survey: text(), scores: scores(text(), ALL_SCORES), ..none() }, None, Source::Days),
            (Filter { survey: text(), scores: scores(text(), 0..=6), ..none() }, None, Source::Responses),
            (Filter { scores: scores(text(), ALL_SCORES), ..none() }, None, Source::Responses),
            (Filter { touchpoint: text(), ..none() }, None, Source::Days),
            (Filter { language: text(), ..none() }, None, Source::Days),
            (Filter { device: Some("mobile"), ..none() }, None, Source::Cells),
            (Filter { flags: Wanted::None, ..none() }, None, Source::Days),
            (Filter { flags: Wanted::ANY, ..none() }, None, Source::Days),
            (Filter { flags: Wanted::Any(Flags::HONEYPOT), ..none() }, None, Source::Responses),
            (Filter { survey: text(), language: text(), ..none() }, None, Source::Cells),
            (Filter { survey: text(), flags: Wanted::None, ..none() }, None, Source::Cells),
            (Filter { survey: text(), flags: Wanted::ANY, ..none() }, None, Source::Cells),
            (Filter { survey: text(), complete: Some(true), ..none() }, None, Source::Responses),
            (Filter { tag: text(), ..none() }, None, Source::Responses),
            (none(), split.clone(), Source::Cells),
            (none(), Some(Segment::Page), Source::Responses),
            (none(), Some(Segment::Trait("plan".to_owned())), Source::Responses),
            (Filter { language: text(), ..none() }, split.clone(), Source::Cells),
            (Filter { survey: text(), scores: scores(text(), ALL_SCORES), ..none() }, split, Source::Responses),
        ] {
            assert_eq!(Source::of(&filter.clone().into(), segment.as_ref()), source, "{filter:?} {segment:?}");
        }
        let class = Subset { class: Some((Metric::Nps, 0..=6)), ..Subset::default() };
        assert_eq!(Source::of(&class, None), Source::Responses);
    }
}
