//! What pages send, and answers as they are kept.

use super::{
    composed::with,
    problem::Finding,
    texts::{LanguageTag, Slug, TraitValue},
    words::{AnswerResult, ClassName, DeviceClass, FunnelStep, QuestionKind, TriggerSource},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a page sends when a shopper answers.
#[derive(ToSchema)]
#[schema(example = json!({
    "id": "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", "revision": 1, "key": "pk_…", "survey": "srv_…", "version": 3,
    "answers": [{ "question": "nps", "score": 9 }, { "question": "why", "text": "Fast delivery" }], "complete": true,
    "context": { "url": "https://shop.example/thank-you", "language": "en", "device": "mobile",
                 "order": { "id": "1001", "value": 12990, "currency": "PLN" } }
}))]
pub(crate) struct Submission {
    /// A UUIDv7, made before the first try to send: a retry carries the same.
    #[schema(pattern = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-7[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$")]
    id: String,
    /// A higher one replaces a lower one of the same id.
    #[schema(minimum = 1, maximum = 1000)]
    revision: i64,
    /// The shop's public key.
    key: String,
    /// The survey's id.
    survey: String,
    /// Its published version.
    #[schema(minimum = 1)]
    version: i64,
    /// At most one to a question.
    #[schema(min_items = 1, max_items = 20)]
    answers: Vec<SubmittedAnswer>,
    /// Whether the shopper went through to the end.
    complete: Option<bool>,
    /// Where it was given.
    context: Option<SubmittedContext>,
    /// What the survey's words came with (`t`), sent back as it was.
    token: Option<String>,
    /// What was put into a field that no person sees.
    website: Option<String>,
    /// What a passed Turnstile challenge gave, where the shop asks for one.
    challenge: Option<String>,
}

/// An answer to one question, with the member that its kind needs.
#[derive(ToSchema)]
pub(crate) struct SubmittedAnswer {
    /// Id of the question.
    question: String,
    /// Scales.
    #[schema(minimum = 0, maximum = 10)]
    score: Option<i64>,
    /// `text`: own words.
    text: Option<String>,
    /// `choice`: ids of choices.
    #[schema(value_type = Option<Vec<Slug>>)]
    choices: Option<Vec<String>>,
    /// `choice`: own words beside "something else".
    #[schema(max_length = 500)]
    other: Option<String>,
    /// `contact`: the address.
    contact: Option<String>,
    /// `contact`: whether the shopper agreed; without, no address is taken.
    consent: Option<bool>,
}

/// Where an answer was given. Never who, unless the shop says so by a customer id.
#[derive(ToSchema)]
pub(crate) struct SubmittedContext {
    /// Address of the page. Its fragment is not kept.
    #[schema(pattern = "^https?://")]
    url: Option<String>,
    /// In which the survey was shown.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    #[schema(value_type = Option<DeviceClass>)]
    device: Option<String>,
    #[schema(value_type = Option<TriggerSource>)]
    trigger: Option<String>,
    order: Option<SubmittedOrder>,
    /// The shop's own id for its customer.
    #[schema(min_length = 1, max_length = 128)]
    customer: Option<String>,
    /// What the shop tells about the customer, to segment by: at most 20 members.
    traits: Option<BTreeMap<String, TraitValue>>,
}

/// An order.
#[derive(ToSchema)]
pub(crate) struct SubmittedOrder {
    /// The shop's order number.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    /// In minor units: cents, grosze, bani.
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    value: i64,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
}

/// What became of an answer.
#[derive(ToSchema)]
pub(crate) struct AnswerReceipt {
    id: String,
    revision: u32,
    #[schema(value_type = AnswerResult)]
    result: String,
    /// With this the shopper reads and deletes the answer at `/r/{receipt}`.
    #[schema(required)]
    receipt: Option<String>,
}

/// What a page tells of surveys before anything is answered.
#[derive(ToSchema)]
#[schema(example = json!({
    "key": "pk_…", "events": [{ "survey": "srv_…", "version": 3, "event": "view", "device": "mobile" }]
}))]
pub(crate) struct Events {
    /// The shop's public key.
    key: String,
    #[schema(min_items = 1, max_items = 50)]
    events: Vec<FunnelEvent>,
}

/// A step of one shopper with one survey.
#[derive(ToSchema)]
pub(crate) struct FunnelEvent {
    /// The survey's id.
    #[schema(min_length = 1, max_length = 64)]
    survey: String,
    /// Its published version.
    #[schema(minimum = 1, maximum = 4294967295i64)]
    version: i64,
    #[schema(value_type = FunnelStep)]
    event: String,
    #[schema(value_type = Option<DeviceClass>)]
    device: Option<String>,
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
}

/// How many events were counted, and why the others were not.
#[derive(ToSchema)]
pub(crate) struct EventsReceipt {
    counted: u64,
    problems: Vec<Finding>,
}

/// An answer as it is kept, with the member that its kind needs.
#[derive(ToSchema)]
pub(crate) struct Answer {
    /// Id of the question.
    #[schema(value_type = Slug)]
    question: String,
    #[schema(value_type = QuestionKind)]
    kind: String,
    /// Scales.
    #[schema(minimum = 0, maximum = 10, nullable = false)]
    score: Option<i64>,
    /// `text`: own words; e-mail addresses, phones, accounts and personal numbers in them are masked.
    #[schema(nullable = false)]
    text: Option<String>,
    /// `choice`: ids of choices.
    #[schema(value_type = Option<Vec<Slug>>, nullable = false)]
    choices: Option<Vec<String>>,
    /// `choice`: own words beside "something else".
    #[schema(nullable = false)]
    other: Option<String>,
    /// `contact`: the address.
    #[schema(nullable = false)]
    contact: Option<String>,
    /// `contact`: no address is kept without.
    #[schema(nullable = false)]
    consent: Option<bool>,
}

with! {
    /// An answer as it is kept; in the complete form with what is around it.
    ExplainedAnswer = Answer, Explanation;
}

/// What the complete form adds to an answer.
#[derive(ToSchema)]
pub(crate) struct Explanation {
    /// What a score counts as.
    #[schema(value_type = Option<ClassName>, nullable = false)]
    class: Option<String>,
    /// The question in the language of the answer; null if that version of the survey is gone.
    asked: Option<String>,
}
