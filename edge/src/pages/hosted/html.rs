//! The HTML of hosted pages. Every value is escaped by the template.

use super::{
    reader::{Order, Params},
    words::{Notice, Words},
};
use maud::{DOCTYPE, Markup, html};
use survey::Language;

/// The content of a hosted page.
pub(super) struct Page<'a> {
    pub(super) language: &'a Language,
    /// The heading, in the language of the page.
    pub(super) heading: &'a str,
    /// `light` or `dark`, unless the survey follows the device.
    pub(super) scheme: Option<&'a str>,
    pub(super) key: &'a str,
    pub(super) survey: &'a str,
    pub(super) params: &'a Params,
    /// The signed traits of the link as JSON, if there are any.
    pub(super) traits: Option<String>,
}

/// The page with the survey.
pub(super) fn survey(page: &Page<'_>) -> Markup {
    let order: Option<&Order> = page.params.order.as_ref();
    let content = html! {
        h1 { (page.heading) }
        div id="survey" {}
        // A honeypot: invisible, not focusable and hidden from screen readers, so only bots fill it in.
        input id="website" name="website" tabindex="-1" aria-hidden="true" autocomplete="off";
        noscript { p class="card" { (Words::of(page.language).no_script) } }
        // This page does not ask for consent, so nothing is stored on the device.
        script async src={ "/w/" (page.key) ".js" }
            data-open=(page.survey) data-place="#survey" data-lang=(page.language.as_str()) data-consent="denied"
            data-trigger=(page.params.trigger.unwrap_or("link"))
            data-order-id=[order.and_then(|order| order.id.as_ref())]
            data-order-value=[order.map(|order| order.value)]
            data-order-currency=[order.map(|order| &order.currency)]
            data-customer=[page.params.customer.as_ref()]
            data-sig=[Some(page.params.signatures.join(" ")).filter(|signatures| !signatures.is_empty())] {}
        // Sends the signed traits, and reports the height and the outcome to a page that frames this one.
        script async src="/a/hosted.js" data-traits=[page.traits.as_ref()] {}
    };
    document((page.language.as_str(), page.language.direction()), page.heading, page.scheme, &content)
}

/// A page without a survey, with an explanation.
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

/// The frame of all hosted pages.
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
