//! The HTML of a receipt. Every value is escaped by the template.

use super::{
    answers::{self, Answered},
    words::Words,
};
use crate::pages::hosted::{html::document, words::Notice};
use maud::{Markup, html};
use survey::Language;

/// An answer on its page.
pub(super) struct Page<'a> {
    pub(super) words: &'a Words,
    /// In which the questions are.
    pub(super) language: &'a Language,
    /// The service's words for whose page this is.
    pub(super) heading: &'a str,
    /// When it was given: for programs, and for people.
    pub(super) time: (&'a str, &'a str),
    pub(super) answers: &'a [Answered],
}

fn direction(words: &Words) -> &'static str {
    Language::parse(words.language).map_or("ltr", |language| language.direction())
}

/// The page with an answer.
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
                        @for said in &each.answers {
                            dd dir=[each.own_words.then_some("auto")] { (said) }
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

/// The page of an answer that was accepted and is not stored yet.
pub(super) fn on_its_way(words: &Words) -> Markup {
    let (heading, text) = words.on_its_way;
    let content = html! {
        div class="card receipt" {
            h1 { (heading) }
            p { (text) }
            (button(words))
        }
    };
    document((words.language, direction(words)), heading, None, &content)
}

/// The page that has nothing to show, and says why.
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

/// Deletes without a script. The address stays, and with the language in it the page after it speaks as this one did.
fn button(words: &Words) -> Markup {
    html! {
        form method="post" action={ "?lang=" (words.language) } {
            button type="submit" aria-describedby="at-once" { (words.delete) }
            p id="at-once" { (words.at_once) }
        }
    }
}
