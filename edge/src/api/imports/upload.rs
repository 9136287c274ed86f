//! Upload of a file: chunk → record → row → mask → batch → one transaction. Only one chunk, one record and one batch are in
//! memory at a time.

use super::{report::Report, target::ImportTarget};
use crate::{
    http::{auth::Owner, body::LimitedBody, error::Error},
    store::{Import, ImportBatch, ImportProgress, RowVerdict, StoreError},
    time::{clock, zone::Zone},
};
use survey::{
    Code, Problem,
    import::{
        ColumnRole, Columns, ImportPlan, Importer, MAX_BYTES, MAX_ROWS, Options, Reader, Record, RowIds, RowProblem,
    },
};

/// An upload in progress.
struct Upload<'a> {
    owner: &'a Owner,
    target: ImportTarget,
    /// The shop's time zone.
    zone: Zone,
    id: &'a str,
    options: Options,
    importer: Option<Importer>,
    batch: ImportBatch,
    progress: ImportProgress,
    /// The line of the last row read.
    line: u64,
    /// The line of the last row written.
    written: u64,
    /// The earliest and latest time of a row.
    times: Option<(i64, i64)>,
    report: Report,
}

/// Imports a file, or validates it in a dry run.
///
/// # Errors
/// If the header is invalid, the file is too large, or a database is unavailable. Batches written before that stay.
pub(super) async fn run(
    owner: &Owner,
    options: Options,
    target: ImportTarget,
    id: &str,
    mut file: LimitedBody,
) -> Result<Report, Error> {
    let report = Report::new(options.source.as_str(), target.survey.clone(), target.metric.as_str(), options.dry_run);
    let mut upload = Upload {
        owner,
        target,
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
        let chunk = match file.next().await {
            Ok(chunk) => chunk,
            Err(Error::TooLarge(_)) => return Err(upload.too_large("bytes", MAX_BYTES).await),
            Err(Error::Unavailable(cause)) => return Err(Error::PartialFailure(cause, upload.progress())),
            Err(error) => return Err(error),
        };
        let Some(chunk) = chunk else { break };
        let mut rest: &[u8] = &chunk;
        while let Some(record) = reader.read(&mut rest) {
            upload.add(&record).await?;
        }
    }
    while let Some(record) = reader.end() {
        upload.add(&record).await?;
    }
    upload.finish().await
}

impl Upload<'_> {
    const fn import(&self) -> Import<'_> {
        let ImportTarget { survey, version, .. } = &self.target;
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
                // Mask before anything is written.
                let masked = insight::redact::answers(&mut row.answers, &mut row.context);
                self.report.masked = self.report.masked.saturating_add(masked.total());
                let (first, last) = self.times.unwrap_or((row.at_ms, row.at_ms));
                self.times = Some((first.min(row.at_ms), last.max(row.at_ms)));
                self.batch.add(&row, &self.target.survey, self.zone.day_of(row.at_ms))?;
            }
        }
        if self.batch.is_full() { self.write().await } else { Ok(()) }
    }

    /// Reads the header. Problems that concern the whole file are rejected before anything is written.
    async fn begin(&mut self, header: &Record<'_>) -> Result<(), Error> {
        let columns = Columns::read(&self.options, header).map_err(Error::Invalid)?;
        if columns.position(ColumnRole::Comment).is_some() && self.target.comment.is_none() {
            let message = "has no text question for the comments: publish a version with one, or omit 'survey'";
            return Err(Error::refused(Code::InvalidReference, "query.survey", message));
        }
        let plan = ImportPlan {
            metric: self.target.metric,
            score: self.target.score.clone(),
            comment: self.target.comment.clone(),
            touchpoint: self.target.touchpoint.clone(),
            now: self.owner.now,
            retained_since: self.target.since,
        };
        let ids = RowIds::new(&self.owner.shop, self.options.source, &self.target.survey);
        self.importer = Some(Importer::new(self.options.clone(), columns, plan, ids));
        if !self.options.dry_run {
            let definition = self.target.definition.as_deref();
            let source = self.options.source.as_str();
            self.owner.store.imports().create(self.import(), source, definition).await?;
        }
        Ok(())
    }

    /// Writes the batch, or validates it in a dry run.
    async fn write(&mut self) -> Result<(), Error> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let store = &self.owner.store;
        let verdicts = if self.options.dry_run {
            store.imports().preview_batch(&self.owner.shop, &self.target.survey, &self.batch).await
        } else {
            store.imports().write_batch(self.import(), &self.batch, self.progress).await
        };
        let verdicts = verdicts.map_err(|error| match error {
            StoreError::Unavailable(cause) => Error::PartialFailure(cause, self.progress()),
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
                "erased" => {
                    (Code::Erased, "was erased, or belongs to an erased customer, and cannot be imported again")
                }
                _ => (
                    Code::Conflict,
                    "was imported before with another time, touchpoint or survey: delete that import first",
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
            let message = "must start with a header row of column names";
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
                let message = "was deleted during the upload: send the file again";
                Error::Conflict(Problem::new(Code::Conflict, "", message))
            })?;
            (self.report.imported, self.report.updated) = (done.imported, done.updated);
            (self.report.unchanged, self.report.refused) = (done.unchanged, done.refused + done.barred);
            self.report.id = Some(self.id.to_owned());
        }
        let Self { mut report, importer, times, .. } = self;
        if let Some(importer) = importer {
            report.cells_left_out = importer.dropped_cells();
            report = report.with_columns(importer.columns());
        }
        Ok(report.with_times(times))
    }

    /// The file exceeds a limit. Rows read so far are written, so that the rest can be sent as another file.
    async fn too_large(&mut self, what: &str, max: usize) -> Error {
        if let Err(error) = self.write().await {
            return error;
        }
        Error::FileTooLarge(format!("must have at most {max} {what}. {}", self.progress()))
    }

    fn progress(&self) -> String {
        if self.options.dry_run {
            return "nothing was written: this was a dry run".to_owned();
        }
        if self.progress.batches == 0 {
            return "nothing was imported: send the file again, or in parts, each with the header".to_owned();
        }
        format!(
            "the import {} contains the rows up to line {}: send the file again, or the rest of it with the header; rows \
             that are already imported are not duplicated",
            self.id, self.written
        )
    }
}
