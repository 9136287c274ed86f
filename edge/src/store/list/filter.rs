//! What is asked of a response, all of it together.

use super::ResponseRow;
use crate::store::StoreError;
use insight::{Metric, search_text::normalize_for_search};
use std::{collections::BTreeMap, ops::RangeInclusive};
use survey::{plausibility::Flags, wire::StoredAnswer};

/// Which responses are wanted: those that fit every member that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) survey: Option<String>,
    pub(crate) touchpoint: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) device: Option<&'static str>,
    pub(crate) customer: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) order: Option<OrderRange>,
    pub(crate) tag: Option<String>,
    pub(crate) complete: Option<bool>,
    /// Whether the shopper wrote own words.
    pub(crate) has_text: Option<bool>,
    /// Whether it is left out of every number.
    pub(crate) excluded: Option<bool>,
    pub(crate) flags: Wanted,
    /// Some answer has such a score.
    pub(crate) scores: Option<Scores>,
    /// Some answer is to this question.
    pub(crate) chosen: Option<Chosen>,
    /// Folded words; each is somewhere in what the shopper wrote.
    pub(crate) words: Vec<String>,
    pub(crate) page: Option<Page>,
    pub(crate) traits: Vec<(String, String)>,
}

/// Which responses to read, by their flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wanted {
    /// Whatever their flags.
    #[default]
    All,
    /// Without any.
    None,
    /// With at least one of these.
    Any(Flags),
}

impl Wanted {
    /// With any flag at all.
    pub(crate) const ANY: Self = Self::Any(Flags::from_bits(u8::MAX));

    const fn takes(self, flags: u8) -> bool {
        match self {
            Self::All => true,
            Self::None => flags == 0,
            Self::Any(any) => flags & any.bits() != 0,
        }
    }
}

/// A score: of any metric or of one, to any question or to one, within a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scores {
    pub(crate) metric: Option<Metric>,
    pub(crate) question: Option<String>,
    pub(crate) range: RangeInclusive<u8>,
}

impl Scores {
    fn fits(&self, answer: &StoredAnswer) -> bool {
        let Some(score) = answer.score else { return false };
        self.range.contains(&score)
            && self.metric.is_none_or(|metric| metric.as_str() == answer.kind)
            && self.question.as_ref().is_none_or(|question| *question == answer.question)
    }
}

/// An answer to a question, perhaps a certain choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) question: String,
    /// The id of a choice, or [`Chosen::OTHER`].
    pub(crate) choice: Option<String>,
}

impl Chosen {
    /// "Something else", in the shopper's own words. No id of a choice looks like that.
    pub(crate) const OTHER: &'static str = "~other";

    fn fits(&self, answer: &StoredAnswer) -> bool {
        answer.question == self.question
            && self.choice.as_ref().is_none_or(|choice| {
                let is_other = *choice == Self::OTHER && answer.other.is_some();
                is_other || answer.choices.iter().flatten().any(|chosen| chosen == choice)
            })
    }
}

/// Orders of a currency within a range of minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderRange {
    pub(crate) currency: String,
    pub(crate) range: RangeInclusive<i64>,
}

/// The path of a page: this one, or all that begin like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// This one.
    Exactly(String),
    /// All that begin like this.
    Below(String),
}

impl Page {
    fn fits(&self, path: &str) -> bool {
        match self {
            Self::Exactly(page) => path == page,
            Self::Below(begin) => path.starts_with(begin.as_str()),
        }
    }
}

/// The path of an address: behind the host, before the query.
fn path_of(url: &str) -> &str {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = behind_scheme.find(['/', '?', '#']).and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}

impl Filter {
    /// How many things are asked.
    pub(super) fn conditions(&self) -> usize {
        let asked = [
            self.survey.is_some(),
            self.touchpoint.is_some(),
            self.language.is_some(),
            self.device.is_some(),
            self.customer.is_some(),
            self.order_id.is_some(),
            self.order.is_some(),
            self.tag.is_some(),
            self.complete.is_some(),
            self.has_text.is_some(),
            self.excluded.is_some(),
            self.flags != Wanted::All,
            self.scores.is_some(),
            self.chosen.is_some(),
            !self.words.is_empty(),
            self.page.is_some(),
            !self.traits.is_empty(),
        ];
        asked.into_iter().filter(|asked| *asked).count()
    }

