//! Endpoints that are told what happens.

use super::words::{EventName, TemplateName, WebhookStatus};
use utoipa::ToSchema;

/// An endpoint to be made, or to take the place of one.
#[derive(ToSchema)]
#[schema(example = json!({
    "url": "https://hooks.shop.example/glas", "events": ["response.created", "response.updated"], "description": "CRM"
}))]
pub(crate) struct WebhookDraft {
    /// Where to send: https, port 443, a public DNS name.
    #[schema(max_length = 2048)]
    url: String,
    /// What to tell of.
    #[schema(min_items = 1, value_type = Vec<EventName>)]
    events: Vec<String>,
    /// In which form; `standard` if left out.
    #[schema(value_type = Option<TemplateName>)]
    template: Option<String>,
    /// The mailbox that a gateway sends to: of the template `email`, and only of that.
    to: Option<String>,
    /// Own words.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// A new one is enabled, another one stays as it is, if left out.
    #[schema(value_type = Option<WebhookStatus>)]
    status: Option<String>,
}
