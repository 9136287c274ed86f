//! `POST /v1/webhooks/{id}/test`: sends a test event to an endpoint.

use super::unknown;
#[cfg(test)]
use crate::openapi::{EventName, SendFailure};
use crate::{
    app::App,
    http::{auth::Writer, error::Error, path::Path, reply},
    key,
    webhooks::{Post, Signed, payload, post, sender},
};
use axum::response::Response;
use serde::Serialize;
use survey::webhook::{EventType, Failure, Template};

/// The result of a test. It contains nothing of the body of the reply.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookTrial))]
struct TestResult {
    /// The id of the message that was sent.
    event: String,
    #[cfg_attr(test, schema(value_type = EventName))]
    r#type: &'static str,
    /// Whether the endpoint replied with 2xx.
    delivered: bool,
    /// The HTTP status; `null` if there was no reply.
    #[cfg_attr(test, schema(required))]
    status: Option<u16>,
    /// The class of the status, like `2xx`.
    #[cfg_attr(test, schema(required))]
    class: Option<String>,
    /// Why the test failed.
    #[cfg_attr(test, schema(required, value_type = Option<SendFailure>))]
    error: Option<&'static str>,
    duration_ms: i64,
}

/// `POST /v1/webhooks/{id}/test`: sends a signed sample event immediately, even to a disabled endpoint.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks/{id}/test", operation_id = "testWebhook", tag = "Webhooks",
    summary = "Test an endpoint",
    description = "Sends a signed sample event immediately, even to a disabled endpoint, and returns the result. Takes up to 15 seconds.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    responses(
        (status = 200, description = "The result.", body = TestResult),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn send(Writer(owner): Writer, app: App, Path(id): Path<String>) -> Result<Response, Error> {
    let webhook = owner.store.webhooks().get(&owner.shop, &id).await?.ok_or(unknown())?;
    let corrupt = |what: &str| Error::internal(format!("webhook {id}: {what}"));
    let events: Vec<String> =
        serde_json::from_str(&webhook.events).map_err(|error| corrupt(&format!("its events: {error}")))?;
    let event = events.first().and_then(|name| EventType::parse(name)).unwrap_or(EventType::ResponseCreated);
    let template = Template::parse(&webhook.template).ok_or_else(|| corrupt("an unknown template"))?;
    let text = payload::sample(template, webhook.recipient.as_deref(), event)?;
    let name = format!("evt_test_{}", key::new_event(owner.now)?);
    let signed = Signed::new(&name, owner.now, &text, sender::secrets(&webhook, owner.now))
        .ok_or_else(|| corrupt("its secret is invalid"))?;
    let (outcome, duration_ms) = post(app.platform(), &Post { url: &webhook.url, body: &text, signed: &signed }).await;
    let result = TestResult {
        event: name,
        r#type: event.as_str(),
        delivered: outcome.failure().is_none(),
        status: outcome.status(),
        class: outcome.status().map(|status| format!("{}xx", status / 100)),
        error: outcome.failure().map(Failure::as_str),
        duration_ms,
    };
    Ok(reply::ok(&result))
}
