//! What a survey shows and where, as the service and the loader hand it over.
//!
//! Both texts stay as they were read: the widget looks things up when it needs them, because copying every word into
//! a place of its own costs more download than looking twice.

use crate::json::Json;
use alloc::{string::String, vec::Vec};
use survey::{Metric, flow::Condition};

/// A survey in one language: the file `/w/{key}/{survey}/{version}/{language}.json`.
#[derive(Debug)]
pub struct View(Json);

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// Its id, sent back with the answer.
    pub id: &'a str,
    /// What is asked.
    pub text: &'a str,
    /// How it is answered.
    pub kind: Kind<'a>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// One score of a metric's scale.
    Scale {
        /// Which scale.
        metric: Metric,
        /// What its lowest and its highest score mean.
        ends: [&'a str; 2],
    },
    /// Own words.
    Text {
        /// Hint in the empty field.
        placeholder: &'a str,
        /// Longest answer, in characters.
        max: u64,
    },
    /// One or several of a list.
    Choice {
        /// Members `id` and `text` of each.
        choices: &'a [Json],
        /// Whether several may be chosen.
        multiple: bool,
        /// Label of "something else", empty if it is not offered.
        other: &'a str,
    },
}

impl View {
    /// Reads the service's file; `None` if it is not JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Json::read(text).map(Self)
    }

    /// The question at a position. A kind that this widget does not know is asked as a text of no length: nothing
    /// that could be answered wrongly.
    #[must_use]
    pub fn question(&self, at: usize) -> Option<Question<'_>> {
        let question = self.questions().get(at)?;
        let member = |name: &str| question.get(name).text();
        let kind = if let Some(metric) = Metric::parse(member("kind")) {
            Kind::Scale { metric, ends: [member("low"), member("high")] }
        } else if member("kind") == "choice" {
            Kind::Choice {
                choices: question.get("choices").list(),
                multiple: question.get("multiple").is_true(),
                other: member("other"),
            }
        } else {
            Kind::Text { placeholder: member("placeholder"), max: question.get("max").number().unwrap_or_default() }
        };
        Some(Question { id: member("id"), text: member("text"), kind })
    }

    fn questions(&self) -> &[Json] {
        self.0.get("questions").list()
    }

    /// For each question the scores after which it is asked.
    #[must_use]
    pub fn conditions(&self) -> Vec<Option<Condition>> {
        self.questions().iter().map(|question| condition(question.get("when"))).collect()
    }

    /// A word of the service's own, which all come with the survey: the widget carries none.
    #[must_use]
    pub fn word(&self, name: &str) -> &str {
        self.0.get("ui").get(name).text()
    }

    /// Language tag of the words.
    #[must_use]
    pub fn language(&self) -> &str {
        self.0.get("lang").text()
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &str {
        self.0.get("dir").text()
    }

    /// Whether the language runs from right to left.
    #[must_use]
    pub fn right_to_left(&self) -> bool {
        self.direction() == "rtl"
    }

    /// Said when everything has arrived.
    #[must_use]
    pub fn thanks(&self) -> &str {
        self.0.get("thanks").text()
    }
}

fn condition(given: &Json) -> Option<Condition> {
    // Positions are below 20 and scores at most 10.
    let member = |name: &str| given.get(name).number().map(|number| number as u8);
    Some(Condition { question: member("q")?.into(), from: member("from")?, to: member("to")? })
}

/// Which survey it is, where it is shown and what the loader knows about the visit.
#[derive(Debug)]
pub struct Options(Json);

impl Options {
    /// Reads what the loader hands over; `None` if it is not JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Json::read(text).map(Self)
    }

    /// A text: `key` (the shop's), `survey`, `trigger`, `url` (of the page).
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).text()
    }

    /// A number: `version` (of the survey), `now` (milliseconds since 1970).
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        self.0.get(name).number().unwrap_or_default()
    }

    /// In the flow of the page, in an element of its own; else over the page, in a corner.
    #[must_use]
    pub fn inline(&self) -> bool {
        self.text("mode") == "inline"
    }

    /// The kind of device as it is reported, from the pointer and the shorter side of the viewport. A laptop in a
    /// narrow window stays a desktop, a phone held sideways a phone: the smallest tablets have about 600 CSS pixels
    /// on their shorter side.
    #[must_use]
    pub fn device(&self) -> &'static str {
        match (self.0.get("coarse").is_true(), self.number("side") < 600) {
            (false, _) => "desktop",
            (true, true) => "mobile",
            (true, false) => "tablet",
        }
    }
}

/// Fills a number into a word like `{n} of {max}`.
#[must_use]
pub fn fill(template: &str, name: &str, number: u64) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(name) {
            filled.push_str(&crate::json::decimal(number));
            rest = after;
        } else {
            filled.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    filled
}