    /// Whether a response is one of them. What is cheap is looked at first.
    pub(super) fn wants(&self, row: &ResponseRow) -> Result<bool, StoreError> {
        Ok(self.wants_columns(row) && self.wants_traits(row)? && self.wants_tags(row)? && self.wants_answers(row)?)
    }

    fn wants_columns(&self, row: &ResponseRow) -> bool {
        let same = |wanted: Option<&str>, found: Option<&str>| wanted.is_none() || wanted == found;
        let order = self.order.as_ref().is_none_or(|wanted| {
            row.order_currency.as_ref() == Some(&wanted.currency)
                && row.order_value.is_some_and(|value| wanted.range.contains(&value))
        });
        same(self.survey.as_deref(), Some(&row.survey))
            && same(self.touchpoint.as_deref(), Some(&row.touchpoint))
            && same(self.language.as_deref(), row.language.as_deref())
            && same(self.device, row.device.as_deref())
            && same(self.customer.as_deref(), row.customer.as_deref())
            && same(self.order_id.as_deref(), row.order_id.as_deref())
            && order
            && self.complete.is_none_or(|complete| complete == (row.complete == 1))
            && self.excluded.is_none_or(|excluded| excluded == row.excluded.is_some())
            && self.flags.takes(row.flags)
            && self.page.as_ref().is_none_or(|page| row.url.as_deref().is_some_and(|url| page.fits(path_of(url))))
    }

    fn wants_traits(&self, row: &ResponseRow) -> Result<bool, StoreError> {
        if self.traits.is_empty() {
            return Ok(true);
        }
        let traits: BTreeMap<String, String> = read(row, &row.traits)?;
        Ok(self.traits.iter().all(|(name, value)| traits.get(name) == Some(value)))
    }

    fn wants_tags(&self, row: &ResponseRow) -> Result<bool, StoreError> {
        let Some(tag) = &self.tag else { return Ok(true) };
        let tags: Vec<String> = row.tags.as_deref().map_or(Ok(Vec::new()), |tags| read(row, tags))?;
        Ok(tags.contains(tag))
    }

    fn wants_answers(&self, row: &ResponseRow) -> Result<bool, StoreError> {
        if self.scores.is_none() && self.chosen.is_none() && self.has_text.is_none() && self.words.is_empty() {
            return Ok(true);
        }
        let answers: Vec<StoredAnswer> = read(row, &row.answers)?;
        let some = |fits: &dyn Fn(&StoredAnswer) -> bool| answers.iter().any(fits);
        Ok(self.scores.as_ref().is_none_or(|scores| some(&|answer| scores.fits(answer)))
            && self.chosen.as_ref().is_none_or(|chosen| some(&|answer| chosen.fits(answer)))
            && self.has_text.is_none_or(|wanted| wanted == some(&|answer| own_words(answer).next().is_some()))
            && self.has_words(&answers))
    }

    fn has_words(&self, answers: &[StoredAnswer]) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let texts: Vec<String> = answers.iter().flat_map(own_words).map(normalize_for_search).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

/// What a shopper wrote.
fn own_words(answer: &StoredAnswer) -> impl Iterator<Item = &str> {
    [answer.text.as_deref(), answer.other.as_deref()].into_iter().flatten()
}

fn read<'a, T: serde::Deserialize<'a>>(row: &ResponseRow, text: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("response {}: {error}", row.id)))
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths() {
        for (url, expected) in [
            ("https://shop.example/thank-you?order=1", "/thank-you"),
            ("https://shop.example", "/"),
            ("https://shop.example?a=/b", "/"),
            ("https://shop.example:8443/a/b/", "/a/b/"),
            ("http://shop.example/%C5%BC", "/%C5%BC"),
        ] {
            assert_eq!(path_of(url), expected, "{url}");
        }
    }
}
