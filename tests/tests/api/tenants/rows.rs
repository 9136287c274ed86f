//! A successful request for every route. A route without a row fails the test.

use super::world::{CUSTOMER, MARK, World, definition};
use serde_json::{Value, json};
use tests::shop::ORIGIN;

/// A request that succeeds with the right key.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The expected status; any success if missing.
    pub(crate) status: Option<u16>,
    /// Whether it only reads, although it is not a `GET`.
    pub(crate) only_reads: bool,
}

fn to(path: impl Into<String>) -> Call {
    Call { path: path.into(), body: Value::Null, headers: &[], status: None, only_reads: false }
}

impl Call {
    fn with(self, body: Value) -> Self {
        Self { body, ..self }
    }

    fn on_page(self) -> Self {
        Self { headers: &[("origin", ORIGIN)], ..self }
    }

    fn csv(self, text: &str) -> Self {
        Self { body: json!(text), headers: &[("content-type", "text/csv")], ..self }
    }

    /// For requests that cannot succeed here.
    fn gives(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// For a `POST` that changes nothing and is allowed for read keys.
    #[allow(dead_code, reason = "for future routes")]
    fn reads(self) -> Self {
        Self { only_reads: true, ..self }
    }
}

/// Method, path as in the router, and the request. It is built anew for each successful call, and creates the resources
/// it needs (`world.draft()` is a new survey). It names them in its path or body, so that other shops can try to use
/// them.
pub(crate) type Row = (&'static str, &'static str, fn(&World<'_>) -> Call);

pub(crate) const ROWS: &[Row] = &[
    ("get", "/w/{file}", |w| to(format!("/w/{}.js", w.shop.public_key))),
    ("get", "/w/{key}/{survey}/{version}/{file}", |w| {
        to(format!("/w/{}/{}/{}/en.json", w.shop.public_key, w.survey.id, w.survey.version))
    }),
    ("post", "/v1/submissions", |w| to("/v1/submissions").with(w.submission()).on_page()),
    ("options", "/v1/submissions", |_| to("/v1/submissions").on_page()),
    ("post", "/v1/events", |w| {
        let event =
            json!({ "survey": w.survey.id, "version": 1, "event": "view", "device": "mobile", "language": "en" });
        to("/v1/events").with(json!({ "key": w.shop.public_key, "events": [event] })).on_page()
    }),
    ("options", "/v1/events", |_| to("/v1/events").on_page()),
    ("get", "/s/{survey}", |w| to(format!("/s/{}", w.survey.id))),
    ("get", "/r/{code}", |w| to(format!("/r/{}", w.answer().1))),
    ("post", "/r/{code}", |w| to(format!("/r/{}", w.answer().1)).gives(303)),
    ("get", "/healthz", |_| to("/healthz")),
    ("get", "/readyz", |_| to("/readyz")),
    ("get", "/v1/templates", |_| to("/v1/templates")),
    ("get", "/v1/templates/{id}", |_| to("/v1/templates/post_purchase_nps")),
    ("get", "/v1/shop/settings", |_| to("/v1/shop/settings")),
    ("get", "/v1/shop/identity", |_| to("/v1/shop/identity")),
    ("post", "/v1/shop/identity/rotate", |_| to("/v1/shop/identity/rotate")),
    ("put", "/v1/shop/settings", |_| to("/v1/shop/settings").with(json!({ "consent": "none" }))),
    ("get", "/v1/surveys", |_| to("/v1/surveys")),
    ("post", "/v1/surveys", |_| to("/v1/surveys").with(definition(MARK))),
    ("get", "/v1/surveys/{id}", |w| to(format!("/v1/surveys/{}", w.survey.id))),
    ("put", "/v1/surveys/{id}", |w| to(format!("/v1/surveys/{}", w.draft())).with(definition("changed"))),
    ("post", "/v1/surveys/{id}/publish", |w| to(format!("/v1/surveys/{}/publish", w.draft()))),
    ("post", "/v1/surveys/{id}/pause", |w| to(format!("/v1/surveys/{}/pause", w.live()))),
    ("post", "/v1/surveys/{id}/resume", |w| to(format!("/v1/surveys/{}/resume", w.live()))),
    ("post", "/v1/surveys/{id}/archive", |w| to(format!("/v1/surveys/{}/archive", w.live()))),
    ("get", "/v1/responses", |w| to(format!("/v1/responses?survey={}", w.survey.id))),
    ("get", "/v1/responses.csv", |w| to(format!("/v1/responses.csv?survey={}", w.survey.id))),
    ("get", "/v1/responses.ndjson", |w| to(format!("/v1/responses.ndjson?survey={}&form=complete", w.survey.id))),
    ("get", "/v1/responses/{id}", |w| to(format!("/v1/responses/{}", w.response))),
    ("patch", "/v1/responses/{id}", |w| {
        to(format!("/v1/responses/{}", w.answer().0)).with(json!({ "tags": [MARK], "excluded": { "reason": MARK } }))
    }),
    ("delete", "/v1/responses/{id}", |w| to(format!("/v1/responses/{}", w.answer().0))),
    ("get", "/v1/tags", |_| to("/v1/tags")),
    ("get", "/v1/erasures", |_| to("/v1/erasures")),
    ("post", "/v1/erasures", |w| to("/v1/erasures").with(json!({ "response": w.answer().0 }))),
    ("get", "/v1/exports", |_| to(format!("/v1/exports?customer={CUSTOMER}"))),
    ("post", "/v1/exports", |_| to("/v1/exports").with(json!({ "customer": CUSTOMER }))),
    ("get", "/v1/metrics", |w| to(format!("/v1/metrics?metric=nps&survey={}", w.survey.id))),
    ("get", "/v1/funnel", |w| to(format!("/v1/funnel?survey={}", w.survey.id))),
    ("get", "/v1/keys", |_| to("/v1/keys")),
    ("post", "/v1/keys", |_| to("/v1/keys").with(json!({ "label": MARK, "scopes": ["read"] }))),
    ("get", "/v1/keys/{id}", |w| to(format!("/v1/keys/{}", w.key))),
    ("patch", "/v1/keys/{id}", |w| to(format!("/v1/keys/{}", w.key)).with(json!({ "label": MARK }))),
    ("delete", "/v1/keys/{id}", |w| to(format!("/v1/keys/{}", w.spare_key()))),
    ("post", "/v1/keys/{id}/rotate", |w| to(format!("/v1/keys/{}/rotate", w.spare_key()))),
    ("get", "/v1/audit", |w| to(format!("/v1/audit?key={}", w.key))),
    ("get", "/v1/webhooks", |_| to("/v1/webhooks")),
    ("post", "/v1/webhooks", |w| to("/v1/webhooks").with(w.endpoint())),
    ("get", "/v1/webhooks/events", |_| to("/v1/webhooks/events")),
    ("get", "/v1/webhooks/templates", |_| to("/v1/webhooks/templates")),
    ("get", "/v1/webhooks/{id}", |w| to(format!("/v1/webhooks/{}", w.webhook))),
    ("put", "/v1/webhooks/{id}", |w| to(format!("/v1/webhooks/{}", w.webhook)).with(w.endpoint())),
    ("delete", "/v1/webhooks/{id}", |w| to(format!("/v1/webhooks/{}", w.spare_webhook()))),
    ("post", "/v1/webhooks/{id}/enable", |w| to(format!("/v1/webhooks/{}/enable", w.spare_webhook()))),
    ("post", "/v1/webhooks/{id}/rotate", |w| to(format!("/v1/webhooks/{}/rotate", w.webhook))),
    ("post", "/v1/webhooks/{id}/test", |w| to(format!("/v1/webhooks/{}/test", w.webhook))),
    ("get", "/v1/webhooks/{id}/deliveries", |w| to(format!("/v1/webhooks/{}/deliveries", w.webhook))),
    ("post", "/v1/webhooks/{id}/deliveries/{delivery}/retry", |w| {
        to(format!("/v1/webhooks/{}/deliveries/{}/retry", w.webhook, w.delivery()))
    }),
    ("get", "/v1/imports", |_| to("/v1/imports")),
    ("post", "/v1/imports", |w| to("/v1/imports?source=delighted").csv(&w.file())),
    ("delete", "/v1/imports/{id}", |w| to(format!("/v1/imports/{}", w.import()))),
    ("get", "/v1/dead-letters", |_| to("/v1/dead-letters")),
    ("delete", "/v1/dead-letters/{id}", |w| to(format!("/v1/dead-letters/{}", w.dead_letter()))),
    ("post", "/v1/dead-letters/{id}/retry", |w| to(format!("/v1/dead-letters/{}/retry", w.dead_letter()))),
    ("get", "/v1/operator/dead-letters", |_| to("/v1/operator/dead-letters")),
    ("delete", "/v1/operator/dead-letters/{id}", |w| {
        to(format!("/v1/operator/dead-letters/{}", w.dead_letter_without_shop()))
    }),
    ("post", "/v1/operator/dead-letters/{id}/retry", |w| {
        to(format!("/v1/operator/dead-letters/{}/retry", w.dead_letter_without_shop()))
    }),
    ("post", "/v1/shops", |_| to("/v1/shops").with(json!({ "name": "Another one" }))),
    ("put", "/v1/shops/{shop}/quota", |w| {
        to(format!("/v1/shops/{}/quota", w.id())).with(json!({ "daily_answers": 100_000 }))
    }),
    // A single database leaves no target for a move; moves.rs has two.
    ("get", "/v1/shops/{shop}/move", |w| to(format!("/v1/shops/{}/move", w.id())).gives(404)),
    ("post", "/v1/shops/{shop}/move", |w| {
        to(format!("/v1/shops/{}/move", w.id())).with(json!({ "to": "DB_0" })).gives(409)
    }),
    ("delete", "/v1/shops/{shop}/move", |w| to(format!("/v1/shops/{}/move", w.id())).gives(404)),
    ("post", "/v1/shops/{shop}/move/step", |w| to(format!("/v1/shops/{}/move/step", w.id())).gives(404)),
    ("get", "/v1/counters", |_| to("/v1/counters")),
];
