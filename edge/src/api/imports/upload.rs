//! The way of a file: piece → record → row → mask → portion → one transaction, and on to the next piece. Of the file no
//! more is in memory than a piece, a record and a portion.

use super::{report::Report, target::Home};
use crate::{
    http::{auth::Owner, body::LimitedBody, error::Error},
    store::{Import, ImportBatch, ImportProgress, RowVerdict, StoreError},
    time::{clock, zone::Zone},
};
use survey::{
    Code, Problem,
    import::{ColumnRole, Columns, Importer, MAX_BYTES, MAX_ROWS, Options, Plan, Reader, Record, RowProblem, Seen},
};

/// A file that is read.
struct Taking<'a> {
    owner: &'a Owner,
    home: Home,
    /// Whose days the shop's are.
    zone: Zone,
    id: &'a str,
    options: Options,
    importer: Option<Importer>,
    batch: ImportBatch,
    progress: ImportProgress,
    /// The line of the last row that was read, and of the last one that was written.
    line: u64,
    written: u64,
    /// Earliest and latest time.
    times: Option<(i64, i64)>,
    report: Report,
}

/// Takes a file, or says what would become of it.
///
/// # Errors
/// If it has no header that can be read, is too large, or the store goes away; then what was read before that is there.
pub(super) async fn take(
    owner: &Owner,
    options: Options,
    home: Home,
    id: &str,
    mut pieces: LimitedBody,
) -> Result<Report, Error> {
    let report = Report::new(options.source.as_str(), home.survey.clone(), home.metric.as_str(), options.dry_run);
    let mut taking = Taking {
        owner,
        home,
        zone: owner.zone().await?,
        id,
        options,
        importer: None,
        batch: ImportBatch::default(),
        progress: ImportProgress::default(),
        line: 0,
        written: 0,
        times: None,
        report,
    };
    let mut reader = Reader::new();
    loop {
        let piece = match pieces.next().await {
            Ok(piece) => piece,
            Err(Error::TooLarge(_)) => return Err(taking.too_large("bytes", MAX_BYTES).await),
            Err(Error::Unavailable(cause)) => return Err(Error::PartialFailure(cause, taking.how_far())),
            Err(error) => return Err(error),
        };
        let Some(piece) = piece else { break };
        let mut rest: &[u8] = &piece;
        while let Some(record) = reader.read(&mut rest) {
            taking.add(&record).await?;
        }
    }
    while let Some(record) = reader.end() {
        taking.add(&record).await?;
    }
    taking.finish().await
}

