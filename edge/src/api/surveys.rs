//! Surveys: drafts and replacements.

mod from_template;
pub(crate) mod status;

#[cfg(test)]
use crate::openapi::{NewSurvey, Survey as SurveySchema, SurveyDraft, SurveyStatus};
use crate::{
    http::{
        auth::{Reader, Writer},
        body,
        error::Error,
        path::Path,
        query::Query,
        reply::{Page, json},
    },
    key,
    store::SurveyRow,
    time::clock,
};
use axum::{body::Body, extract::RawQuery, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::value::RawValue;
use survey::{
    Code, Status,
    wire::{self, Definition},
};

/// Surveys of a page when the owner says nothing, and at most.
const DEFAULT: u32 = 100;
const MAX: u32 = 500;

/// A survey as its owner sees it: its state, then the definition's own members.
#[derive(Serialize)]
struct Item {
    id: String,
    status: String,
    version: u32,
    created_at: String,
    updated_at: String,
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
            definition,
        })
    }
}

fn reply(status: StatusCode, row: Option<SurveyRow>) -> Result<Response, Error> {
    let row = row.ok_or(Error::not_found("id", "survey"))?;
    Ok(json(status, &Item::try_from(row)?))
}

/// The text of a body that holds a definition.
async fn text(headers: &HeaderMap, body: Body) -> Result<String, Error> {
    if !body::has_type(headers, &["application/json"]) {
        return Err(Error::UnsupportedMediaType("application/json"));
    }
    body::text(body, body::DEFINITION).await
}

/// Reads a definition, checks it and writes it in its one canonical form.
fn definition(text: &str) -> Result<String, Error> {
    let survey = wire::read_definition(text).map_err(Error::Invalid)?;
    serde_json::to_string(&Definition::from(&survey))
        .map_err(|error| Error::internal(format!("writing a definition: {error}")))
}

/// `GET /v1/surveys`: of one status, or all but the archived ones.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/surveys", operation_id = "listSurveys", tag = "Surveys",
    summary = "Surveys of the shop",
    description = "In the order of their ids.",
    params(
        ("status" = Option<SurveyStatus>, Query, description = "Only those of this status; all but the archived ones if left out."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items of a page; 100 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of surveys.", body = Page<SurveySchema>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &["status", "limit", "cursor"]);
    let limit = query.limit(DEFAULT, MAX);
    let after = query.get("cursor").unwrap_or("").to_owned();
    let status = query.get("status").map(Status::parse);
    if status == Some(None) {
        query.add(Code::UnknownValue, "status", "must be draft, live, paused or archived");
    }
    query.or(())?;
    let status = status.flatten().map(Status::as_str);
    let rows = owner.store.surveys(&owner.shop, status, &after, limit + 1).await?;
    Ok(json(StatusCode::OK, &Page::<Item>::of(rows, limit, |row: &SurveyRow| row.id.clone())?))
}

/// `POST /v1/surveys`: makes a draft, of a whole definition or of a template.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys", operation_id = "createSurvey", tag = "Surveys",
    summary = "Make a survey",
    description = "It is a draft that no page shows until it is published. Write a whole definition, or name a template \
        and what is to differ from it.",
    request_body = NewSurvey,
    responses(
        (status = 201, description = "The draft.", body = SurveySchema, headers(("location" = String, description = "Where the survey is."))),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, request: HeaderMap, body: Body) -> Result<Response, Error> {
    let text = text(&request, body).await?;
    let begun = from_template::from_template(&text).map_err(Error::Invalid)?;
    let definition = definition(&begun.unwrap_or(text))?;
    let id = key::new_survey(&owner.shop)?;
    let row = owner.store.create_survey(&owner.shop, &id, &definition, owner.now).await?;
    let mut response = reply(StatusCode::CREATED, row)?;
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/surveys/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `GET /v1/surveys/{id}`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/surveys/{id}", operation_id = "getSurvey", tag = "Surveys",
    summary = "One survey",
    params(
        ("id" = String, Path, description = "Id of the survey."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    reply(StatusCode::OK, owner.store.survey(&owner.shop, &id).await?)
}

/// `PUT /v1/surveys/{id}`: replaces the draft. Pages show the published version until the next publishing.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/surveys/{id}", operation_id = "replaceSurvey", tag = "Surveys",
    summary = "Replace the draft",
    description = "Pages show the published version until the next publishing.",
    params(
        ("id" = String, Path, description = "Id of the survey."),
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
    request: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let definition = definition(&text(&request, body).await?)?;
    reply(StatusCode::OK, owner.store.replace_survey(&owner.shop, &id, &definition, owner.now).await?)
}
