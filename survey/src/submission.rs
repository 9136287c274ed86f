//! The check of what a page sent.
//!
//! A [`RawSubmission`] is what arrived; a [`Submission`] is what may be stored. Between them stands [`check`], which collects
//! every problem with its place instead of stopping at the first.

mod answer;
pub(crate) mod context;
pub(crate) mod sanitize;

pub use context::{ClaimedContext, ClaimedOrder, Context, Device, Order, Source};

use crate::{
    flow::{self, AnswerMask},
    id::{Slug, SubmissionId},
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

/// What a page sent, before anybody checked it: every member may be absent or wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawSubmission {
    /// See [`Submission::id`].
    pub id: Option<String>,
    /// See [`Submission::revision`].
    pub revision: Option<i64>,
    /// The shop's public key.
    pub key: Option<String>,
    /// The survey's id.
    pub survey: Option<String>,
    /// The survey's published version.
    pub version: Option<i64>,
    /// See [`Submission::answers`].
    pub answers: Vec<ClaimedAnswer>,
    /// See [`Submission::complete`].
    pub complete: Option<bool>,
    /// See [`Submission::context`].
    pub context: ClaimedContext,
    /// See [`Submission::token`].
    pub token: Option<String>,
    /// What was put into a field that no person sees. See [`Submission::honeypot`].
    pub website: Option<String>,
    /// See [`Submission::challenge`].
    pub challenge: Option<String>,
}

/// An answer as it was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimedAnswer {
    /// Id of the question.
    pub question: Option<String>,
    /// For scales.
    pub score: Option<i64>,
    /// For text.
    pub text: Option<String>,
    /// For choices: ids.
    pub choices: Option<Vec<String>>,
    /// For choices: own words beside "something else".
    pub other: Option<String>,
    /// For contacts: the address.
    pub contact: Option<String>,
    /// For contacts: whether the shopper agreed.
    pub consent: Option<bool>,
}

/// An accepted submission: everything in it fits the survey that it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Made on the page before the first try; a retry carries the same.
    pub id: SubmissionId,
    /// From 1. A higher one replaces a lower one of the same id.
    pub revision: u32,
    /// At most one a question, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Whether the shopper went through to the end.
    pub complete: bool,
    /// Where it was given.
    pub context: Context,
    /// What the survey's words came with, sent back as it was: says when the survey was fetched. Not stored.
    pub token: Option<String>,
    /// Whether something was put into the field that no person sees. Not stored.
    pub honeypot: bool,
    /// What a challenge gave the page that was passed there, for the service that set it. Not stored.
    pub challenge: Option<String>,
}

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Id of the question.
    pub question: Slug,
    /// What was answered.
    pub value: Value,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A score on a metric's scale.
    Score {
        /// The scale.
        metric: Metric,
        /// Within the scale.
        score: u8,
    },
    /// Own words, trimmed, not empty.
    Text(String),
    /// Ids of choices in the order of the question, and own words beside "something else"; never both empty.
    Choice {
        /// Ids of choices.
        choices: Vec<Slug>,
        /// Own words.
        other: Option<String>,
    },
    /// An address in its one form, for whose use the shopper's consent came with it.
    Contact {
        /// Which kind of address.
        channel: Channel,
        /// The address.
        contact: String,
    },
}

