//! What there is to be told of, and in which forms: the same for every shop.

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
/// Something that an endpoint can be told of.
struct EventItem {
    #[cfg_attr(test, schema(value_type = EventName))]
    r#type: &'static str,
    description: &'static str,
    /// What a receiver is told, in the template standard.
    #[cfg_attr(test, schema(value_type = Object))]
    example: Box<RawValue>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = WebhookTemplate))]
/// A form in which an endpoint can be told.
struct TemplateItem {
    #[cfg_attr(test, schema(value_type = TemplateName))]
    id: &'static str,
    description: &'static str,
    /// What a receiver is told of a new response.
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
    summary = "What there is to be told of",
    description = "Every type of event, each with an example of what is sent.",
    responses(
        (status = 200, description = "All types.", body = Page<EventItem>),
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
    summary = "In which forms it is told",
    description = "Each with an example of what is sent.",
    responses(
        (status = 200, description = "All templates.", body = Page<TemplateItem>),
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
