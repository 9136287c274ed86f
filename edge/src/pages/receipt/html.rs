//! The HTML of a receipt. Every value is escaped by the template.

use super::{
    answers::{self, Answered},
    words::Words,
};
use crate::pages::hosted::{html::document, words::Notice};
use maud::{Markup, html};
use survey::Language;

/// The content of a receipt page.
pub(super) struct Page<'a> {
    pub(super) words: &'a Words,
    /// The language of the questions.
    pub(super) language: &'a Language,
    /// The heading, which names the shop.
    pub(super) heading: &'a str,
    /// The time of the response: machine-readable, and for people.
    pub(super) time: (&'a str, &'a str),
    pub(super) answers: &'a [Answered],
}

fn direction(words: &Words) -> &'static str {
    Language::parse(words.language).map_or("ltr", |language| language.direction())
}

/// The page with a response.
pub(super) fn answer(page: &Page<'_>) -> Markup {
    let words = page.words;
    let (machine, person) = page.time;
    let content = html! {
        h1 { (page.heading) }
        section class="card receipt" aria-labelledby="kept" {
            h2 id="kept" { (words.kept) }
            p { time datetime=(machine) dir="ltr" { (person) } }
            dl lang=(page.language.as_str()) dir=(page.language.direction()) {
                @for each in page.answers {
                    div {
                        dt { (each.question) }
                        @for answer in &each.answers {
                            dd dir=[each.own_words.then_some("auto")] { (answer) }
                        }
                    }
                }
            }
            @if answers::is_masked(page.answers) {
                p { (words.masked) }
            }
            (button(words))
        }
    };
    document((words.language, direction(words)), page.heading, None, &content)
}

/// The page of a response that was accepted and is not stored yet.
pub(super) fn queued(words: &Words) -> Markup {
    let (heading, text) = words.queued;
    let content = html! {
        div class="card receipt" {
            h1 { (heading) }
            p { (text) }
            (button(words))
        }
    };
    document((words.language, direction(words)), heading, None, &content)
}

/// A page without a response, with an explanation.
pub(super) fn notice(language: &str, (heading, text): Notice) -> Markup {
    let content = html! {
        div class="card" {
            h1 { (heading) }
            p { (text) }
        }
    };
    let direction = Language::parse(language).map_or("ltr", |language| language.direction());
    document((language, direction), heading, None, &content)
}

/// The form that deletes the response without a script. Its action keeps the path and passes the language on.
fn button(words: &Words) -> Markup {
    html! {
        form method="post" action={ "?lang=" (words.language) } {
            button type="submit" aria-describedby="at-once" { (words.delete) }
            p id="at-once" { (words.at_once) }
        }
    }
}
