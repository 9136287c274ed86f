//! Webhook endpoints.

use super::words::{EventName, TemplateName, WebhookStatus};
use utoipa::ToSchema;

/// An endpoint to create, or the replacement of one.
#[derive(ToSchema)]
#[schema(example = json!({
    "url": "https://hooks.shop.example/glas", "events": ["response.created", "response.updated"], "description": "CRM"
}))]
pub(crate) struct WebhookDraft {
    /// The URL of the endpoint: https, port 443, a public DNS name.
    #[schema(max_length = 2048)]
    url: String,
    /// The events to send.
    #[schema(min_items = 1, value_type = Vec<EventName>)]
    events: Vec<String>,
    /// The format of the payload; `standard` if omitted.
    #[schema(value_type = Option<TemplateName>)]
    template: Option<String>,
    /// The recipient of the e-mail. Required for the template `email`, and not allowed for others.
    to: Option<String>,
    /// The owner's notes.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// If omitted, a new endpoint is enabled and a replaced one keeps its status.
    #[schema(value_type = Option<WebhookStatus>)]
    status: Option<String>,
}
