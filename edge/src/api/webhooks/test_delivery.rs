//! `POST /v1/webhooks/{id}/test`: whether an endpoint takes what it would be told.

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

/// What came back. Of what the receiver wrote, nothing.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookTrial))]
struct Trial {
    /// The message's id, as the receiver got it.
    event: String,
    #[cfg_attr(test, schema(value_type = EventName))]
    r#type: &'static str,
    /// Whether the receiver answered with 2xx.
    delivered: bool,
    /// HTTP; `null` if there was no reply.
    #[cfg_attr(test, schema(required))]
    status: Option<u16>,
    /// `2xx` and so on.
    #[cfg_attr(test, schema(required))]
    class: Option<String>,
    /// What went wrong.
    #[cfg_attr(test, schema(required, value_type = Option<SendFailure>))]
    error: Option<&'static str>,
    duration_ms: i64,
}

/// `POST /v1/webhooks/{id}/test`: sends a made-up event at once, signed as all are, also where the endpoint is disabled.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks/{id}/test", operation_id = "testWebhook", tag = "Webhooks",
    summary = "Try an endpoint",
    description = "Sends a made-up event at once, signed as all are, and says what came back; also where the endpoint is disabled. Takes up to 15 seconds.",
    params(
        ("id" = String, Path, description = "Id of the webhook."),
    ),
    responses(
        (status = 200, description = "What came back.", body = Trial),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn send(Writer(owner): Writer, app: App, Path(id): Path<String>) -> Result<Response, Error> {
    let webhook = owner.store.webhooks().get(&owner.shop, &id).await?.ok_or(unknown())?;
    let broken = |what: &str| Error::internal(format!("webhook {id}: {what}"));
    let events: Vec<String> =
        serde_json::from_str(&webhook.events).map_err(|error| broken(&format!("its events: {error}")))?;
    let event = events.first().and_then(|name| EventType::parse(name)).unwrap_or(EventType::ResponseCreated);
    let template = Template::parse(&webhook.template).ok_or_else(|| broken("an unknown template"))?;
    let text = payload::sample(template, webhook.recipient.as_deref(), event)?;
    let name = format!("evt_test_{}", key::new_event(owner.now)?);
    let signed = Signed::new(&name, owner.now, &text, sender::secrets(&webhook, owner.now))
        .ok_or_else(|| broken("its secret is none"))?;
    let (outcome, duration_ms) = post(app.platform(), &Post { url: &webhook.url, body: &text, signed: &signed }).await;
    let trial = Trial {
        event: name,
        r#type: event.as_str(),
        delivered: outcome.failure().is_none(),
        status: outcome.status(),
        class: outcome.status().map(|status| format!("{}xx", status / 100)),
        error: outcome.failure().map(Failure::as_str),
        duration_ms,
    };
    Ok(reply::ok(&trial))
}
