//! `GET /v1/responses.csv` and `.ndjson`: every response that matches, streamed as one file.
//!
//! A chunk is read when the client has taken the previous one. If a later chunk fails, the transfer is aborted, so a file that
//! ended normally is complete.

use super::{filter, projection};
#[cfg(test)]
use crate::openapi::AnswerFilters;
use crate::{
    http::{auth::Reader, error::Error, query::Query},
    reports::response::export::{ExportQuestion, FileFormat, ResponseExport},
    store::ResponseFilter,
    time::{clock, zone::Zone},
};
use axum::{
    body::{Body, Bytes},
    extract::RawQuery,
    response::Response,
};
use futures_util::stream;
use http::{HeaderValue, header};
use std::io;
use worker::send::SendFuture;

/// `GET /v1/responses.ndjson`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses.ndjson", operation_id = "exportResponsesNdjson", tag = "Responses",
    summary = "Export responses as NDJSON",
    description = "Every response that matches, newest first. What was stored when the export started is written exactly once. \
        If something fails on the way, the transfer is aborted: a file that ended normally is complete.",
    params(
        AnswerFilters,
    ),
    responses(
        (status = 200, description = "The file.", body = String, content_type = "application/x-ndjson"),
    ),
))]
#[worker::send]
pub(crate) async fn ndjson(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known = filter::list_parameters(&projection::KNOWN);
    let mut query = Query::read(text.as_deref(), &known);
    let zone = owner.zone().await?;
    let filter = filter::for_list(&mut query, &zone);
    let projection = projection::read(&mut query);
    query.or(())?;
    let name = file_name(&filter, &zone, owner.now, "ndjson");
    let question = ExportQuestion { filter, projection, format: FileFormat::Ndjson };
    let export = ResponseExport::load(owner.store, owner.shop, question, owner.now).await?;
    reply(export, "application/x-ndjson", &name).await
}

/// `GET /v1/responses.csv`: with `bom=true` for spreadsheets that do not detect UTF-8.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses.csv", operation_id = "exportResponsesCsv", tag = "Responses",
    summary = "Export responses as CSV",
    description = "Every response that matches, newest first. What was stored when the export started is written exactly once. \
        If something fails on the way, the transfer is aborted: a file that ended normally is complete.",
    params(
        AnswerFilters,
        ("bom" = Option<bool>, Query, description = "Whether the file starts with a byte order mark, for Excel."),
    ),
    responses(
        (status = 200, description = "The file.", body = String, content_type = "text/csv"),
    ),
))]
#[worker::send]
pub(crate) async fn csv(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known = filter::list_parameters(&[&projection::KNOWN[..], &["bom"]].concat());
    let mut query = Query::read(text.as_deref(), &known);
    let zone = owner.zone().await?;
    let filter = filter::for_list(&mut query, &zone);
    let projection = projection::read(&mut query);
    let byte_order_mark = query.flag("bom").unwrap_or(false);
    query.or(())?;
    let name = file_name(&filter, &zone, owner.now, "csv");
    let question = ExportQuestion { filter, projection, format: FileFormat::Csv { byte_order_mark } };
    let export = ResponseExport::load(owner.store, owner.shop, question, owner.now).await?;
    reply(export, "text/csv; charset=utf-8; header=present", &name).await
}

/// `responses_2026-11-01_2026-11-28.csv`: the first day is omitted if there is no `from`.
fn file_name(filter: &ResponseFilter, zone: &Zone, now: i64, ending: &str) -> String {
    let last = clock::iso_day(zone.day_of((filter.received.to - 1).min(now)));
    let first = (filter.received.from > 0).then(|| format!("{}_", clock::iso_day(zone.day_of(filter.received.from))));
    format!("responses_{}{last}.{ending}", first.unwrap_or_default())
}

/// Reads the first chunk before the reply starts, so that an early failure has its own status. A later one breaks off the
/// transfer.
async fn reply(mut export: ResponseExport, media_type: &'static str, name: &str) -> Result<Response, Error> {
    let first = export.next_chunk().await?.filter(|chunk| !chunk.is_empty());
    let chunks = stream::try_unfold((first, export), |(first, mut export)| {
        SendFuture::new(async move {
            let chunk = match first {
                Some(chunk) => Ok(Some(chunk)),
                None => export.next_chunk().await,
            };
            match chunk {
                Ok(chunk) => Ok(chunk.map(|chunk| (Bytes::from(chunk), (None, export)))),
                Err(error) => {
                    Error::from(error).note();
                    Err(io::Error::other("the export failed"))
                }
            }
        })
    });
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_days() {
        let (now, utc) = (20_785 * clock::DAY_MS + 7, Zone::new("UTC"));
        for (text, expected) in [
            ("", "responses_2026-11-28.csv"),
            ("from=2026-11-01", "responses_2026-11-01_2026-11-28.csv"),
            ("from=2026-10-01&to=2026-10-31", "responses_2026-10-01_2026-10-31.csv"),
            ("to=2199-01-01", "responses_2026-11-28.csv"),
        ] {
            let filter = filter::for_list(&mut Query::read(Some(text), &["from", "to"]), &utc);
            assert_eq!(file_name(&filter, &utc, now, "csv"), expected, "{text}");
        }
    }
}
