//! Stored answers as text for the shopper.

use crate::store::ResponseRow;
use insight::redact::Counts;
use serde::Deserialize;
use survey::{Kind, Language, Question, Survey, words::Words as ServiceWords};

/// A stored answer.
#[derive(Deserialize)]
struct StoredAnswer {
    question: String,
    score: Option<u8>,
    text: Option<String>,
    choices: Option<Vec<String>>,
    other: Option<String>,
    contact: Option<String>,
}

/// A question and its answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) question: String,
    /// The answer; several texts for a list.
    pub(super) answers: Vec<String>,
    /// Whether the answer is the shopper's free text.
    pub(super) own_words: bool,
}

/// Whether personal data was masked in an answer.
pub(super) fn is_masked(answered: &[Answered]) -> bool {
    let masks = Counts::default().each().map(|(kind, _)| format!("[{kind}]"));
    let mut texts = answered.iter().flat_map(|each| &each.answers);
    texts.any(|text| masks.iter().any(|mask| text.contains(mask)))
}

/// The answers of a response. `None` if they cannot be parsed.
pub(super) fn of(row: &ResponseRow, survey: &Survey, language: &Language, shop: &str) -> Option<Vec<Answered>> {
    let kept: Vec<StoredAnswer> = serde_json::from_str(&row.answers).ok()?;
    let reader = Reader { survey, language, shop };
    let mut answered: Vec<(String, Answered)> = Vec::new();
    for each in kept {
        let question = survey.questions().iter().find(|question| question.id.as_str() == each.question);
        let mut text = question.map_or_else(|| each.question.clone(), |question| reader.question(question));
        for (id, earlier) in &answered {
            text = text.replace(&format!("{{{id}}}"), &earlier.answers.join(", "));
        }
        for question in survey.questions() {
            text = text.replace(&format!("{{{}}}", question.id.as_str()), "…");
        }
        let own_words = each.text.is_some();
        let answers = reader.answers(question, &each);
        answered.push((each.question, Answered { question: text, answers, own_words }));
    }
    Some(answered.into_iter().map(|(_, answered)| answered).collect())
}

struct Reader<'a> {
    survey: &'a Survey,
    language: &'a Language,
    shop: &'a str,
}

impl Reader<'_> {
    fn question(&self, question: &Question) -> String {
        question.text.pick(self.language, self.survey.language()).replace("{shop}", self.shop)
    }

    fn answers(&self, question: Option<&Question>, kept: &StoredAnswer) -> Vec<String> {
        let score = kept.score.map(|score| {
            let max = question.and_then(|question| question.kind.metric()).map(survey::Metric::max);
            let of = ServiceWords::of(self.language).of;
            max.map_or_else(
                || score.to_string(),
                |max| of.replace("{n}", &score.to_string()).replace("{max}", &max.to_string()),
            )
        });
        let chosen = kept.choices.iter().flatten().map(|id| self.choice(question, id));
        let written = [&kept.text, &kept.other, &kept.contact].into_iter().flatten().cloned();
        score.into_iter().chain(chosen).chain(written).collect()
    }

    fn choice(&self, question: Option<&Question>, id: &str) -> String {
        let Some(Kind::Choice { choices, .. }) = question.map(|question| &question.kind) else { return id.to_owned() };
        let choice = choices.iter().find(|choice| choice.id.as_str() == id);
        choice.map_or_else(
            || id.to_owned(),
            |choice| choice.text.pick(self.language, self.survey.language()).replace("{shop}", self.shop),
        )
    }
}
