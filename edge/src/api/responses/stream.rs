//! `GET /v1/responses.csv` and `.ndjson`: all that is asked for in one reply, however much it is.
//!
//! The first page is read before the reply begins, so what goes wrong at once has its status. Every further page is read when
//! the one before has been taken, so memory holds one of them. Rows go from the newest to the oldest by a key that never
//! changes: what was there when the export began comes exactly once, whatever is written meanwhile; what arrives later stands
//! before the first row and does not come. If something goes wrong in the middle the transfer breaks off: a file that ended
//! in order has everything.

use super::{
    filter::{self, Wish},
    item::{Asked, Form, Item},
    table::Table,
};
#[cfg(test)]
use crate::openapi::AnswerFilters;
use crate::{
    http::{auth::Reader, error::Error, query::Query},
    store::{Cursor, ResponseRow, Selection, Shop, Store},
    time::{clock, zone::Zone},
};
use axum::{
    body::{Body, Bytes},
    extract::RawQuery,
    response::Response,
};
use futures_util::stream;
use http::{HeaderValue, header};
use insight::csv_writer::{BYTE_ORDER_MARK, CsvWriter};
use std::{io, sync::Arc};
use worker::send::SendFuture;

/// Rows of the first page, which somebody waits for, and of each further one. The platform lets an invocation ask a database
/// a thousand times, so these are about a million rows of one reply.
const FIRST: u32 = 200;
const FURTHER: u32 = 1_000;

/// How rows are written.
enum Writer {
    /// A line of JSON each.
    Lines,
    /// Cells.
    Cells { table: Table, with_mark: bool },
}

/// An export under way.
struct Export {
    store: Store,
    shop_id: String,
    wish: Wish,
    form: Form,
    writer: Writer,
    /// Where something of its surveys is told.
    shop: Option<Arc<Shop>>,
    after: Option<Cursor>,
    is_first: bool,
    is_over: bool,
}

/// `GET /v1/responses.ndjson`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses.ndjson", operation_id = "exportResponsesNdjson", tag = "Responses",
    summary = "All answers that fit, a line of JSON each",
    description = "Newest first, however many. What was there when it began comes exactly once. If something goes wrong on the \
        way the transfer breaks off: a file that ended in order is whole.",
    params(
        AnswerFilters,
    ),
    responses(
        (status = 200, description = "The file.", body = String, content_type = "application/x-ndjson"),
    ),
))]
#[worker::send]
pub(crate) async fn ndjson(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known: Vec<&str> = filter::FILTERS.into_iter().chain(["form", "fields"]).collect();
    let mut query = Query::read(text.as_deref(), &known);
    let zone = owner.zone().await?;
    let wish = filter::read(&mut query, &zone);
    let form = Form::read(&mut query);
    query.or(())?;
    let name = file_name(&wish, &zone, owner.now, "ndjson");
    let export = Export::new(owner.store, owner.shop, wish, form, Writer::Lines, owner.now).await?;
    export.reply("application/x-ndjson", &name).await
}

/// `GET /v1/responses.csv`: with `bom=true` for spreadsheets that take UTF-8 for something else.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses.csv", operation_id = "exportResponsesCsv", tag = "Responses",
    summary = "All answers that fit, as a table",
    description = "Newest first, however many. What was there when it began comes exactly once. If something goes wrong on the \
        way the transfer breaks off: a file that ended in order is whole.",
    params(
        AnswerFilters,
        ("bom" = Option<bool>, Query, description = "Whether a byte order mark stands before it, for Excel."),
    ),
    responses(
        (status = 200, description = "The file.", body = String, content_type = "text/csv"),
    ),
))]
#[worker::send]
pub(crate) async fn csv(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known: Vec<&str> = filter::FILTERS.into_iter().chain(["form", "fields", "bom"]).collect();
    let mut query = Query::read(text.as_deref(), &known);
    let zone = owner.zone().await?;
    let wish = filter::read(&mut query, &zone);
    let form = Form::read(&mut query);
    let with_mark = query.flag("bom").unwrap_or(false);
    query.or(())?;
    let name = file_name(&wish, &zone, owner.now, "csv");
    let questions = owner.store.columns(&owner.shop, wish.filter.survey.as_deref()).await?;
    let writer = Writer::Cells { table: Table::new(form, &questions), with_mark };
    let export = Export::new(owner.store, owner.shop, wish, form, writer, owner.now).await?;
    export.reply("text/csv; charset=utf-8; header=present", &name).await
}

