//! The HTML of hosted pages. Every value is escaped by the template.

use super::{
    reader::{Order, Told},
    words::{Notice, Words},
};
use maud::{DOCTYPE, Markup, html};
use survey::Language;

/// A survey on a page of its own.
pub(super) struct Page<'a> {
    pub(super) language: &'a Language,
    /// The service's words for what this page is.
    pub(super) heading: &'a str,
    /// `light` or `dark` if the survey is always so.
    pub(super) scheme: Option<&'a str>,
    pub(super) key: &'a str,
    pub(super) survey: &'a str,
    pub(super) told: &'a Told,
}

/// The page that asks.
pub(super) fn survey(page: &Page<'_>) -> Markup {
    let order: Option<&Order> = page.told.order.as_ref();
    let content = html! {
        h1 { (page.heading) }
        div id="survey" {}
        // No person sees it, no keyboard and no screen reader comes by: what writes here is a program.
        input id="website" name="website" tabindex="-1" aria-hidden="true" autocomplete="off";
        noscript { p class="card" { (Words::of(page.language).no_script) } }
        // No consent is asked for here, so nothing is kept on the device: `denied`.
        script async src={ "/w/" (page.key) ".js" }
            data-open=(page.survey) data-place="#survey" data-lang=(page.language.as_str()) data-consent="denied"
            data-trigger=(page.told.trigger.unwrap_or("link"))
            data-order-id=[order.and_then(|order| order.id.as_ref())]
            data-order-value=[order.map(|order| order.value)]
            data-order-currency=[order.map(|order| &order.currency)]
            data-customer=[page.told.customer.as_ref()] {}
        // Tells a page that frames this one how high it is and what became of it.
        script async src="/a/hosted.js" {}
    };
    document((page.language.as_str(), page.language.direction()), page.heading, page.scheme, &content)
}

/// A page that has nothing to ask, and says why.
pub(super) fn notice(words: &Words, (heading, text): Notice) -> Markup {
    let content = html! {
        div class="card" {
            h1 { (heading) }
            p { (text) }
        }
    };
    let direction = Language::parse(words.language).map_or("ltr", |language| language.direction());
    document((words.language, direction), heading, None, &content)
}

/// A page in the looks of all of these.
pub(in crate::pages) fn document(
    (language, direction): (&str, &str),
    title: &str,
    scheme: Option<&str>,
    content: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) dir=(direction) data-scheme=[scheme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/hosted.css";
            }
            body { main { (content) } }
        }
    }
}
