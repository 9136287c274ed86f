//! `/v1/imports`: responses collected by another tool, from its CSV export.

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

/// `POST /v1/imports`: reads the file in chunks and writes it in batches. After a failure the file can be sent again: rows
/// that are already stored are not duplicated.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/imports", operation_id = "importAnswers", tag = "Imports",
    summary = "Import a CSV file",
    description = "The CSV export of another tool: UTF-8, with a header, at most 64 MB and 100,000 rows. Importing the same \
        file twice changes nothing; after a failure, send it again. Columns are recognised by name, or mapped by \
        `column.…` and `trait.NAME` parameters. Use `dry_run=true` first: it returns the same report and writes nothing.",
    params(
        ("source" = ImportSource, Query, description = "The tool that exported the file."),
        ("survey" = Option<String>, Query, description = "The published survey that receives the responses. If \
            omitted, an archived survey is created for the import."),
        ("dry_run" = Option<bool>, Query, description = "Whether to validate the file without writing anything."),
        ("metric" = Option<MetricName>, Query, description = "The metric of the scores; if omitted, the survey's, or `nps`."),
        ("date_format" = Option<DateFormat>, Query, description = "The date format; if omitted, every unambiguous format is accepted."),
        ("time_zone" = Option<String>, Query, description = "The offset of times without one, like `+02:00`; UTC if omitted."),
        ("touchpoint" = Option<String>, Query, description = "The touchpoint of rows without one."),
        ("currency" = Option<String>, Query, description = "The currency of order values without one."),
        ("column.score" = Option<String>, Query, description = "The column of the score; an empty value means none."),
        ("column.comment" = Option<String>, Query, description = "The column of the comment; an empty value means none."),
        ("column.at" = Option<String>, Query, description = "The column of the time; an empty value means none."),
        ("column.id" = Option<String>, Query, description = "The column of the response's id in the other tool; an empty value means none."),
        ("column.customer" = Option<String>, Query, description = "The column of the customer id; an empty value means none."),
        ("column.language" = Option<String>, Query, description = "The column of the language; an empty value means none."),
        ("column.touchpoint" = Option<String>, Query, description = "The column of the touchpoint; an empty value means none."),
        ("column.order_id" = Option<String>, Query, description = "The column of the order number; an empty value means none."),
        ("column.order_value" = Option<String>, Query, description = "The column of the order value; an empty value means none."),
        ("column.currency" = Option<String>, Query, description = "The column of the currency; an empty value means none."),
        ("column.metric" = Option<String>, Query, description = "The column of the metric, for files with several metrics; an empty value means none."),
    ),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, description = "The report of a dry run.", body = Report),
        (status = 201, description = "The report of the import.", body = Report),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "The import was deleted during the upload."),
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
    let target = target::find(&owner, &options).await?;
    let id = format!("imp_{}", key::new_event(owner.now)?);
    let report = upload::run(&owner, options, target, &id, file).await?;
    if report.dry_run {
        return Ok(reply::ok(&report));
    }
    Ok(reply::created(&format!("/v1/imports/{id}"), &report))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Import))]
/// An import.
struct Item {
    id: String,
    #[cfg_attr(test, schema(value_type = ImportSource))]
    source: String,
    /// The survey that received the responses.
    survey: String,
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
    /// `null` while the import is running, or if it was interrupted. The counts then show its progress.
    #[cfg_attr(test, schema(required, format = DateTime))]
    finished_at: Option<String>,
    rows: u32,
    imported: u32,
    updated: u32,
    unchanged: u32,
    refused: u32,
    /// The time of the earliest valid response.
    #[cfg_attr(test, schema(required, format = DateTime))]
    from: Option<String>,
    /// The time of the latest valid response.
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
    summary = "List imports",
    description = "Newest first. An interrupted import has no `finished_at`.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
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
/// The result of a deletion.
struct Removed {
    /// The number of responses that were deleted.
    deleted: u32,
    /// Whether responses remain: repeat the request.
    more: bool,
}

/// `DELETE /v1/imports/{id}`: deletes the responses that the import added; those that it updated stay. The same rows can be
/// imported again.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/imports/{id}", operation_id = "deleteImport", tag = "Imports",
    summary = "Delete an import",
    description = "Deletes the responses that the import added, not those that it updated, and removes them from all metrics. \
        Repeat the request while `more` is true. The same rows can be imported again.",
    params(
        ("id" = String, Path, description = "The import's id."),
    ),
    responses(
        (status = 200, description = "The responses, or a part of them, are deleted.", body = Removed),
        (status = 404, description = "There is no such import."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let deleted = owner.store.imports().delete(&owner.shop, &id).await?;
    let deleted = deleted.ok_or(Error::not_found("id", "import"))?;
    Ok(reply::ok(&Removed { deleted: deleted.responses, more: deleted.more }))
}
