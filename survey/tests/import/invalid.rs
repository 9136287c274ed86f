//! Rows, headers and parameters that are rejected, and how.

use super::{header, options, read};
use survey::{
    Code, Metric,
    import::{MAX_COLUMNS, MAX_RECORD, Options},
};

/// Each kind of invalid row, with the reported column and code.
#[test]
fn invalid_rows_are_reported_by_line_and_column() {
    let long = "x".repeat(101);
    let huge = "x".repeat(MAX_RECORD);
    let wide = ",".repeat(MAX_COLUMNS + 1);
    let old = "2024-11-20 10:00:00";
    let good = "2026-05-01 10:00:00";
    let row = |score: &str, text: &str, at: &str, id: &str, language: &str, money: &str, currency: &str, kind: &str| {
        format!("{score},{text},{at},{id},{language},o-1,{money},{currency},{kind},purchase,c-1,t")
    };
    let with = |place: usize, value: &str| {
        let mut cells =
            ["9", "fine", good, "", "pl", "o-1", "12.50", "PLN", "nps", "purchase", "c-1", "t"].map(str::to_owned);
        cells[place] = value.to_owned();
        cells.join(",")
    };
    let cases: Vec<(String, &str, Code)> = vec![
        (with(0, "11"), "Score", Code::OutOfRange),
        (with(0, "-1"), "Score", Code::OutOfRange),
        (with(0, "9.5"), "Score", Code::InvalidFormat),
        (with(0, "nine"), "Score", Code::InvalidFormat),
        (with(0, " "), "Score", Code::Empty),
        (with(1, &long), "Comment", Code::TooLong),
        (with(1, "a\0b"), "Comment", Code::InvalidCsv),
        (with(2, ""), "Date", Code::Empty),
        (with(2, "last week"), "Date", Code::InvalidFormat),
        (with(2, "2026-02-30"), "Date", Code::InvalidFormat),
        (with(2, "03/04/2026"), "Date", Code::InvalidFormat),
        (with(2, "2026-11-22 12:06:00"), "Date", Code::OutOfRange),
        (with(2, "2026-11-25"), "Date", Code::OutOfRange),
        (with(2, old), "Date", Code::Erased),
        (with(3, "twice"), "", Code::Internal),
        (with(3, "twice"), "ID", Code::Duplicate),
        (with(4, "Polish"), "Language", Code::InvalidFormat),
        (with(5, &"9".repeat(129)), "Order", Code::InvalidFormat),
        (with(6, "free"), "Value", Code::InvalidFormat),
        (with(6, "\"1,299\""), "Value", Code::InvalidFormat),
        (with(6, ""), "Value", Code::Missing),
        (with(7, "zł"), "Currency", Code::InvalidFormat),
        (with(7, ""), "Currency", Code::Missing),
        (with(8, "ces"), "Metric", Code::WrongKind),
        (with(8, "thumbs"), "Metric", Code::UnknownValue),
        (with(9, "After Sales"), "Touchpoint", Code::InvalidFormat),
        (with(10, &"c".repeat(129)), "Customer", Code::InvalidFormat),
        (with(11, &long), "Plan", Code::TooLong),
        ("9,fine".to_owned(), "", Code::InvalidCsv),
        (format!("{},more", with(0, "9")), "", Code::InvalidCsv),
        (wide, "", Code::TooMany),
        (with(1, &huge), "", Code::TooLarge),
        (with(1, "\"never closed"), "", Code::InvalidCsv),
    ];
    let query = [
        ("source", "generic"),
        ("column.order_id", "Order"),
        ("column.order_value", "Value"),
        ("column.customer", "Customer"),
        ("column.metric", "Metric"),
        ("trait.plan", "Plan"),
    ];
    let names = "Score,Comment,Date,ID,Language,Order,Value,Currency,Metric,Touchpoint,Customer,Plan\n";
    let body: Vec<String> = cases.iter().map(|(row, ..)| row.clone()).collect();
    let (_, rows) = read(&query, format!("{names}{}", body.join("\n")).as_bytes());
    assert_eq!(rows.len(), cases.len());
    let mut kinds = 0;
    for (at, (found, (row, column, code))) in rows.iter().zip(&cases).enumerate() {
        let shown: String = row.chars().take(80).collect();
        if *code == Code::Internal {
            // The first row with the id is valid.
            assert!(found.is_ok(), "{shown}: {found:?}");
            continue;
        }
        let problems = found.as_ref().expect_err(&shown);
        let found: Vec<_> =
            problems.iter().map(|problem| (problem.line, problem.column.as_str(), problem.code)).collect();
        assert_eq!(found, [(at as u64 + 2, *column, *code)], "{shown}");
        assert!(!problems[0].message.is_empty());
        kinds += 1;
    }
    assert!(kinds >= 30, "{kinds}");
    // All problems of a row are reported at once.
    let bad = row("11", &long, "soon", "", "Polish", "free", "zł", "thumbs");
    let (_, rows) = read(&query, format!("{names}{bad}").as_bytes());
    assert_eq!(rows[0].as_ref().unwrap_err().len(), 7, "{:?}", rows[0]);
    // Invalid UTF-8.
    let mut file = names.as_bytes().to_vec();
    file.extend_from_slice(with(1, "caf?").replace('?', "\u{e9}").as_bytes());
    let at = file.iter().rposition(|byte| *byte == 0xa9).unwrap();
    file.remove(at);
    let (_, rows) = read(&query, &file);
    let problems = rows[0].as_ref().unwrap_err();
    assert_eq!((problems[0].column.as_str(), problems[0].code), ("Comment", Code::InvalidCsv));
}

