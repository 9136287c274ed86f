//! `/v1/webhooks`: webhook endpoints of a shop.

pub(crate) mod catalog;
pub(crate) mod deliveries;
pub(crate) mod test_delivery;

#[cfg(test)]
use crate::openapi::{DisabledFor, EventName, TemplateName, WebhookDraft, WebhookStatus};
use crate::{
    app::App,
    http::{
        auth::{Reader, Writer},
        body::{Json, SETTINGS},
        error::Error,
        page::Page,
        path::Path,
        reply,
    },
    key,
    store::{WebhookForm, WebhookRow},
    time::clock,
    webhooks::{self, post::test_origin},
};
use axum::response::Response;
use serde::Serialize;
use survey::{
    Code, Problem,
    webhook::MAX_ENDPOINTS,
    wire::{WebhookRequest, read_webhook},
};
use worker::{
    js_sys::{Array, Function, Reflect, global},
    wasm_bindgen::JsCast,
};

/// A webhook endpoint.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Webhook))]
pub(crate) struct Item {
    id: String,
    url: String,
    /// The events that it receives.
    #[cfg_attr(test, schema(value_type = Vec<EventName>))]
    events: Vec<String>,
    #[cfg_attr(test, schema(value_type = TemplateName))]
    template: String,
    /// The recipient, for the template `email`.
    #[cfg_attr(test, schema(required))]
    to: Option<String>,
    /// The owner's notes.
    description: String,
    #[cfg_attr(test, schema(value_type = WebhookStatus))]
    status: String,
    /// Why it is disabled: `owner`, `gone` (it answered 410) or `failing` (every delivery failed for five days).
    #[cfg_attr(test, schema(required, value_type = Option<DisabledFor>))]
    reason: Option<String>,
    /// The time of the first failure since the last success.
    #[cfg_attr(test, schema(required, format = DateTime))]
    failing_since: Option<String>,
    /// Until when deliveries are also signed with the previous secret.
    #[cfg_attr(test, schema(required, format = DateTime))]
    old_secret_until: Option<String>,
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
    #[cfg_attr(test, schema(format = DateTime))]
    updated_at: String,
}

/// An endpoint with its secret, after it was created or its secret was rotated.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookWithSecret))]
struct Shown {
    #[serde(flatten)]
    webhook: Item,
    /// The secret that signs deliveries. It is shown only once.
    secret: String,
}

impl TryFrom<WebhookRow> for Item {
    type Error = Error;

    fn try_from(row: WebhookRow) -> Result<Self, Error> {
        let events = serde_json::from_str(&row.events)
            .map_err(|error| Error::internal(format!("webhook {}: {error}", row.id)))?;
        Ok(Self {
            id: row.id,
            url: row.url,
            events,
            template: row.template,
            to: row.recipient,
            description: row.description,
            status: row.status,
            reason: row.reason,
            failing_since: row.failing_since.map(clock::rfc3339),
            old_secret_until: row.old_secret.and(row.old_until).map(clock::rfc3339),
            created_at: clock::rfc3339(row.created_at),
            updated_at: clock::rfc3339(row.updated_at),
        })
    }
}

const fn unknown() -> Error {
    Error::not_found("id", "webhook")
}

fn shown(row: Option<WebhookRow>) -> Result<Response, Error> {
    Ok(reply::ok(&Item::try_from(row.ok_or(unknown())?)?))
}

fn with_secret(row: WebhookRow) -> Result<Shown, Error> {
    let secret = row.secret.clone();
    Ok(Shown { webhook: Item::try_from(row)?, secret })
}

/// Parses an endpoint.
fn read_form(app: &App, body: &Json<SETTINGS>) -> Result<WebhookRequest, Error> {
    body.read(|text| read_webhook(text, normalised, test_origin(app.platform()).as_deref()))
}

/// Normalises a URL like the runtime: international domain names become ASCII.
fn normalised(text: &str) -> Option<String> {
    let class: Function = Reflect::get(&global(), &"URL".into()).ok()?.dyn_into().ok()?;
    let url = Reflect::construct(&class, &Array::of1(&text.into())).ok()?;
    Reflect::get(&url, &"href".into()).ok()?.as_string()
}

fn names(request: &WebhookRequest) -> Result<String, Error> {
    let names: Vec<&str> = request.events.iter().map(|event| event.as_str()).collect();
    serde_json::to_string(&names).map_err(|error| Error::internal(format!("writing types of events: {error}")))
}

fn form<'a>(request: &'a WebhookRequest, events: &'a str) -> WebhookForm<'a> {
    WebhookForm {
        url: &request.url,
        events,
        template: request.template.as_str(),
        recipient: request.recipient.as_deref(),
        description: &request.description,
        enabled: request.enabled,
    }
}

