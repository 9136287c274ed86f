//! `/v1/imports`: answers that another tool collected, from the CSV file that it exports.

mod report;
mod target;
mod upload;

#[cfg(test)]
use self::report::Report;
#[cfg(test)]
use crate::{
    http::page::Page,
    openapi::{DateFormat, ImportSource, MetricName},
};

use crate::{
    http::{
        auth::{Reader, Writer},
        body::Csv,
        error::Error,
        page::{self, PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    key,
    store::{Cursor, ImportRow},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use survey::import::{MAX_BYTES, Options};

const SIZE: PageSize = PageSize::up_to(200);

/// `POST /v1/imports`: the file is read piece by piece and written portion by portion, so it may be sent again after a
/// failure: what is there already is not written twice.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/imports", operation_id = "importAnswers", tag = "Imports",
    summary = "Import the CSV file of another tool",
    description = "UTF-8, with a header, at most 64 MB and 100,000 rows. The same file again changes nothing; after a \
        failure, send it again. Columns are known by their names, or told by `column.…`, and traits by `trait.NAME` \
        parameters. Try `dry_run=true` first: it writes nothing and says the same.",
    params(
        ("source" = ImportSource, Query, description = "Which tool exported it."),
        ("survey" = Option<String>, Query, description = "A published survey that the answers go to; else one of the \
            imports' own, archived."),
        ("dry_run" = Option<bool>, Query, description = "Whether to write nothing."),
        ("metric" = Option<MetricName>, Query, description = "The scale of the scores; else the survey's, or `nps`."),
        ("date_format" = Option<DateFormat>, Query, description = "Else every form that leaves no doubt."),
        ("time_zone" = Option<String>, Query, description = "An offset like `+02:00` for times without one; else UTC."),
        ("touchpoint" = Option<String>, Query, description = "For rows that name none."),
        ("currency" = Option<String>, Query, description = "For order values without one."),
        ("column.score" = Option<String>, Query, description = "The column of the score; empty: none."),
        ("column.comment" = Option<String>, Query, description = "The column of the comment; empty: none."),
        ("column.at" = Option<String>, Query, description = "The column of the time; empty: none."),
        ("column.id" = Option<String>, Query, description = "The column of the id that the tool gave the answer; empty: none."),
        ("column.customer" = Option<String>, Query, description = "The column of the shop's own id for its customer; empty: none."),
        ("column.language" = Option<String>, Query, description = "The column of the language; empty: none."),
        ("column.touchpoint" = Option<String>, Query, description = "The column of the stage of the journey; empty: none."),
        ("column.order_id" = Option<String>, Query, description = "The column of the order's number; empty: none."),
        ("column.order_value" = Option<String>, Query, description = "The column of the order's value; empty: none."),
        ("column.currency" = Option<String>, Query, description = "The column of the currency of the order's value; empty: none."),
        ("column.metric" = Option<String>, Query, description = "The column of the metric, where a file holds several; empty: none."),
    ),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, description = "What would become of the file: this was a dry run.", body = Report),
        (status = 201, description = "What became of the file.", body = Report),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "The import was deleted while the file was read."),
    ),
))]
#[worker::send]
pub(crate) async fn create(
    Writer(owner): Writer,
    RawQuery(text): RawQuery,
    Csv(file): Csv<MAX_BYTES>,
) -> Result<Response, Error> {
    let pairs: Vec<_> = form_urlencoded::parse(text.as_deref().unwrap_or("").as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    let options = Options::read(pairs).map_err(Error::Invalid)?;
    let home = target::find(&owner, &options).await?;
    let id = format!("imp_{}", key::new_event(owner.now)?);
    let report = upload::take(&owner, options, home, &id, file).await?;
    if report.dry_run {
        return Ok(reply::ok(&report));
    }
    Ok(reply::created(&format!("/v1/imports/{id}"), &report))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Import))]
/// An import of before.
struct Item {
    id: String,
    #[cfg_attr(test, schema(value_type = ImportSource))]
    source: String,
    /// The survey that the answers went to.
    survey: String,
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
    /// `null` if it broke off, or goes on: then the counts say how far it is.
    #[cfg_attr(test, schema(required, format = DateTime))]
    finished_at: Option<String>,
    rows: u32,
    imported: u32,
    updated: u32,
    unchanged: u32,
    refused: u32,
    /// The time of the earliest answer that could be read.
    #[cfg_attr(test, schema(required, format = DateTime))]
    from: Option<String>,
    /// The time of the latest.
    #[cfg_attr(test, schema(required, format = DateTime))]
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
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/imports", operation_id = "listImports", tag = "Imports",
    summary = "What was imported",
    description = "Newest first. One that broke off has no `finished_at`.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of imports.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &page::PARAMETERS);
    let page = PageRequest::read(&mut query, SIZE);
    query.or(())?;
    let rows = owner.store.imports().list(&owner.shop, page.after.as_ref(), page.rows()).await?;
    let page = page.page::<Item, _>(rows, |row| Cursor { received_at: row.created_at, id: row.id.clone() })?;
    Ok(reply::ok(&page))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportDeleted))]
/// What was taken back.
struct Removed {
    /// Responses that are gone.
    deleted: u32,
    /// Whether there are more: ask again.
    more: bool,
}

/// `DELETE /v1/imports/{id}`: takes back what an import brought; what it changed stays changed. No trace stays that would
/// keep the same rows out: they may be imported again.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/imports/{id}", operation_id = "deleteImport", tag = "Imports",
    summary = "Take an import back",
    description = "Deletes what it brought, not what it changed, and takes it out of everything that was counted. A large \
        one takes more than one request: `more` says so. The same rows may be imported again.",
    params(
        ("id" = String, Path, description = "Id of the import."),
    ),
    responses(
        (status = 200, description = "It is taken back, or a part of it.", body = Removed),
        (status = 404, description = "There is no such import."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let deleted = owner.store.imports().delete(&owner.shop, &id).await?;
    let deleted = deleted.ok_or(Error::not_found("id", "import"))?;
    Ok(reply::ok(&Removed { deleted: deleted.responses, more: deleted.more }))
}
