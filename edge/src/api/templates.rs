//! `/v1/templates`: survey templates. They are public, so no key is required.

use crate::http::{auth::Anyone, error::Error, page::Page, path::Path, reply};
#[cfg(test)]
use crate::openapi::Template as TemplateSchema;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use survey::templates::{ALL, Template};

/// A template: its id, then the members of its definition.
#[derive(Serialize)]
struct Item {
    id: &'static str,
    #[serde(flatten)]
    definition: BTreeMap<String, Box<RawValue>>,
}

impl TryFrom<Template> for Item {
    type Error = Error;

    fn try_from(template: Template) -> Result<Self, Error> {
        let definition = serde_json::from_str(template.definition)
            .map_err(|error| Error::internal(format!("template {}: {error}", template.id)))?;
        Ok(Self { id: template.id, definition })
    }
}

/// `GET /v1/templates`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/templates", operation_id = "listTemplates", tag = "Surveys",
    summary = "List survey templates",
    description = "All templates on one page.",
    responses(
        (status = 200, description = "The templates.", body = Page<TemplateSchema>),
    ),
))]
pub(crate) async fn list(_: Anyone) -> Result<Response, Error> {
    let items: Vec<Item> = ALL.iter().copied().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(reply::ok(&Page::all(items)))
}

/// `GET /v1/templates/{id}`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/templates/{id}", operation_id = "getTemplate", tag = "Surveys",
    summary = "Get a survey template",
    params(
        ("id" = String, Path, description = "The template's id."),
    ),
    responses(
        (status = 200, description = "The template.", body = TemplateSchema),
        (status = 404, description = "There is no such template."),
    ),
))]
pub(crate) async fn read(_: Anyone, Path(id): Path<String>) -> Result<Response, Error> {
    let template = Template::find(&id).ok_or(Error::not_found("id", "template"))?;
    Ok(reply::ok(&Item::try_from(template)?))
}
