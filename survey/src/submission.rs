//! Validates what a page sends.
//!
//! A [`RawSubmission`] is the parsed request body; a [`Submission`] is valid and may be stored. [`check`] converts one
//! into the other and collects all problems with their places instead of stopping at the first.

mod answer;
pub(crate) mod context;
mod identifier;
pub mod page_url;
pub(crate) mod sanitize;
mod signed;

pub use context::{Context, Device, MAX_SIGNATURES, MAX_TRAIT, MAX_TRAITS, Order, RawContext, RawOrder, Source};
pub use identifier::{MAX_ID, canonical_id};
pub use page_url::PageParameters;
pub use sanitize::{is_invisible, printable};
pub use signed::{Verified, verified};

use crate::{
    flow::{self, AnswerMask},
    id::{ClientSecret, Slug, SubmissionId},
    metric::Metric,
    problem::{Code, Problem, Problems},
    question::{Channel, Kind, Question},
    survey::Survey,
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// A submission as the page sent it, before validation: every member may be missing or wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawSubmission {
    /// See [`Submission::id`].
    pub id: Option<String>,
    /// See [`Submission::client_secret`].
    pub client_secret: Option<String>,
    /// See [`Submission::revision`].
    pub revision: Option<i64>,
    /// The shop's public key.
    pub key: Option<String>,
    /// The survey's id.
    pub survey: Option<String>,
    /// The survey's published version.
    pub version: Option<i64>,
    /// See [`Submission::answers`].
    pub answers: Vec<RawAnswer>,
    /// See [`Submission::complete`].
    pub complete: Option<bool>,
    /// See [`Submission::context`].
    pub context: RawContext,
    /// See [`Submission::token`].
    pub token: Option<String>,
    /// The content of the honeypot field. See [`Submission::honeypot`].
    pub website: Option<String>,
}

/// An answer as the page sent it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawAnswer {
    /// Id of the question.
    pub question: Option<String>,
    /// For scales.
    pub score: Option<i64>,
    /// For text questions.
    pub text: Option<String>,
    /// For choices: ids of the choices.
    pub choices: Option<Vec<String>>,
    /// For choices: the text beside "something else".
    pub other: Option<String>,
    /// For contacts: the contact address.
    pub contact: Option<String>,
    /// For contacts: whether the shopper gave consent.
    pub consent: Option<bool>,
}

/// A valid submission: all of it fits the survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Created by the page before the first attempt to send; a retry has the same id.
    pub id: SubmissionId,
    /// Made by the page with the id. A revision needs the secret of the first one; without a secret there is none.
    pub client_secret: Option<ClientSecret>,
    /// Starts at 1. A higher revision replaces a lower one with the same id.
    pub revision: u32,
    /// At most one per question, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Whether the shopper reached the end of the survey.
    pub complete: bool,
    /// Where and how the survey was shown.
    pub context: Context,
    /// The token that came with the survey, returned unchanged; shows when the survey was fetched. Not stored.
    pub token: Option<String>,
    /// Whether the honeypot field, which is invisible to people, was filled in. Not stored.
    pub honeypot: bool,
}

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Id of the question.
    pub question: Slug,
    /// The answer.
    pub value: Value,
}

/// The value of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A score on a metric's scale.
    Score {
        /// The metric, which defines the scale.
        metric: Metric,
        /// The score, within the scale.
        score: u8,
    },
    /// Free text, trimmed and not empty.
    Text(String),
    /// Choice ids in the order of the question, and the text beside "something else"; never both empty.
    Choice {
        /// Ids of the choices.
        choices: Vec<Slug>,
        /// The text beside "something else".
        other: Option<String>,
    },
    /// A contact address in canonical form, given with the shopper's consent.
    Contact {
        /// The kind of address.
        channel: Channel,
        /// The address.
        contact: String,
    },
}

impl Value {
    /// The answer as a bit mask for [`crate::flow`]. `kind` is the kind of its question.
    #[must_use]
    pub fn mask(&self, kind: &Kind) -> AnswerMask {
        match (self, kind) {
            (Self::Score { score, .. }, _) => 1 << score,
            (Self::Choice { choices, other }, Kind::Choice { choices: known, .. }) => {
                let bit = |at: usize| 1 << at;
                let chosen = known.iter().enumerate().filter(|(_, choice)| choices.contains(&choice.id));
                let chosen: AnswerMask = chosen.map(|(at, _)| bit(at)).sum();
                chosen | if other.is_some() { bit(known.len()) } else { 0 }
            }
            _ => 0,
        }
    }
}

/// Highest revision. Twenty questions give twenty revisions; the rest allows for going back.
pub const MAX_REVISION: u32 = 60;
/// Maximum length of a token, in characters. A longer one was not issued by this service.
const MAX_TOKEN: usize = 64;

