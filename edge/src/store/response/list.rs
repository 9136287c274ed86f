//! Reading a list of responses page by page along an index, with a bounded number of rows per page.
//!
//! The most selective index leads. Every other condition is decided on the rows, of which a page scans a fixed number at
//! most. So every combination of filters costs the same, and a filter that few responses pass gives short pages, each with
//! the cursor of the next one.

#[cfg(test)]
mod tests;

use super::{
    Responses, StoreError,
    access_path::AccessPath,
    filter::{ResponseFilter, SqlBuilder},
    stored::{RESPONSE_COLUMNS, ResponseRow},
};
use crate::db::Arg;
use serde::{Deserialize, Serialize};

/// Rows that a page scans when the index alone does not decide. A page with fewer matches is short, perhaps empty, and the
/// next one continues from there. With the other reads of a request this makes 500 rows.
pub(crate) const SCAN_LIMIT: u32 = 490;

/// Which page of which list to read.
pub(crate) struct Selection<'a> {
    pub(crate) shop: &'a str,
    pub(crate) filter: &'a ResponseFilter,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
    /// Rows to scan when the index alone does not decide: [`SCAN_LIMIT`] for a page of a list.
    pub(crate) scan_limit: u32,
}

/// A page of responses.
pub(crate) struct ResponsePage {
    pub(crate) rows: Vec<ResponseRow>,
    /// The last row that was scanned, if there may be more after it.
    pub(crate) next: Option<Cursor>,
}

/// The last row of a page. The next page starts after it, whatever was written in the meantime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) received_at: i64,
    pub(crate) id: String,
}

impl From<&ResponseRow> for Cursor {
    fn from(row: &ResponseRow) -> Self {
        Self { received_at: row.received_at, id: row.id.clone() }
    }
}

impl Responses<'_> {
    /// A shop's responses, newest first, at most `limit`, after a cursor.
    pub(crate) async fn list(&self, selection: &Selection<'_>) -> Result<ResponsePage, StoreError> {
        let (sql, args, row_limit) = statement(selection);
        page(self.0.database.rows(&sql, &args).await?, selection, row_limit)
    }
}

/// The statement of a page, its arguments, and the most rows that it reads.
pub(in crate::store) fn statement(selection: &Selection<'_>) -> (String, Vec<Arg>, u32) {
    let filter = selection.filter;
    let path = AccessPath::for_list(filter);
    let [at, id] = path.order_columns();
    let mut sql = SqlBuilder::new(format!("SELECT {RESPONSE_COLUMNS} FROM "));
    path.enter(&mut sql, "", selection.shop, filter);
    sql.bind(&format!(" AND {at} >= ?"), filter.received.from);
    // Only one upper bound, or SQLite would start at the first one written here instead of the cursor.
    match selection.after.as_ref().filter(|cursor| cursor.received_at < filter.received.to) {
        Some(cursor) => {
            sql.bind(&format!(" AND ({at}, {id}) < (?"), cursor.received_at);
            sql.bind(", ?)", &cursor.id);
        }
        None => sql.bind(&format!(" AND {at} < ?"), filter.received.to),
    }
    // One row more than the limit says whether there is a next page.
    let row_limit = if path.is_exact(filter) { selection.limit + 1 } else { selection.scan_limit };
    // On this path every response costs two rows: the tag's and its own.
    let row_limit = if path == AccessPath::Tag { row_limit.min(selection.scan_limit / 2) } else { row_limit };
    sql.bind(&format!(" ORDER BY {at} DESC, {id} DESC LIMIT ?"), row_limit);
    let (sql, args) = sql.finish();
    (sql, args, row_limit)
}

/// The rows that pass the filter, of those that were read. `row_limit` is the most that could have been read.
pub(in crate::store) fn page(
    rows: Vec<ResponseRow>,
    selection: &Selection<'_>,
    row_limit: u32,
) -> Result<ResponsePage, StoreError> {
    let (limit, row_limit) = (selection.limit as usize, row_limit as usize);
    let read = rows.len();
    let filter = selection.filter.matcher();
    let mut matching = Vec::with_capacity(limit.min(read));
    let mut last = None;
    for row in rows {
        if matching.len() == limit {
            return Ok(ResponsePage { rows: matching, next: last });
        }
        last = Some(Cursor::from(&row));
        if filter.matches(&row)? {
            matching.push(row);
        }
    }
    Ok(ResponsePage { rows: matching, next: last.filter(|_| read == row_limit) })
}
