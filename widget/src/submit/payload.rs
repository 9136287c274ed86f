//! The body of `POST /v1/submissions`.

use crate::{
    json::{Json, Writer},
    options::{Kind, Options, Question, View},
    state::Answer,
};
use alloc::string::String;

/// Everything that one revision says.
#[derive(Debug)]
pub struct Revision<'a> {
    /// The submission's id, the same in all revisions.
    pub id: &'a str,
    /// From 1.
    pub number: u32,
    /// Which survey on which page.
    pub options: &'a Options,
    /// Its questions and the language in which they were asked.
    pub view: &'a View,
    /// The answers by position of the question.
    pub answers: &'a [Option<Answer>],
    /// Whether the shopper went through to the end.
    pub complete: bool,
    /// What the page told by `glas('order', …)` and `glas('identify', …)`, as JSON.
    pub told: &'a str,
}

impl Revision<'_> {
    /// The JSON text.
    #[must_use]
    pub fn body(&self) -> String {
        let mut json = Writer::default();
        json.raw("{\"id\":").text(self.id);
        json.raw(",\"revision\":").number(self.number.into());
        json.raw(",\"version\":").number(self.options.number("version"));
        json.raw(",\"key\":").text(self.options.text("key"));
        json.raw(",\"survey\":").text(self.options.text("survey"));
        json.raw(",\"answers\":[");
        let mut before = "{\"question\":";
        for (at, answer) in self.answers.iter().enumerate() {
            if let (Some(answer), Some(question)) = (answer, self.view.question(at)) {
                json.raw(before).text(question.id);
                write_answer(&mut json, &question, answer);
                json.raw("}");
                before = ",{\"question\":";
            }
        }
        json.raw("]");
        json.raw(",\"complete\":").raw(if self.complete { "true" } else { "false" });
        json.raw(",\"context\":{\"language\":").text(self.view.language());
        json.raw(",\"device\":").text(self.options.device());
        json.raw(",\"trigger\":").text(self.options.text("trigger"));
        let url = self.options.text("url");
        if url.starts_with("http") {
            json.raw(",\"url\":").text(url);
        }
        // A page that tells nonsense must not cost the shopper's answer: what the service would refuse is left out.
        if let Some(told) = Json::read(self.told) {
            write_told(&mut json, &told);
        }
        json.raw("}}");
        json.finish()
    }
}

fn write_answer(json: &mut Writer, question: &Question<'_>, answer: &Answer) {
    match answer {
        Answer::Score(score) => {
            json.raw(",\"score\":").number((*score).into());
        }
        Answer::Text(text) => {
            json.raw(",\"text\":").text(text);
        }
        Answer::Choice(chosen, other) => {
            json.raw(",\"choices\":[");
            let mut comma = "";
            if let Kind::Choice { choices, .. } = question.kind {
                for (at, choice) in choices.iter().enumerate() {
                    if chosen >> at & 1 != 0 {
                        json.raw(comma).text(choice.get("id").text());
                        comma = ",";
                    }
                }
            }
            json.raw("]");
            if !other.is_empty() {
                json.raw(",\"other\":").text(other);
            }
        }
    }
}

/// Longest id of an order or a customer, in characters.
const MAX_ID: usize = 128;
/// Most traits, and longest name or value of one, in characters.
const MAX_TRAITS: usize = 20;
const MAX_TRAIT: usize = 100;

fn write_told(json: &mut Writer, told: &Json) {
    let order = told.get("order");
    let currency = order.get("currency").text();
    if let Some(value) = order.get("value").number()
        && currency.len() == 3
        && currency.bytes().all(|letter| letter.is_ascii_alphabetic())
    {
        json.raw(",\"order\":{\"value\":").number(value);
        json.raw(",\"currency\":").text(&currency.to_ascii_uppercase());
        if let Some(id) = short(order.get("id").scalar(), MAX_ID) {
            json.raw(",\"id\":").text(id);
        }
        json.raw("}");
    }
    if let Some(customer) = short(told.get("customer").scalar(), MAX_ID) {
        json.raw(",\"customer\":").text(customer);
    }
    if let Json::Map(traits) = told.get("traits") {
        json.raw(",\"traits\":{");
        let mut comma = "";
        for (name, value) in traits.iter().take(MAX_TRAITS) {
            if let (Some(name), Some(value)) = (short(name, MAX_TRAIT), short(value.scalar(), MAX_TRAIT)) {
                json.raw(comma).text(name).raw(":").text(value);
                comma = ",";
            }
        }
        json.raw("}");
    }
}

/// The text, if it has 1 to `max` characters.
fn short(text: &str, max: usize) -> Option<&str> {
    let text = text.trim_ascii();
    // Every character has one byte that does not continue another; `chars().count()` is ten times this size.
    let length = text.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
    (1..=max).contains(&length).then_some(text)
}
