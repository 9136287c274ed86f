//! Every state of the widget: a shop with each display mode, a survey with each question kind, and a walk through all
//! of its steps.

use crate::{browser::Browser, site::Site};
use serde_json::{Value, json};

/// A callback for each state of the page, with the name of the state.
pub type Look<'a> = &'a mut dyn FnMut(&str);

/// The display modes, with the part of the definition that selects them.
#[must_use]
pub fn modes() -> Vec<(&'static str, Value)> {
    let corner = |corner: &str| json!({ "corner": corner, "pages": ["/none"] });
    vec![
        ("bottom right", corner("bottom_right")),
        ("bottom left", corner("bottom_left")),
        ("top right", corner("top_right")),
        ("top left", corner("top_left")),
        ("inline", json!({ "mode": "inline", "selector": "#here", "height": 240, "pages": ["/none"] })),
        ("modal", json!({ "mode": "modal", "pages": ["/none"] })),
        ("button", json!({ "mode": "button", "pages": ["/button"] })),
        // Owner colours with too little contrast, which the widget must correct.
        ("themed", json!({ "pages": ["/none"], "theme": { "accent": "#ffe14d", "text": "#8a8a8a", "radius": 0 } })),
    ]
}

/// A survey with every question kind, in English and Arabic.
#[must_use]
pub fn survey(name: &str, display: &Value) -> Value {
    let text = |english: &str, arabic: &str| json!({ "en": english, "ar": arabic });
    json!({
        "name": name, "touchpoint": "purchase", "language": "en", "display": display,
        "questions": [
            { "id": "nps", "kind": "nps",
              "text": text("How likely is it that you would recommend {shop} to a friend or colleague?", "ما مدى احتمال أن توصي صديقًا أو زميلًا بمتجر {shop}؟") },
            { "id": "stars", "kind": "csat", "look": "stars", "text": text("You gave {nps} of 10. And the delivery?", "لقد منحت {nps} من 10. وماذا عن التوصيل؟") },
            { "id": "faces", "kind": "csat", "look": "faces", "text": text("How did you like the packaging?", "ما رأيك في التغليف؟") },
            { "id": "ces", "kind": "ces", "text": text("{shop} made it easy for me to handle my issue.", "سهّل متجر {shop} عليّ حل مشكلتي.") },
            { "id": "what", "kind": "choice", "multiple": true, "text": text("What should we do better?", "ما الذي ينبغي أن نحسّنه؟"),
              "choices": [
                { "id": "price", "text": text("Prices", "الأسعار") },
                { "id": "delivery", "text": text("Delivery to my country", "التوصيل إلى بلدي") },
                { "id": "photos", "text": text("Photos of the goods", "صور المنتجات") },
              ],
              "other": text("Something else", "شيء آخر") },
            { "id": "why", "kind": "text", "text": text("What is the main reason for your score?", "ما السبب الرئيسي لتقييمك؟"), "max_chars": 200 },
            { "id": "contact", "kind": "contact", "text": text("May we write to you about this?", "هل يمكننا أن نراسلك بشأن ذلك؟") },
        ],
    })
}

/// Publishes a survey with each mode; returns their ids in the order of [`modes`].
#[must_use]
pub fn open(site: &Site) -> Vec<(&'static str, String)> {
    modes().into_iter().map(|(name, display)| (name, site.shop.publish(&survey(name, &display)).id)).collect()
}

/// Adds a page in this language to the site.
pub fn page(site: &Site, path: &str, language: &str) {
    let dir = if language == "ar" { "rtl" } else { "ltr" };
    let head = format!(
        "<style>body {{ margin: 0; padding: 24px; font: 16px/1.5 sans-serif; background: Canvas; color: CanvasText; color-scheme: light dark }}\
         #here {{ margin-block: 24px; max-width: 480px }}</style>{}",
        site.tag().replace("<script", &format!("<script data-lang={language}"))
    );
    let body = format!(
        "<main lang=en dir={dir}><h1>Tea pots</h1><p>Hand-glazed stoneware, 0.8 l, made to order.</p><div id=here></div><p>From 49.99 zł.</p></main>"
    );
    site.page(path, &head, &body);
}

/// Opens a survey as a click by the shopper would, and waits until the animation has ended.
#[track_caller]
pub fn show(browser: &Browser, id: &str) {
    browser.until_true("window.glas?.key");
    browser.run_with::<Value>("glas('open', arguments[0])", vec![id.into()]);
    let _ = browser.panel();
}

/// Walks through every question of [`survey`] to the thank-you message, including the validation errors.
#[track_caller]
pub fn walk(browser: &Browser, look: Look<'_>) {
    let panel = browser.panel();
    look("nps");
    panel.tap(9);
    let _ = panel.part(".back");
    look("stars");
    panel.tap(4);
    let _ = panel.part("input[name=score][value='5']");
    look("faces");
    panel.tap(2);
    let _ = panel.part("input[name=score][value='7']");
    look("ces");
    panel.click(".back");
    let _ = panel.part("input[name=score]:checked");
    look("faces again");
    panel.tap(3);
    panel.tap(6);
    panel.choose("delivery");
    panel.choose("~other");
    panel.send();
    look("choice, other text missing");
    panel.write("input[name=other]", "Words");
    look("choice");
    panel.send();
    panel.write("textarea", "Because");
    look("text");
    panel.send();
    panel.write("input[name=contact]", "incomplete");
    panel.send();
    look("contact, invalid address");
    panel.write("input[name=contact]", "@shop.example");
    panel.click(".consent input");
    look("contact");
    panel.send();
    panel.reaches("thanks");
    look("thanks");
}