#[test]
fn invalid_headers_are_rejected() {
    let delighted = [("source", "delighted")];
    let generic = [("source", "generic")];
    for (query, file, expected) in [
        (delighted.as_slice(), "Score,Comment\n1,2", vec![("query.column.at", Code::Missing)]),
        (&delighted, "Name\nx", vec![("query.column.score", Code::Missing), ("query.column.at", Code::Missing)]),
        (&delighted, "Score,Score,Created At\n", vec![("header.Score", Code::Duplicate)]),
        (&delighted, "Score,Created At,Plan,Plan\n", vec![("header.Plan", Code::Duplicate)]),
        (
            &[("source", "delighted"), ("column.comment", "Words")],
            "Score,Created At\n",
            vec![("query.column.comment", Code::NotFound)],
        ),
        (
            &[("source", "generic"), ("trait.plan", "P")],
            "Score,Date,p,p\n",
            vec![("query.trait.plan", Code::Duplicate)],
        ),
        (
            &[("source", "generic"), ("column.order_value", "V")],
            "Score,Date,V\n",
            vec![("query.currency", Code::Missing)],
        ),
        (
            &[("source", "generic"), ("column.order_id", "V")],
            "Score,Date,V\n",
            vec![("query.column.order_value", Code::Missing)],
        ),
        (
            &generic,
            "S\0c\0o\0r\0e\0,D\n",
            vec![
                ("header[0]", Code::InvalidCsv),
                ("query.column.score", Code::Missing),
                ("query.column.at", Code::Missing),
            ],
        ),
        (&generic, "\"Score,Date\n9,2026-01-01", vec![("header", Code::InvalidCsv)]),
    ] {
        let found = header(query, file);
        let found: Vec<(&str, Code)> = found.iter().map(|(at, code)| (at.as_str(), *code)).collect();
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn invalid_parameters_are_rejected() {
    let problems = |query: &[(&str, &str)]| -> Vec<(String, Code)> {
        let found = Options::read(query.iter().copied()).unwrap_err();
        found.into_iter().map(|problem| (problem.at, problem.code)).collect()
    };
    for (query, expected) in [
        (vec![], vec![("query.source", Code::Missing)]),
        (vec![("source", "typeform")], vec![("query.source", Code::UnknownValue)]),
        (vec![("source", "generic"), ("source", "generic")], vec![("query.source", Code::Duplicate)]),
        (vec![("source", "generic"), ("sorce", "x")], vec![("query.sorce", Code::UnknownValue)]),
        (vec![("source", "generic"), ("column.name", "x")], vec![("query.column.name", Code::UnknownValue)]),
        (vec![("source", "generic"), ("trait.", "x")], vec![("query.trait.", Code::Empty)]),
        (
            vec![
                ("source", "generic"),
                ("metric", "stars"),
                ("date_format", "us"),
                ("time_zone", "Warsaw"),
                ("touchpoint", "After"),
                ("currency", "zł"),
                ("dry_run", "yes"),
            ],
            vec![
                ("query.dry_run", Code::UnknownValue),
                ("query.metric", Code::UnknownValue),
                ("query.date_format", Code::UnknownValue),
                ("query.time_zone", Code::UnknownValue),
                ("query.touchpoint", Code::UnknownValue),
                ("query.currency", Code::UnknownValue),
            ],
        ),
    ] {
        let found = problems(&query);
        let found: Vec<(&str, Code)> = found.iter().map(|(at, code)| (at.as_str(), *code)).collect();
        assert_eq!(found, expected, "{query:?}");
    }
    let read = options(&[
        ("source", "delighted"),
        ("dry_run", "true"),
        ("time_zone", "-05:30"),
        ("survey", ""),
        ("metric", "ces"),
    ]);
    assert_eq!((read.dry_run, read.offset_minutes, read.survey, read.metric), (true, -330, None, Some(Metric::Ces)));
}
