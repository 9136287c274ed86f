//! The types of events and the payload templates, the same for every shop.

#[cfg(test)]
use crate::openapi::{EventName, TemplateName};
use crate::{
    http::{auth::Reader, error::Error, page::Page, reply},
    webhooks::payload,
};
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use survey::webhook::{EventType, Template};

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookEventType))]
/// A type of event.
struct EventItem {
    #[cfg_attr(test, schema(value_type = EventName))]
    r#type: &'static str,
    description: &'static str,
    /// An example payload, in the template `standard`.
    #[cfg_attr(test, schema(value_type = Object))]
    example: Box<RawValue>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookTemplate))]
/// A format of payloads.
struct TemplateItem {
    #[cfg_attr(test, schema(value_type = TemplateName))]
    id: &'static str,
    description: &'static str,
    /// An example payload of a new response.
    #[cfg_attr(test, schema(value_type = Object))]
    example: Box<RawValue>,
}

fn example(template: Template, event: EventType) -> Result<Box<RawValue>, Error> {
    let text = payload::sample(template, Some("you@shop.example"), event)?;
    RawValue::from_string(text).map_err(|error| Error::internal(format!("an example: {error}")))
}

/// `GET /v1/webhooks/events`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/webhooks/events", operation_id = "listWebhookEvents", tag = "Webhooks",
    summary = "List event types",
    description = "Every type of event, with an example payload.",
    responses(
        (status = 200, description = "The event types.", body = Page<EventItem>),
    ),
))]
#[worker::send]
pub(crate) async fn events(_: Reader) -> Result<Response, Error> {
    let item = |event: &EventType| {
        let example = example(Template::Standard, *event)?;
        Ok(EventItem { r#type: event.as_str(), description: event.description(), example })
    };
    let items: Vec<EventItem> = EventType::ALL.iter().map(item).collect::<Result<_, Error>>()?;
    Ok(reply::ok(&Page::all(items)))
}

/// `GET /v1/webhooks/templates`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/webhooks/templates", operation_id = "listWebhookTemplates", tag = "Webhooks",
    summary = "List payload templates",
    description = "Every template, with an example payload.",
    responses(
        (status = 200, description = "The templates.", body = Page<TemplateItem>),
    ),
))]
#[worker::send]
pub(crate) async fn templates(_: Reader) -> Result<Response, Error> {
    let item = |template: &Template| {
        let example = example(*template, EventType::ResponseCreated)?;
        Ok(TemplateItem { id: template.as_str(), description: template.description(), example })
    };
    let items: Vec<TemplateItem> = Template::ALL.iter().map(item).collect::<Result<_, Error>>()?;
    Ok(reply::ok(&Page::all(items)))
}
