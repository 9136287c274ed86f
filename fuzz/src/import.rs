use survey::{
    Metric, ResponseId, Slug,
    import::{Columns, ImportPlan, Importer, MAX_COLUMNS, Options, Reader, Record, RowIds, Timestamp},
};

/// Reading a file in chunks gives the same records as reading it at once, each from the same line. An accepted row has
/// a valid score and a plausible time, and importing it again gives the same response id; a rejected row has a reason.
/// The first byte chooses the chunk size and the import options.
pub fn import(data: &[u8]) {
    let Some((first, file)) = data.split_first() else { return };
    let query: &[(&str, &str)] = match first >> 6 {
        0 => &[("source", "delighted")],
        1 => &[("source", "survicate"), ("metric", "csat"), ("time_zone", "+02:00")],
        2 => &[("source", "generic"), ("column.customer", "who"), ("trait.plan", "plan"), ("currency", "PLN")],
        _ => &[("source", "generic"), ("date_format", "d/m/y"), ("column.order_value", "v"), ("currency", "JPY")],
    };
    let options = match Options::read(query.iter().copied()) {
        Ok(options) => options,
        Err(problems) => panic!("the import options of this target are valid: {problems:?}"),
    };
    let piece = usize::from(first & 0x3f) + 1;
    let (whole, pieces) = (rows(&options, file, file.len().max(1)), rows(&options, file, piece));
    assert_eq!(whole, pieces, "chunks of {piece}");
    for text in std::str::from_utf8(file).unwrap_or("").split([',', ';', '\t', '\n']) {
        if let Ok(timestamp) = Timestamp::parse(text, None, 0) {
            assert_eq!(Timestamp::parse(text.trim(), None, 0), Ok(timestamp));
        }
    }
}

/// The outcome of each record, as text.
fn rows(options: &Options, file: &[u8], piece: usize) -> Vec<String> {
    let mut reader = Reader::new();
    let mut taken = Taken { options, importer: None, rows: Vec::new(), line: 0 };
    for piece in file.chunks(piece) {
        let mut rest = piece;
        while let Some(record) = reader.read(&mut rest) {
            taken.take(&record);
        }
        assert!(rest.is_empty(), "the whole chunk is consumed");
    }
    while let Some(record) = reader.end() {
        taken.take(&record);
    }
    taken.rows
}

struct Taken<'a> {
    options: &'a Options,
    importer: Option<Importer>,
    rows: Vec<String>,
    line: u64,
}

impl Taken<'_> {
    fn take(&mut self, record: &Record<'_>) {
        assert!(record.line > self.line && record.len() <= MAX_COLUMNS, "{record:?}");
        self.line = record.line;
        let metric = self.options.metric.unwrap_or(Metric::Nps);
        let Some(importer) = &mut self.importer else {
            match Columns::read(self.options, record) {
                Err(problems) => {
                    crate::are_reported(&problems);
                    self.rows.push(format!("{problems:?}"));
                }
                Ok(columns) => {
                    let Ok(slug) = Slug::parse("q") else { return };
                    let plan = ImportPlan {
                        metric,
                        score: slug.clone(),
                        comment: Some((slug.clone(), 20)),
                        touchpoint: slug,
                        now: 1_795_348_800_000,
                        retained_since: 0,
                    };
                    let ids = RowIds::new("shp_1", self.options.source, "srv_1");
                    self.importer = Some(Importer::new(self.options.clone(), columns, plan, ids));
                }
            }
            return;
        };
        match importer.read(record) {
            Err(problems) => {
                assert!(problems.iter().all(|problem| problem.line == record.line && !problem.message.is_empty()));
                assert!(!problems.is_empty(), "rejected without a reason");
                self.rows.push(format!("{problems:?}"));
            }
            Ok(mut row) => {
                assert!(ResponseId::parse(row.id.as_str()).is_ok(), "{row:?}");
                assert!((0..=1_795_348_800_000 + 26 * 3_600_000).contains(&row.at_ms), "{row:?}");
                assert!((1..=2).contains(&row.answers.len()), "{row:?}");
                insight::redact::answers(&mut row.answers, &mut row.context);
                self.rows.push(format!("{row:?}"));
            }
        }
    }
}
