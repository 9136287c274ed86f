//! `/v1/surveys`: surveys and their drafts.

mod from_template;
pub(crate) mod status;

#[cfg(test)]
use crate::{
    http::page::Page,
    openapi::{NewSurvey, Survey as SurveySchema, SurveyDraft, SurveyStatus},
};
use crate::{
    http::{
        auth::{Reader, Writer},
        body::{DEFINITION, Json},
        error::Error,
        page::{PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    key,
    store::SurveyRow,
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use serde_json::value::RawValue;
use survey::{
    Code, Status,
    wire::{self, Definition},
};

const SIZE: PageSize = PageSize::up_to(500).or_else(100);

/// A survey: its status, then the members of its definition.
#[derive(Serialize)]
struct Item {
    id: String,
    status: String,
    version: u32,
    created_at: String,
    updated_at: String,
    closed_at: Option<String>,
    #[serde(flatten)]
    definition: std::collections::BTreeMap<String, Box<RawValue>>,
}

impl TryFrom<SurveyRow> for Item {
    type Error = Error;

    fn try_from(row: SurveyRow) -> Result<Self, Error> {
        let definition = serde_json::from_str(&row.definition)
            .map_err(|error| Error::internal(format!("survey {}: {error}", row.id)))?;
        Ok(Self {
            id: row.id,
            status: row.status,
            version: row.version,
            created_at: clock::rfc3339(row.created_at),
            updated_at: clock::rfc3339(row.updated_at),
            closed_at: row.closed_at.map(clock::rfc3339),
            definition,
        })
    }
}

fn shown(row: Option<SurveyRow>) -> Result<Response, Error> {
    let row = row.ok_or(Error::not_found("id", "survey"))?;
    Ok(reply::ok(&Item::try_from(row)?))
}

/// Parses a definition, checks it and returns its canonical form.
fn definition(text: &str) -> Result<String, Error> {
    let survey = wire::read_definition(text).map_err(Error::Invalid)?;
    serde_json::to_string(&Definition::from(&survey))
        .map_err(|error| Error::internal(format!("writing a definition: {error}")))
}

/// `GET /v1/surveys`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/surveys", operation_id = "listSurveys", tag = "Surveys",
    summary = "List surveys",
    description = "Ordered by id.",
    params(
        ("status" = Option<SurveyStatus>, Query, description = "Only surveys with this status; all but archived ones if omitted."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items per page; 100 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of surveys.", body = Page<SurveySchema>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &["status", "limit", "cursor"]);
    let page: PageRequest<String> = PageRequest::read(&mut query, SIZE);
    let status = query.get("status").map(Status::parse);
    if status == Some(None) {
        query.add(Code::UnknownValue, "status", "must be draft, live, paused or archived");
    }
    query.or(())?;
    let status = status.flatten().map(Status::as_str);
    let rows =
        owner.store.surveys().list(&owner.shop, status, page.after.as_deref().unwrap_or_default(), page.rows()).await?;
    Ok(reply::ok(&page.page::<Item, _>(rows, |row| row.id.clone())?))
}

/// `POST /v1/surveys`: creates a draft from a complete definition or from a template.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys", operation_id = "createSurvey", tag = "Surveys",
    summary = "Create a survey",
    description = "Creates a draft, which no page shows until it is published. Send a complete definition, or a template \
        and the members that differ from it.",
    request_body = NewSurvey,
    responses(
        (status = 201, description = "The draft.", body = SurveySchema, headers(("location" = String, description = "The path of the survey."))),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, body: Json<DEFINITION>) -> Result<Response, Error> {
    let from_template = body.read(from_template::from_template)?;
    let definition = definition(from_template.as_deref().unwrap_or(body.text()))?;
    let id = key::new_survey(&owner.shop)?;
    let row = owner.store.surveys().create(&owner.shop, &id, &definition, owner.now).await?;
    let row = row.ok_or(Error::not_found("id", "survey"))?;
    Ok(reply::created(&format!("/v1/surveys/{id}"), &Item::try_from(row)?))
}

/// `GET /v1/surveys/{id}`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/surveys/{id}", operation_id = "getSurvey", tag = "Surveys",
    summary = "Get a survey",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    shown(owner.store.surveys().get(&owner.shop, &id).await?)
}

/// `PUT /v1/surveys/{id}`: replaces the draft. Pages show the published version until the draft is published.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/surveys/{id}", operation_id = "replaceSurvey", tag = "Surveys",
    summary = "Replace the draft",
    description = "Pages show the published version until the draft is published.",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    request_body = SurveyDraft,
    responses(
        (status = 200, description = "The survey with the new draft.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
    ),
))]
#[worker::send]
pub(crate) async fn replace(
    Writer(owner): Writer,
    Path(id): Path<String>,
    body: Json<DEFINITION>,
) -> Result<Response, Error> {
    let definition = definition(body.text())?;
    shown(owner.store.surveys().replace(&owner.shop, &id, &definition, owner.now).await?)
}