impl Taking<'_> {
    const fn import(&self) -> Import<'_> {
        let Home { survey, version, .. } = &self.home;
        Import {
            shop: self.owner.shop.as_str(),
            id: self.id,
            survey: survey.as_str(),
            version: *version,
            now: self.owner.now,
        }
    }

    async fn add(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let Some(importer) = &mut self.importer else { return self.begin(record).await };
        if self.progress.rows == MAX_ROWS {
            return Err(self.too_large("rows", MAX_ROWS as usize).await);
        }
        self.progress.rows += 1;
        self.line = record.line;
        match importer.read(record) {
            Err(problems) => {
                self.progress.refused += 1;
                self.report.complain(problems);
                return Ok(());
            }
            Ok(mut row) => {
                // Before anything of it is written anywhere.
                let masked = insight::redact::answers(&mut row.answers, &mut row.context);
                self.report.masked = self.report.masked.saturating_add(masked.total());
                let (first, last) = self.times.unwrap_or((row.at_ms, row.at_ms));
                self.times = Some((first.min(row.at_ms), last.max(row.at_ms)));
                self.batch.add(&row, &self.home.survey, self.zone.day_of(row.at_ms))?;
            }
        }
        if self.batch.is_full() { self.write().await } else { Ok(()) }
    }

    /// The header: what cannot be mended row by row is refused before anything is written.
    async fn begin(&mut self, header: &Record<'_>) -> Result<(), Error> {
        let columns = Columns::read(&self.options, header).map_err(Error::Invalid)?;
        if columns.place(ColumnRole::Comment).is_some() && self.home.comment.is_none() {
            let message = "has no text question that the comments could answer: publish a version with one, or leave \
                           'survey' out";
            return Err(Error::refused(Code::InvalidReference, "query.survey", message));
        }
        let plan = Plan {
            metric: self.home.metric,
            score: self.home.score.clone(),
            comment: self.home.comment.clone(),
            touchpoint: self.home.touchpoint.clone(),
            now: self.owner.now,
            since: self.home.since,
        };
        let seen = Seen::new(&self.owner.shop, self.options.source, &self.home.survey);
        self.importer = Some(Importer::new(self.options.clone(), columns, plan, seen));
        if !self.options.dry_run {
            let definition = self.home.definition.as_deref();
            let source = self.options.source.as_str();
            self.owner.store.imports().create(self.import(), source, definition).await?;
        }
        Ok(())
    }

    /// Writes the portion, or asks what would become of it.
    async fn write(&mut self) -> Result<(), Error> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let store = &self.owner.store;
        let verdicts = if self.options.dry_run {
            store.imports().preview_batch(&self.owner.shop, &self.home.survey, &self.batch).await
        } else {
            store.imports().write_batch(self.import(), &self.batch, self.progress).await
        };
        let verdicts = verdicts.map_err(|error| match error {
            StoreError::Unavailable(cause) => Error::PartialFailure(cause, self.how_far()),
            other => other.into(),
        })?;
        self.progress.batches += 1;
        self.written = self.line;
        for RowVerdict { id, verdict } in verdicts {
            let (code, message) = match verdict.as_str() {
                "imported" => {
                    self.report.imported += 1;
                    continue;
                }
                "updated" => {
                    self.report.updated += 1;
                    continue;
                }
                "unchanged" => {
                    self.report.unchanged += 1;
                    continue;
                }
                "erased" => (Code::Erased, "was erased here, or is by somebody who was forgotten, and stays so"),
                _ => (
                    Code::Conflict,
                    "was imported before with another time, stage or survey: delete that import first to import it anew",
                ),
            };
            let line = self.batch.line(&id);
            self.report.refused += 1;
            self.report.complain([RowProblem { line, column: String::new(), code, message: message.into() }]);
        }
        self.batch = ImportBatch::default();
        Ok(())
    }

    async fn finish(mut self) -> Result<Report, Error> {
        if self.importer.is_none() {
            let message = "is empty: it must begin with a line of column names";
            return Err(Error::Invalid(vec![Problem::new(Code::Empty, "", message)]));
        }
        self.write().await?;
        self.report.rows = self.progress.rows;
        if self.options.dry_run {
            self.report.refused += self.progress.refused;
        } else {
            let (import, times) = (self.import(), self.times);
            let done = self.owner.store.imports().finish(import, self.progress, times, clock::now_ms()).await?;
            let done = done.ok_or_else(|| {
                let message = "was deleted while the file was read: send it again";
                Error::Conflict(Problem::new(Code::Conflict, "", message))
            })?;
            (self.report.imported, self.report.updated) = (done.imported, done.updated);
            (self.report.unchanged, self.report.refused) = (done.unchanged, done.refused + done.barred);
            self.report.id = Some(self.id.to_owned());
        }
        let Self { mut report, importer, times, .. } = self;
        if let Some(importer) = importer {
            report.cells_left_out = importer.left_out();
            report = report.with_columns(importer.columns());
        }
        Ok(report.with_times(times))
    }

    /// More than is taken at once: what was read is written all the same, so that the rest can be sent alone.
    async fn too_large(&mut self, what: &str, most: usize) -> Error {
        if let Err(error) = self.write().await {
            return error;
        }
        Error::FileTooLarge(format!("must have at most {most} {what}. {}", self.how_far()))
    }

    fn how_far(&self) -> String {
        if self.options.dry_run {
            return "nothing was written, this was a dry run".to_owned();
        }
        if self.progress.batches == 0 {
            return "nothing of it was imported: send it again, or in parts, each with the header".to_owned();
        }
        format!(
            "the import {} has what stands up to line {}: send the file again, or the rest of it with the header; what \
             is there already is not doubled",
            self.id, self.written
        )
    }
}
