//! Imports of files from other tools, row by row.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod invalid;

use survey::{
    Code, Metric, Slug, Value,
    import::{Columns, IgnoreReason, ImportPlan, Imported, Importer, Options, Reader, RowIds, RowProblem},
};

/// `2026-11-22T12:00:00Z`.
const NOW: i64 = 1_795_348_800_000;
const DAY: i64 = 86_400_000;
const SHOP: &str = "shp_0123456789abcdef";

fn options(query: &[(&str, &str)]) -> Options {
    Options::read(query.iter().copied()).unwrap_or_else(|problems| panic!("{query:?}: {problems:?}"))
}

fn plan(metric: Metric) -> ImportPlan {
    let slug = |name| Slug::parse(name).unwrap();
    ImportPlan {
        metric,
        score: slug("score"),
        comment: Some((slug("comment"), 100)),
        touchpoint: slug("imported"),
        now: NOW,
        retained_since: NOW - 730 * DAY,
    }
}

type Rows = Vec<Result<Imported, Vec<RowProblem>>>;

/// Imports a whole file.
fn read(query: &[(&str, &str)], file: &[u8]) -> (Columns, Rows) {
    let options = options(query);
    let mut reader = Reader::new();
    let mut importer: Option<Importer> = None;
    let mut rows = Rows::new();
    let mut rest = file;
    loop {
        let ended = rest.is_empty();
        let record = if ended { reader.end() } else { reader.read(&mut rest) };
        let Some(record) = record else {
            if ended {
                break;
            }
            continue;
        };
        match &mut importer {
            Some(importer) => rows.push(importer.read(&record)),
            None => {
                let columns = Columns::read(&options, &record).unwrap_or_else(|problems| panic!("{problems:?}"));
                let metric = options.metric.unwrap_or(Metric::Nps);
                let ids = RowIds::new(SHOP, options.source, "srv_x");
                importer = Some(Importer::new(options.clone(), columns, plan(metric), ids));
            }
        }
    }
    (importer.unwrap().columns().clone(), rows)
}

fn header(query: &[(&str, &str)], file: &str) -> Vec<(String, Code)> {
    let mut reader = Reader::new();
    let mut rest = file.as_bytes();
    let first = if reader.read(&mut rest).is_some() {
        let mut reader = Reader::new();
        let mut rest = file.as_bytes();
        let record = reader.read(&mut rest).unwrap();
        Columns::read(&options(query), &record)
    } else {
        Columns::read(&options(query), &reader.end().unwrap())
    };
    first.unwrap_err().into_iter().map(|problem| (problem.at, problem.code)).collect()
}

fn score(row: &Imported) -> u8 {
    match row.answers[0].value {
        Value::Score { score, .. } => score,
        _ => panic!("{row:?}"),
    }
}

fn comment(row: &Imported) -> &str {
    match row.answers.get(1).map(|answer| &answer.value) {
        Some(Value::Text(text)) => text,
        None => "",
        _ => panic!("{row:?}"),
    }
}

const DELIGHTED: &str = "Response ID,Person ID,Person Name,Person Email,Survey Type,Score,Comment,Permalink,Created At,Updated At,Plan,Country\r\n\
    r1,p1,Jan Kowalski,jan@example.com,nps,9,\"Dobrze,\nszybko\",https://x.example/r1,2026-05-01 10:00:00 UTC,,gold,PL\r\n\
    r2,p2,Ion Pop,ion@example.com,nps,0,,https://x.example/r2,2026-05-02 10:00:00 UTC,,,RO\r\n";

#[test]
fn an_export_of_delighted_is_recognised() {
    let (columns, rows) = read(&[("source", "delighted")], DELIGHTED.as_bytes());
    let found: Vec<(String, &str)> = columns.recognised().collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(role, name)| (role.as_str(), *name)).collect();
    assert_eq!(
        found,
        [
            ("score", "Score"),
            ("comment", "Comment"),
            ("at", "Created At"),
            ("id", "Response ID"),
            ("metric", "Survey Type"),
            ("trait.Plan", "Plan"),
            ("trait.Country", "Country"),
        ]
    );
    let ignored: Vec<_> = columns.ignored().iter().map(|ignored| (ignored.column.as_str(), ignored.reason)).collect();
    assert_eq!(
        ignored,
        [
            ("Person ID", IgnoreReason::Personal),
            ("Person Name", IgnoreReason::Personal),
            ("Person Email", IgnoreReason::Personal),
            ("Permalink", IgnoreReason::Personal),
            ("Updated At", IgnoreReason::NotMapped),
        ]
    );
    let rows: Vec<Imported> = rows.into_iter().map(Result::unwrap).collect();
    assert_eq!((rows[0].line, score(&rows[0]), comment(&rows[0])), (2, 9, "Dobrze,\nszybko"));
    assert_eq!((rows[1].line, score(&rows[1]), comment(&rows[1])), (4, 0, ""));
    assert_eq!(rows[0].at_ms, 1_777_629_600_000);
    let traits: Vec<_> = rows[0].context.traits.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(traits, [("Country", "PL"), ("Plan", "gold")]);
    assert_eq!((rows[0].context.customer.as_deref(), rows[0].touchpoint.as_str()), (None, "imported"));
}

#[test]
fn a_mapped_customer_column_is_imported() {
    let query = [("source", "delighted"), ("column.customer", "Person Email"), ("trait.tier", "plan")];
    let (columns, rows) = read(&query, DELIGHTED.as_bytes());
    let row = rows[0].as_ref().unwrap();
    assert_eq!(row.context.customer.as_deref(), Some("jan@example.com"));
    assert_eq!(row.context.traits.keys().collect::<Vec<_>>(), ["Country", "tier"]);
    assert!(!columns.ignored().iter().any(|ignored| ignored.column == "Person Email"));
}