/// `GET /v1/webhooks`: oldest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/webhooks", operation_id = "listWebhooks", tag = "Webhooks",
    summary = "List endpoints",
    description = "All endpoints on one page, oldest first.",
    responses(
        (status = 200, description = "The endpoints.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader) -> Result<Response, Error> {
    let rows = owner.store.webhooks().list(&owner.shop).await?;
    let items: Vec<Item> = rows.into_iter().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(reply::ok(&Page::all(items)))
}

/// `POST /v1/webhooks`: creates an endpoint. Only this reply contains its secret.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks", operation_id = "createWebhook", tag = "Webhooks",
    summary = "Create an endpoint",
    description = "The endpoint receives events from now on, signed as defined by Standard Webhooks 1.0.0. Only this reply contains the secret.",
    request_body = WebhookDraft,
    responses(
        (status = 201, description = "The endpoint, with its secret.", body = Shown),
        (status = 409, description = "The shop has the maximum of 10 endpoints."),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, app: App, body: Json<SETTINGS>) -> Result<Response, Error> {
    let wanted = read_form(&app, &body)?;
    let events = names(&wanted)?;
    let (id, secret) = (key::new_webhook()?, webhooks::new_secret()?);
    let row = owner.store.webhooks().create(&owner.shop, (&id, &secret), &form(&wanted, &events), owner.now).await?;
    let row = row.ok_or_else(|| {
        let message =
            format!("a shop has at most {MAX_ENDPOINTS} endpoints: delete one, or subscribe one to more events");
        Error::Conflict(Problem::new(Code::TooMany, "webhooks", message))
    })?;
    Ok(reply::created(&format!("/v1/webhooks/{id}"), &with_secret(row)?))
}

/// `GET /v1/webhooks/{id}`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/webhooks/{id}", operation_id = "getWebhook", tag = "Webhooks",
    summary = "Get an endpoint",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    responses(
        (status = 200, description = "The endpoint.", body = Item),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    shown(owner.store.webhooks().get(&owner.shop, &id).await?)
}

/// `PUT /v1/webhooks/{id}`: replaces the endpoint. Omitted members get their defaults, except the status, which is kept.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/webhooks/{id}", operation_id = "replaceWebhook", tag = "Webhooks",
    summary = "Replace an endpoint",
    description = "Omitted members get their defaults, except the status, which is kept.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    request_body = WebhookDraft,
    responses(
        (status = 200, description = "The endpoint.", body = Item),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn replace(
    Writer(owner): Writer,
    app: App,
    Path(id): Path<String>,
    body: Json<SETTINGS>,
) -> Result<Response, Error> {
    let wanted = read_form(&app, &body)?;
    let events = names(&wanted)?;
    shown(owner.store.webhooks().replace(&owner.shop, &id, &form(&wanted, &events), owner.now).await?)
}

/// `DELETE /v1/webhooks/{id}`: pending deliveries are not sent.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/webhooks/{id}", operation_id = "deleteWebhook", tag = "Webhooks",
    summary = "Delete an endpoint",
    description = "Pending deliveries are not sent.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    responses(
        (status = 204, description = "The endpoint is deleted."),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    owner.store.webhooks().delete(&owner.shop, &id, owner.now).await?.ok_or(unknown())?;
    Ok(reply::no_content())
}

/// `POST /v1/webhooks/{id}/enable`: enables an endpoint, for whatever reason it was disabled. Events in between are not sent.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks/{id}/enable", operation_id = "enableWebhook", tag = "Webhooks",
    summary = "Enable an endpoint",
    description = "For whatever reason it was disabled. Events that happened in between are not sent.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    responses(
        (status = 200, description = "The endpoint.", body = Item),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn enable(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    shown(owner.store.webhooks().enable(&owner.shop, &id, owner.now).await?)
}

/// `POST /v1/webhooks/{id}/rotate`: creates a new secret, which only this reply contains. Both secrets sign for a day.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate", operation_id = "rotateWebhookSecret", tag = "Webhooks",
    summary = "Rotate the secret",
    description = "Only this reply contains the new secret. Deliveries are signed with both secrets for a day, so that receivers can switch.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
    ),
    responses(
        (status = 200, description = "The endpoint, with its new secret.", body = Shown),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn rotate(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let secret = webhooks::new_secret()?;
    let row = owner.store.webhooks().rotate(&owner.shop, &id, &secret, owner.now).await?;
    Ok(reply::ok(&with_secret(row.ok_or(unknown())?)?))
}
