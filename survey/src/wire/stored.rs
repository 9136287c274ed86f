//! Answers as JSON, in the store and in the owner's API.

use crate::submission::{Answer, Value};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// An answer in the store and in the owner's API. It contains the question's kind, so that it can be read without the
/// survey version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// Id of the question.
    pub question: String,
    /// The kind of the question, one of [`Kind::NAMES`](crate::Kind::NAMES).
    pub kind: String,
    /// For scored questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Ids of the choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// Text beside the choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// E-mail address or phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Consent to use the contact address; always true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
}

impl StoredAnswer {
    /// Metric and score for display, like `NPS 9`.
    #[must_use]
    pub fn score_label(&self) -> Option<String> {
        self.score.map(|score| alloc::format!("{} {score}", self.kind.to_uppercase()))
    }

    /// The free text of the answer, or the text beside the choices. Never a contact address.
    #[must_use]
    pub fn free_text(&self) -> Option<&str> {
        self.text.as_deref().or(self.other.as_deref())
    }
}

impl From<&Answer> for StoredAnswer {
    fn from(answer: &Answer) -> Self {
        let mut stored = Self {
            question: answer.question.as_str().into(),
            kind: String::new(),
            score: None,
            text: None,
            choices: None,
            other: None,
            contact: None,
            consent: None,
        };
        match &answer.value {
            Value::Score { metric, score } => {
                stored.kind = metric.as_str().into();
                stored.score = Some(*score);
            }
            Value::Text(text) => {
                stored.kind = "text".into();
                stored.text = Some(text.clone());
            }
            Value::Choice { choices, other } => {
                stored.kind = "choice".into();
                stored.choices = Some(choices.iter().map(|choice| choice.as_str().into()).collect());
                stored.other.clone_from(other);
            }
            Value::Contact { contact, .. } => {
                stored.kind = "contact".into();
                stored.contact = Some(contact.clone());
                // Contact addresses are only accepted with consent.
                stored.consent = Some(true);
            }
        }
        stored
    }
}