impl Value {
    /// The answer as the flow sees it. `kind` is the question's.
    #[must_use]
    pub fn given(&self, kind: &Kind) -> AnswerMask {
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

/// Highest revision. Twenty questions make twenty revisions; the rest is room for a page that stays open.
pub const MAX_REVISION: u32 = 1_000;
/// Longest token that is looked at, in characters. A longer one was not issued here.
const MAX_TOKEN: usize = 64;
/// Longest proof of a passed challenge, in bytes: what Turnstile promises.
const MAX_CHALLENGE: usize = 2_048;

/// Checks a claim against the survey that it names.
///
/// # Errors
/// Everything that is wrong: first `found` (what the reader of the body noted), then what the check adds.
pub fn check(survey: &Survey, claim: RawSubmission, found: Problems) -> Result<Submission, Vec<Problem>> {
    let mut problems = found;
    let id = id(claim.id.as_deref(), &mut problems);
    let revision = revision(claim.revision, &mut problems);
    let answers = answers(survey, claim.answers, &mut problems);
    let context = context::check(claim.context, &mut problems);
    match (id, revision) {
        (Some(id), Some(revision)) => {
            let complete = claim.complete.unwrap_or(false);
            // None of them is a reason to refuse: they only tell how likely it is that a person answered.
            let token = claim.token.filter(|token| !token.is_empty() && token.chars().count() <= MAX_TOKEN);
            let honeypot = claim.website.is_some_and(|website| !website.trim().is_empty());
            let challenge = claim.challenge.filter(|proof| !proof.is_empty() && proof.len() <= MAX_CHALLENGE);
            problems.or(Submission { id, revision, answers, complete, context, token, honeypot, challenge })
        }
        // Each `None` has left its problem behind.
        _ => Err(problems.into_vec()),
    }
}

/// Notes what is wrong with a claim apart from how it fits a survey: for one that does not name a survey.
pub fn check_envelope(claim: &RawSubmission, problems: &mut Problems) {
    id(claim.id.as_deref(), problems);
    revision(claim.revision, problems);
    if claim.answers.is_empty() {
        problems.add(Code::Empty, "answers", "must hold at least one answer");
    }
    context::check(claim.context.clone(), problems);
}

fn id(given: Option<&str>, problems: &mut Problems) -> Option<SubmissionId> {
    let Some(text) = given else {
        problems.add(Code::Missing, "id", "is required");
        return None;
    };
    SubmissionId::parse(text).map_err(|error| problems.add(Code::InvalidFormat, "id", error.to_string())).ok()
}

fn revision(given: Option<i64>, problems: &mut Problems) -> Option<u32> {
    let Some(number) = given else {
        problems.add(Code::Missing, "revision", "is required");
        return None;
    };
    let revision = u32::try_from(number).ok().filter(|number| (1..=MAX_REVISION).contains(number));
    if revision.is_none() {
        problems.add(Code::OutOfRange, "revision", format!("must be 1 to {MAX_REVISION}"));
    }
    revision
}

fn answers(survey: &Survey, claimed: Vec<ClaimedAnswer>, problems: &mut Problems) -> Vec<Answer> {
    if claimed.is_empty() {
        problems.add(Code::Empty, "answers", "must hold at least one answer");
    } else if claimed.len() > survey.questions().len() {
        let message =
            format!("must hold at most {} answers: the survey has no more questions", survey.questions().len());
        problems.add(Code::TooMany, "answers", message);
    }
    // By position of the question, with the place in the body for what is found later.
    let mut accepted: Vec<(usize, String, Answer)> = Vec::new();
    let mut refused = Refused::default();
    for (index, given) in claimed.into_iter().enumerate().take(Survey::MAX_QUESTIONS) {
        let at = format!("answers[{index}]");
        let place = format!("{at}.question");
        let Some(name) = given.question.as_deref() else {
            problems.add(Code::Missing, place, "is required");
            refused.nameless = true;
            continue;
        };
        let found = survey.questions().iter().enumerate().find(|(_, question)| question.id.as_str() == name);
        let Some((position, question)) = found else {
            problems.add(Code::UnknownQuestion, place, "is not a question of this survey version");
            refused.nameless = true;
            continue;
        };
        if accepted.iter().any(|(earlier, ..)| *earlier == position) {
            problems.add(Code::Duplicate, place, "is answered by an earlier entry");
            continue;
        }
        match answer::check(&question.kind, given, &at, problems) {
            Some(value) => accepted.push((position, at, Answer { question: question.id.clone(), value })),
            None => refused.positions.push(position),
        }
    }
    not_asked(survey, &accepted, &refused, problems);
    accepted.sort_by_key(|(position, ..)| *position);
    accepted.into_iter().map(|(.., answer)| answer).collect()
}

/// Answers that were refused, so that what follows from them is not reported as well.
#[derive(Default)]
struct Refused {
    /// Those whose question is known.
    positions: Vec<usize>,
    /// Whether there are others.
    nameless: bool,
}

/// An answer to a question that the others do not lead to was not given by the widget. Where the other itself was
/// refused, nothing can be said about what it leads to.
fn not_asked(survey: &Survey, accepted: &[(usize, String, Answer)], refused: &Refused, problems: &mut Problems) {
    let given_to = |(position, question): (usize, &Question)| {
        let answer = accepted.iter().find(|(at, ..)| *at == position);
        answer.map_or(0, |(.., answer)| answer.value.given(&question.kind))
    };
    let given: Vec<AnswerMask> = survey.questions().iter().enumerate().map(given_to).collect();
    let conditions = survey.conditions();
    for (position, at, _) in accepted {
        let unknown = conditions.get(*position).copied().flatten().is_some_and(|when| {
            let answered = given.get(when.question).is_some_and(|given| *given != 0);
            refused.positions.contains(&when.question) || (refused.nameless && !answered)
        });
        if !unknown && !flow::asked(*position, &conditions, &given) {
            let message = "is answered although the other answers in this submission do not lead to it";
            problems.add(Code::NotAsked, format!("{at}.question"), message);
        }
    }
}