#[test]
fn an_export_of_survicate_is_recognised() {
    let file = "\u{feff}Response uuid;Respondent uuid;Email;Date & Time (UTC);Language;How likely are you to recommend us?;Why?\n\
        a-1;v-1;jan@example.com;2026-05-01 10:00:00;pl_PL;7;Nie wiem\n\
        a-2;v-2;;2026-05-02 10:00:00;en;;\n";
    let query =
        [("source", "survicate"), ("column.score", "How likely are you to recommend us?"), ("column.comment", "Why?")];
    let (columns, rows) = read(&query, file.as_bytes());
    let first = rows[0].as_ref().unwrap();
    assert_eq!((score(first), comment(first)), (7, "Nie wiem"));
    assert_eq!(first.context.language.as_ref().unwrap().as_str(), "pl-PL");
    let problems = rows[1].as_ref().unwrap_err();
    assert_eq!((problems[0].line, problems[0].code), (3, Code::Empty));
    assert!(columns.ignored().iter().all(|ignored| ignored.reason == IgnoreReason::Personal));
    assert_eq!(header(&query[..1], file), [("query.column.score".to_owned(), Code::Missing)]);
}

#[test]
fn any_file_can_be_imported_with_a_mapping() {
    let file = "When\tStars\tWords\tWho\tStage\tOrder\tTotal\tPlan\n\
        22/05/2026 10:00\t5\tSuper\tc-7\tdelivery\t1001\t1 299,50\tgold\n";
    let query = [
        ("source", "generic"),
        ("metric", "csat"),
        ("column.at", "When"),
        ("column.score", "Stars"),
        ("column.comment", "Words"),
        ("column.customer", "Who"),
        ("column.touchpoint", "Stage"),
        ("column.order_id", "Order"),
        ("column.order_value", "Total"),
        ("currency", "PLN"),
        ("trait.plan", "Plan"),
        ("time_zone", "+02:00"),
    ];
    let (_, rows) = read(&query, file.as_bytes());
    let row = rows[0].as_ref().unwrap();
    assert_eq!((score(row), comment(row), row.at_ms), (5, "Super", 1_779_436_800_000));
    let order = row.context.order.as_ref().unwrap();
    assert_eq!((order.id.as_deref(), order.value, order.currency.as_str()), (Some("1001"), 129_950, "PLN"));
    assert_eq!((row.touchpoint.as_str(), row.context.customer.as_deref()), ("delivery", Some("c-7")));
    assert_eq!(row.context.traits["plan"], "gold");
}

#[test]
fn recognised_columns_can_be_left_out() {
    let file = "Score,Created At,Language,Comment\n9,2026-05-01,Polish,fine\n";
    let (_, rows) = read(&[("source", "delighted")], file.as_bytes());
    assert_eq!(rows[0].as_ref().unwrap_err()[0].column, "Language");
    let (columns, rows) =
        read(&[("source", "delighted"), ("column.language", ""), ("column.comment", "")], file.as_bytes());
    let row = rows[0].as_ref().unwrap();
    assert_eq!((row.context.language.as_ref(), comment(row)), (None, ""));
    assert_eq!(row.context.traits["Language"], "Polish");
    assert_eq!(columns.recognised().count(), 4);
    assert_eq!(
        header(&[("source", "delighted"), ("column.at", "")], file),
        [("query.column.at".to_owned(), Code::Missing)]
    );
}

#[test]
fn traits_are_bounded() {
    let names: Vec<String> = (0..25).map(|number| format!("Property {number}")).collect();
    let mut values = vec!["v".to_owned(); 25];
    values[3] = "x".repeat(101);
    let file = format!("Score,Created At,{}\n9,2026-05-01,{}\n", names.join(","), values.join(","));
    let (columns, rows) = read(&[("source", "delighted")], file.as_bytes());
    assert_eq!(columns.ignored().iter().filter(|ignored| ignored.reason == IgnoreReason::TooManyTraits).count(), 5);
    assert_eq!(
        rows[0].as_ref().unwrap().context.traits.len(),
        19,
        "one value was too long, in a column that is not mapped"
    );
}

#[test]
fn importing_a_row_again_gives_the_same_response() {
    let ids = |query: &[(&str, &str)], file: &str| -> Vec<String> {
        let rows = read(query, file.as_bytes()).1;
        rows.into_iter().map(|row| row.unwrap().id.as_str().to_owned()).collect()
    };
    let delighted = [("source", "delighted")];
    let named = ids(&delighted, "ID,Score,Created At\na,9,2026-05-01\nb,9,2026-05-01\n");
    assert_ne!(named[0], named[1]);
    // Other content, column order and time zone: the same response.
    let again = ids(
        &[("source", "delighted"), ("time_zone", "+02:00")],
        "Score,ID,Created At,Comment\n3,b,2026-05-02,x\n8,a,2026-05-01,y\n",
    );
    assert_eq!([&again[1], &again[0]], [&named[0], &named[1]]);
    // The same id from another tool is another response.
    assert_ne!(ids(&[("source", "survicate")], "ID,Score,Date\na,9,2026-05-01\n")[0], named[0]);

    let without_id = ids(&delighted, "Score,Created At\n9,2026-05-01\n8,2026-05-01\n9,2026-05-01\n");
    assert_eq!(
        without_id.iter().collect::<std::collections::BTreeSet<_>>().len(),
        3,
        "equal rows are different responses"
    );
    // In another order.
    let part = ids(&delighted, "Score,Created At\n9,2026-05-01\n9,2026-05-01\n8,2026-05-01\n");
    assert_eq!([&part[0], &part[1], &part[2]], [&without_id[0], &without_id[2], &without_id[1]]);
}
