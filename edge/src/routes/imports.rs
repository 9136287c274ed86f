//! `/v1/imports`: answers that another tool collected, from the CSV file that it exports.

mod home;
mod intake;
mod report;

use super::{Page, json};
use crate::{
    app::App,
    auth, clock,
    error::Error,
    key, limit,
    path::Path,
    query::{self, Query},
    store::{Cursor, ImportRow},
};
use axum::{body::Body, extract::RawQuery, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use survey::import::{MAX_BYTES, Options};

/// Imports of a page when the owner says nothing, and at most.
const DEFAULT: u32 = 50;
const MAX: u32 = 200;

/// `POST /v1/imports`: the file is read piece by piece and written portion by portion, so it may be sent again after a
/// failure: what is there already is not written twice.
#[worker::send]
pub(crate) async fn create(
    app: App,
    RawQuery(text): RawQuery,
    request: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let owner = auth::writer(&app, &request).await?;
    if !limit::has_type(&request, &["text/csv"]) {
        return Err(Error::UnsupportedMediaType("text/csv"));
    }
    let pairs: Vec<_> = form_urlencoded::parse(text.as_deref().unwrap_or("").as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    let options = Options::read(pairs).map_err(Error::Refused)?;
    let home = home::find(&owner, &options).await?;
    let id = format!("imp_{}", key::new_event(owner.now)?);
    let report = intake::take(&owner, options, home, &id, limit::Pieces::of(body, MAX_BYTES)).await?;
    if report.dry_run {
        return Ok(json(StatusCode::OK, &report));
    }
    let mut response = json(StatusCode::CREATED, &report);
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/imports/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// An import of before.
#[derive(Serialize)]
struct Item {
    id: String,
    source: String,
    survey: String,
    created_at: String,
    /// `null` if it broke off, or goes on: then the counts say how far it is.
    finished_at: Option<String>,
    rows: u32,
    imported: u32,
    updated: u32,
    unchanged: u32,
    refused: u32,
    from: Option<String>,
    to: Option<String>,
}

impl TryFrom<ImportRow> for Item {
    type Error = Error;

    fn try_from(row: ImportRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            source: row.source,
            survey: row.survey,
            created_at: clock::rfc3339(row.created_at),
            finished_at: row.finished_at.map(clock::rfc3339),
            rows: row.rows,
            imported: row.imported,
            updated: row.updated,
            unchanged: row.unchanged,
            refused: row.refused + row.barred,
            from: row.first_at.map(clock::rfc3339),
            to: row.last_at.map(clock::rfc3339),
        })
    }
}

/// `GET /v1/imports`: newest first.
#[worker::send]
pub(crate) async fn list(app: App, RawQuery(text): RawQuery, request: HeaderMap) -> Result<Response, Error> {
    let owner = auth::reader(&app, &request).await?;
    let mut query = Query::read(text.as_deref(), &["limit", "cursor"]);
    let limit = query.limit(DEFAULT, MAX);
    let after = query.cursor();
    query.or(())?;
    let rows = owner.store.imports(&owner.shop, after.as_ref(), limit + 1).await?;
    let cursor = |row: &ImportRow| query::write_cursor(&Cursor { received_at: row.created_at, id: row.id.clone() });
    Ok(json(StatusCode::OK, &Page::<Item>::of(rows, limit, cursor)?))
}

#[derive(Serialize)]
struct Removed {
    deleted: u32,
    /// Whether there is more of it: then ask again.
    more: bool,
}

/// `DELETE /v1/imports/{id}`: takes back what an import brought; what it changed stays changed. No trace stays that would
/// keep the same rows out: they may be imported again.
#[worker::send]
pub(crate) async fn remove(app: App, Path(id): Path<String>, request: HeaderMap) -> Result<Response, Error> {
    let owner = auth::writer(&app, &request).await?;
    let deleted = owner.store.delete_import(&owner.shop, &id).await?;
    let deleted = deleted.ok_or(Error::not_found("id", "import"))?;
    Ok(json(StatusCode::OK, &Removed { deleted: deleted.responses, more: deleted.more }))
}
