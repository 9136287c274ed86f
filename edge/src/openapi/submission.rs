//! Submissions and events of pages, and stored answers.

use super::{
    composed::with,
    problem::Finding,
    texts::{LanguageTag, Slug, TraitValue},
    words::{AnswerResult, ClassName, DeviceClass, FunnelStep, QuestionKind, TriggerSource},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A shopper's answers, as a page submits them.
#[derive(ToSchema)]
#[schema(example = json!({
    "id": "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", "client_secret": "mB3xw0gS2Fq0v1nH8yT4kA", "revision": 1,
    "key": "pk_…", "survey": "srv_…", "version": 3, "token": "…", "answers": [{ "question": "nps", "score": 9 }, { "question": "why", "text": "Fast delivery" }], "complete": true,
    "context": { "url": "https://shop.example/thank-you", "language": "en", "device": "mobile",
                 "order": { "id": "1001", "value": 12990, "currency": "PLN" } }
}))]
pub(crate) struct Submission {
    /// A UUIDv7, created before the first attempt. Every retry sends the same id.
    #[schema(pattern = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-7[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$")]
    id: String,
    /// 16 random bytes in base64url, created with the id and sent with every revision. A response that was stored without a
    /// secret cannot be revised.
    #[schema(pattern = "^[0-9A-Za-z_-]{22}$")]
    client_secret: Option<String>,
    /// A higher revision replaces a lower one of the same id and secret, within 31 days.
    #[schema(minimum = 1, maximum = 60)]
    revision: i64,
    /// The shop's public key. Optional for the shop's server, which sends a secret key in `Authorization`.
    key: Option<String>,
    /// The survey's id.
    survey: String,
    /// Its published version.
    #[schema(minimum = 1)]
    version: i64,
    /// At most one answer per question.
    #[schema(min_items = 1, max_items = 20)]
    answers: Vec<SubmittedAnswer>,
    /// Whether the shopper reached the end of the survey.
    complete: Option<bool>,
    /// Where the response was given.
    context: Option<SubmittedContext>,
    /// The token (`t`) of the survey's texts, unchanged.
    token: Option<String>,
    /// The content of a field that people cannot see, to detect bots.
    website: Option<String>,
}

/// An answer to one question, with the members of its kind.
#[derive(ToSchema)]
pub(crate) struct SubmittedAnswer {
    /// Id of the question.
    question: String,
    /// The score, for scales.
    #[schema(minimum = 0, maximum = 10)]
    score: Option<i64>,
    /// `text`: the free text.
    text: Option<String>,
    /// `choice`: the ids of the choices.
    #[schema(value_type = Option<Vec<Slug>>)]
    choices: Option<Vec<String>>,
    /// `choice`: the free text of "something else".
    #[schema(max_length = 500)]
    other: Option<String>,
    /// `contact`: the address.
    contact: Option<String>,
    /// `contact`: whether the shopper agreed. Without consent no address is accepted.
    consent: Option<bool>,
}

/// Where a response was given. It identifies the shopper only if the shop sends a customer id.
#[derive(ToSchema)]
pub(crate) struct SubmittedContext {
    /// The URL of the page. Origin and path are stored, campaign parameters (`utm_*`), the parameters that the shop's settings
    /// name, and a route in the fragment (`#/…`). What looks like a secret is replaced by `[secret]`. The URL is dropped if its
    /// origin is not that of the sending page.
    #[schema(pattern = "^https?://")]
    url: Option<String>,
    /// The language in which the survey was shown.
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
    /// Traits of the customer, for segments. At most 20.
    traits: Option<BTreeMap<String, TraitValue>>,
    /// Signatures over the customer, the order and the traits, made by the shop's server with its identity secret. At most
    /// three are read; those that are not valid are ignored.
    signatures: Option<Vec<String>>,
}

/// An order.
#[derive(ToSchema)]
pub(crate) struct SubmittedOrder {
    /// The shop's order number.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    /// The value in minor units, such as cents.
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    value: i64,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
}

/// The outcome of a submission.
#[derive(ToSchema)]
pub(crate) struct AnswerReceipt {
    id: String,
    revision: u32,
    #[schema(value_type = AnswerResult)]
    result: String,
    /// The receipt with which the shopper can read and delete the response at `/r/{receipt}`.
    #[schema(required)]
    receipt: Option<String>,
}

/// Funnel events of a page.
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

/// One step of one shopper with one survey.
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
    /// The token (`t`) of the survey's texts, unchanged.
    token: Option<String>,
}

/// How many events were counted, and the problems of the others.
#[derive(ToSchema)]
pub(crate) struct EventsReceipt {
    counted: u64,
    problems: Vec<Finding>,
}

/// A stored answer, with the members of its kind.
#[derive(ToSchema)]
pub(crate) struct Answer {
    /// Id of the question.
    #[schema(value_type = Slug)]
    question: String,
    #[schema(value_type = QuestionKind)]
    kind: String,
    /// The score, for scales.
    #[schema(minimum = 0, maximum = 10, nullable = false)]
    score: Option<i64>,
    /// `text`: the free text. E-mail addresses, telephone, account and personal numbers in it are masked.
    #[schema(nullable = false)]
    text: Option<String>,
    /// `choice`: the ids of the choices.
    #[schema(value_type = Option<Vec<Slug>>, nullable = false)]
    choices: Option<Vec<String>>,
    /// `choice`: the free text of "something else".
    #[schema(nullable = false)]
    other: Option<String>,
    /// `contact`: the address.
    #[schema(nullable = false)]
    contact: Option<String>,
    /// `contact`: whether the shopper agreed. Without consent no address is stored.
    #[schema(nullable = false)]
    consent: Option<bool>,
}

with! {
    /// A stored answer; in the complete form with its explanation.
    ExplainedAnswer = Answer, Explanation;
}

/// The members that the complete form adds to an answer.
#[derive(ToSchema)]
pub(crate) struct Explanation {
    /// The class of the score.
    #[schema(value_type = Option<ClassName>, nullable = false)]
    class: Option<String>,
    /// The question in the language of the response; null if that version of the survey no longer exists.
    asked: Option<String>,
}