/// `responses_2026-11-01_2026-11-28.csv`: of which days it is, as far as that was said.
fn file_name(wish: &Wish, zone: &Zone, now: i64, ending: &str) -> String {
    let last = clock::iso_day(zone.day_of((wish.to - 1).min(now)));
    let first = (wish.from > 0).then(|| format!("{}_", clock::iso_day(zone.day_of(wish.from))));
    format!("responses_{}{last}.{ending}", first.unwrap_or_default())
}

impl Export {
    async fn new(
        store: Store,
        shop_id: String,
        wish: Wish,
        form: Form,
        writer: Writer,
        now: i64,
    ) -> Result<Self, Error> {
        let shop = if form.needs_survey() {
            Some(store.config().shop(&shop_id, now).await?.ok_or(Error::not_found("", "shop"))?)
        } else {
            None
        };
        Ok(Self { store, shop_id, wish, form, writer, shop, after: None, is_first: true, is_over: false })
    }

    async fn reply(mut self, media_type: &'static str, name: &str) -> Result<Response, Error> {
        let first = Some(self.chunk().await?).filter(|chunk| !chunk.is_empty());
        let rest = stream::try_unfold((first, self), |(first, mut export)| {
            SendFuture::new(async move {
                if let Some(chunk) = first {
                    return Ok(Some((chunk, (None, export))));
                }
                if export.is_over {
                    return Ok(None);
                }
                match export.chunk().await {
                    Ok(chunk) => Ok(Some((chunk, (None, export)))),
                    Err(error) => {
                        error.note();
                        Err(io::Error::other("the export broke off"))
                    }
                }
            })
        });
        let mut response = Response::new(Body::from_stream(rest));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        Ok(response)
    }

    /// The next rows that there are, written. Portions in which nothing is wanted are passed over, but for the first: the
    /// reply may begin.
    async fn chunk(&mut self) -> Result<Bytes, Error> {
        let begins = self.is_first;
        loop {
            let limit = if self.is_first { FIRST } else { FURTHER };
            self.is_first = false;
            let selection = Selection {
                shop: &self.shop_id,
                filter: &self.wish.filter,
                from: self.wish.from,
                to: self.wish.to,
                after: self.after.take(),
                limit,
                looked_at: limit,
            };
            let found = self.store.responses(&selection).await?;
            self.is_over = found.next.is_none();
            self.after = found.next;
            // Where a shop has moved away its rows are cleared away some time: too few would look like all.
            if self.is_over && self.store.has_left(&self.shop_id).await? {
                return Err(Error::Unavailable("the shop moved during an export".to_owned()));
            }
            let chunk = self.written(found.rows, begins).await?;
            if !chunk.is_empty() || self.is_over || begins {
                return Ok(chunk.into());
            }
        }
    }

    async fn written(&self, rows: Vec<ResponseRow>, begins: bool) -> Result<Vec<u8>, Error> {
        let (mut sheet, mut lines) = (CsvWriter::new(), Vec::new());
        if let Writer::Cells { table, with_mark } = &self.writer
            && begins
        {
            if *with_mark {
                lines.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
            }
            table.head(&mut sheet)?;
        }
        for row in rows {
            let survey = match &self.shop {
                Some(shop) => self.store.config().survey_version(shop, &row.survey, row.version).await?,
                None => None,
            };
            let shop = self.shop.as_deref().map_or("", |shop| shop.name.as_str());
            let asked = Asked { shop, survey: survey.as_deref() };
            match &self.writer {
                Writer::Cells { table, .. } => table.row(&mut sheet, &row, asked)?,
                Writer::Lines => {
                    let id = row.id.clone();
                    let item = Item::of(row, self.form, asked)?;
                    serde_json::to_writer(&mut lines, &item)
                        .map_err(|error| Error::internal(format!("response {id}: {error}")))?;
                    lines.push(b'\n');
                }
            }
        }
        let cells = sheet.finish().map_err(|error| Error::internal(format!("writing rows: {error}")))?;
        lines.extend_from_slice(&cells);
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names() {
        let (now, utc) = (20_785 * clock::DAY_MS + 7, Zone::new("UTC"));
        for (text, expected) in [
            ("", "responses_2026-11-28.csv"),
            ("from=2026-11-01", "responses_2026-11-01_2026-11-28.csv"),
            ("from=2026-10-01&to=2026-10-31", "responses_2026-10-01_2026-10-31.csv"),
            ("to=2199-01-01", "responses_2026-11-28.csv"),
        ] {
            let wish = filter::read(&mut Query::read(Some(text), &["from", "to"]), &utc);
            assert_eq!(file_name(&wish, &utc, now, "csv"), expected, "{text}");
        }
    }
}
