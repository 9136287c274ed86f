//! All responses that match a filter as a file, chunk by chunk: a line of JSON each, or rows of a CSV file.
//!
//! Responses are read from the newest to the oldest by a key that never changes: everything that was stored when the export
//! started is written exactly once, and what arrives later sorts before the first row and is not written.

use super::{
    ResponseItem, ResponsePresenter, SurveyContext,
    csv::{self, CsvTable},
    projection::Projection,
};
use crate::{
    reports::ReportError,
    store::{Cursor, ResponseFilter, ResponseRow, Selection, Store, StoreError},
};
use insight::csv_writer::{BYTE_ORDER_MARK, CsvWriter};

/// Rows of the first chunk, which the client waits for, and of each further one. The platform allows a thousand queries per
/// invocation, so an export holds about a million rows.
const FIRST_ROWS: u32 = 200;
const FURTHER_ROWS: u32 = 1_000;

/// How responses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Ndjson,
    Csv { byte_order_mark: bool },
}

/// Which responses are exported.
pub(crate) struct ExportQuestion {
    pub(crate) filter: ResponseFilter,
    pub(crate) projection: Projection,
    pub(crate) format: FileFormat,
}

/// An export in progress. It holds one chunk in memory.
pub(crate) struct ResponseExport {
    store: Store,
    shop: String,
    question: ExportQuestion,
    presenter: ResponsePresenter,
    /// The columns, if the file is CSV.
    table: Option<CsvTable>,
    after: Option<Cursor>,
    is_first: bool,
    is_over: bool,
}

impl ResponseExport {
    /// `now` in milliseconds since 1970.
    pub(crate) async fn load(
        store: Store,
        shop: String,
        question: ExportQuestion,
        now: i64,
    ) -> Result<Self, ReportError> {
        let table = match question.format {
            FileFormat::Ndjson => None,
            FileFormat::Csv { .. } => {
                let questions = store.responses().questions(&shop, question.filter.survey.as_deref()).await?;
                Some(CsvTable::new(question.projection, &questions))
            }
        };
        let presenter = ResponsePresenter::load(&store, &shop, question.projection, now).await?;
        Ok(Self { store, shop, question, presenter, table, after: None, is_first: true, is_over: false })
    }

    /// The next bytes of the file; `None` at its end. The first chunk may be empty, so that the reply can start; later
    /// pages without a match are skipped.
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, ReportError> {
        while !self.is_over {
            let is_first = std::mem::take(&mut self.is_first);
            let rows = self.next_page(if is_first { FIRST_ROWS } else { FURTHER_ROWS }).await?;
            let chunk = self.write(rows, is_first).await?;
            if is_first || !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    async fn next_page(&mut self, limit: u32) -> Result<Vec<ResponseRow>, ReportError> {
        let selection = Selection {
            shop: &self.shop,
            filter: &self.question.filter,
            after: self.after.take(),
            limit,
            scan_limit: limit,
        };
        let found = self.store.responses().list(&selection).await?;
        self.is_over = found.next.is_none();
        self.after = found.next;
        // After a shop has moved, its old rows are deleted: an export that reads on would end early and look complete.
        if self.is_over && self.store.responses().has_left(&self.shop).await? {
            let cause = "the shop moved to another database during an export";
            return Err(StoreError::Unavailable(cause.to_owned()).into());
        }
        Ok(found.rows)
    }

    async fn write(&self, rows: Vec<ResponseRow>, is_first: bool) -> Result<Vec<u8>, ReportError> {
        let mut chunk = Chunk::begin(&self.question, self.table.as_ref(), is_first)?;
        for row in rows {
            let survey = self.presenter.survey_of(&self.store, &row).await?;
            chunk.add(row, self.presenter.context(survey.as_deref()))?;
        }
        chunk.finish()
    }
}

/// The bytes of one chunk.
enum Chunk<'a> {
    Ndjson { projection: Projection, lines: Vec<u8> },
    Csv { table: &'a CsvTable, begin: &'static str, rows: Box<CsvWriter> },
}

impl<'a> Chunk<'a> {
    fn begin(question: &ExportQuestion, table: Option<&'a CsvTable>, is_first: bool) -> Result<Self, ReportError> {
        let Some(table) = table else {
            return Ok(Self::Ndjson { projection: question.projection, lines: Vec::new() });
        };
        let has_mark = is_first && question.format == FileFormat::Csv { byte_order_mark: true };
        let mut rows = Box::new(CsvWriter::new());
        if is_first {
            table.write_header(&mut rows)?;
        }
        Ok(Self::Csv { table, begin: if has_mark { BYTE_ORDER_MARK } else { "" }, rows })
    }

    fn add(&mut self, row: ResponseRow, context: SurveyContext<'_>) -> Result<(), ReportError> {
        match self {
            Self::Ndjson { projection, lines } => ResponseItem::of(row, *projection, context)?.write_line(lines),
            Self::Csv { table, rows, .. } => table.write_row(rows, &row, context),
        }
    }

    fn finish(self) -> Result<Vec<u8>, ReportError> {
        match self {
            Self::Ndjson { lines, .. } => Ok(lines),
            Self::Csv { begin, rows, .. } => {
                let rows = rows.finish().map_err(csv::unwritable)?;
                Ok(if begin.is_empty() { rows } else { [begin.as_bytes(), &rows].concat() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::response::projection::Member;

    fn row(id: &str) -> ResponseRow {
        let row = serde_json::json!({
            "id": id, "survey": "s", "version": 1, "revision": 2, "complete": 1, "touchpoint": "cart", "flags": 0,
            "answers": "[]", "traits": "{}", "received_at": 0, "updated_at": 1,
        });
        serde_json::from_value(row).unwrap()
    }

    fn written(format: FileFormat, is_first: bool, ids: &[&str]) -> String {
        let projection = Projection::BASIC.only([Member::id, Member::complete]);
        let question = ExportQuestion { filter: ResponseFilter::default(), projection, format };
        let table = (format != FileFormat::Ndjson).then(|| CsvTable::new(projection, &[]));
        let mut chunk = Chunk::begin(&question, table.as_ref(), is_first).unwrap();
        for id in ids {
            chunk.add(row(id), SurveyContext::NONE).unwrap();
        }
        String::from_utf8(chunk.finish().unwrap()).unwrap()
    }

    #[test]
    fn chunks_of_a_file() {
        let (csv, marked) = (FileFormat::Csv { byte_order_mark: false }, FileFormat::Csv { byte_order_mark: true });
        for (format, is_first, ids, expected) in [
            (FileFormat::Ndjson, true, [].as_slice(), ""),
            (FileFormat::Ndjson, true, &["a"], "{\"id\":\"a\",\"complete\":true}\n"),
            (
                FileFormat::Ndjson,
                false,
                &["b", "c"],
                "{\"id\":\"b\",\"complete\":true}\n{\"id\":\"c\",\"complete\":true}\n",
            ),
            (csv, true, &[], "id,complete\r\n"),
            (csv, true, &["a"], "id,complete\r\na,true\r\n"),
            (csv, false, &["b"], "b,true\r\n"),
            (csv, false, &[], ""),
            (marked, true, &["a"], "\u{feff}id,complete\r\na,true\r\n"),
            (marked, false, &["b"], "b,true\r\n"),
        ] {
            assert_eq!(written(format, is_first, ids), expected, "{format:?}, first: {is_first}, {ids:?}");
        }
    }
}