/// Validates a submission against its survey. `parameters` are those that the shop keeps in the page's address.
///
/// # Errors
/// All problems: first `found` (those from parsing the body), then those of the validation.
pub fn check(
    survey: &Survey,
    raw: RawSubmission,
    parameters: &PageParameters,
    found: Problems,
) -> Result<Submission, Vec<Problem>> {
    let mut problems = found;
    let id = id(raw.id.as_deref(), &mut problems);
    let client_secret = client_secret(raw.client_secret.as_deref(), &mut problems);
    let revision = revision(raw.revision, &mut problems);
    let answers = answers(survey, raw.answers, &mut problems);
    let context = context::check(raw.context, parameters, &mut problems);
    match (id, revision) {
        (Some(id), Some(revision)) => {
            let complete = raw.complete.unwrap_or(false);
            // Invalid values are ignored: these only indicate how likely it is that a person answered.
            let token = raw.token.filter(|token| !token.is_empty() && token.chars().count() <= MAX_TOKEN);
            let honeypot = raw.website.is_some_and(|website| !website.trim().is_empty());
            problems.or(Submission { id, client_secret, revision, answers, complete, context, token, honeypot })
        }
        // Each `None` has added a problem.
        _ => Err(problems.into_vec()),
    }
}

/// Adds the problems of a submission that do not depend on a survey, for one that does not name its survey.
pub fn check_envelope(raw: &RawSubmission, problems: &mut Problems) {
    id(raw.id.as_deref(), problems);
    client_secret(raw.client_secret.as_deref(), problems);
    revision(raw.revision, problems);
    if raw.answers.is_empty() {
        problems.add(Code::Empty, "answers", "must contain at least one answer");
    }
    context::check(raw.context.clone(), &PageParameters::default(), problems);
}

fn id(id: Option<&str>, problems: &mut Problems) -> Option<SubmissionId> {
    let Some(text) = id else {
        problems.add(Code::Missing, "id", "is required");
        return None;
    };
    SubmissionId::parse(text).map_err(|error| problems.add(Code::InvalidFormat, "id", error.to_string())).ok()
}

/// Missing in submissions of older widgets.
fn client_secret(secret: Option<&str>, problems: &mut Problems) -> Option<ClientSecret> {
    let report = |error: crate::InvalidId| problems.add(Code::InvalidFormat, "client_secret", error.to_string());
    ClientSecret::parse(secret?).map_err(report).ok()
}

fn revision(revision: Option<i64>, problems: &mut Problems) -> Option<u32> {
    let Some(number) = revision else {
        problems.add(Code::Missing, "revision", "is required");
        return None;
    };
    let revision = u32::try_from(number).ok().filter(|number| (1..=MAX_REVISION).contains(number));
    if revision.is_none() {
        problems.add(Code::OutOfRange, "revision", format!("must be between 1 and {MAX_REVISION}"));
    }
    revision
}

fn answers(survey: &Survey, raw: Vec<RawAnswer>, problems: &mut Problems) -> Vec<Answer> {
    if raw.is_empty() {
        problems.add(Code::Empty, "answers", "must contain at least one answer");
    } else if raw.len() > survey.questions().len() {
        let message =
            format!("must contain at most {} answers, one per question of the survey", survey.questions().len());
        problems.add(Code::TooMany, "answers", message);
    }
    // By position of the question, with the place in the body for later problems.
    let mut accepted: Vec<(usize, String, Answer)> = Vec::new();
    let mut rejected = Rejected::default();
    for (index, answer) in raw.into_iter().enumerate().take(Survey::MAX_QUESTIONS) {
        let at = format!("answers[{index}]");
        let place = format!("{at}.question");
        let Some(name) = answer.question.as_deref() else {
            problems.add(Code::Missing, place, "is required");
            rejected.has_unknown = true;
            continue;
        };
        let found = survey.questions().iter().enumerate().find(|(_, question)| question.id.as_str() == name);
        let Some((position, question)) = found else {
            problems.add(Code::UnknownQuestion, place, "is not a question of this survey version");
            rejected.has_unknown = true;
            continue;
        };
        if accepted.iter().any(|(earlier, ..)| *earlier == position) {
            problems.add(Code::Duplicate, place, "is already answered by an earlier entry");
            continue;
        }
        match answer::check(&question.kind, answer, &at, problems) {
            Some(value) => accepted.push((position, at, Answer { question: question.id.clone(), value })),
            None => rejected.positions.push(position),
        }
    }
    check_asked(survey, &accepted, &rejected, problems);
    accepted.sort_by_key(|(position, ..)| *position);
    accepted.into_iter().map(|(.., answer)| answer).collect()
}

/// Rejected answers, to avoid reporting problems that only follow from them.
#[derive(Default)]
struct Rejected {
    /// Positions of those with a known question.
    positions: Vec<usize>,
    /// Whether there are others.
    has_unknown: bool,
}

/// Reports answers to questions that the other answers do not lead to: the widget never sends them. Skipped if the
/// answer that decides was itself rejected.
fn check_asked(survey: &Survey, accepted: &[(usize, String, Answer)], rejected: &Rejected, problems: &mut Problems) {
    let mask_of = |(position, question): (usize, &Question)| {
        let answer = accepted.iter().find(|(at, ..)| *at == position);
        answer.map_or(0, |(.., answer)| answer.value.mask(&question.kind))
    };
    let masks: Vec<AnswerMask> = survey.questions().iter().enumerate().map(mask_of).collect();
    let conditions = survey.conditions();
    for (position, at, _) in accepted {
        let is_undecided = conditions.get(*position).copied().flatten().is_some_and(|when| {
            let answered = masks.get(when.question).is_some_and(|mask| *mask != 0);
            rejected.positions.contains(&when.question) || (rejected.has_unknown && !answered)
        });
        if !is_undecided && !flow::asked(*position, &conditions, &masks) {
            let message = "must not be answered: the other answers in this submission do not lead to this question";
            problems.add(Code::NotAsked, format!("{at}.question"), message);
        }
    }
}
