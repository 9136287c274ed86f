use super::{
    super::{ChoiceFilter, FlagFilter, OrderFilter, PathFilter, ScoreFilter},
    *,
};
use crate::db::sqlite;
use insight::Metric;
use survey::plausibility::Flags;

fn row(number: i64, flags: u8) -> ResponseRow {
    let row = serde_json::json!({
        "id": format!("r{number}"), "survey": "s", "version": 1, "revision": 1, "complete": 0, "touchpoint": "t",
        "answers": "[]", "traits": "{}", "received_at": -number, "updated_at": 0, "flags": flags,
    });
    serde_json::from_value(row).unwrap()
}

fn select(filter: &ResponseFilter, after: Option<Cursor>, limit: u32) -> Selection<'_> {
    Selection { shop: "s", filter, after, limit, scan_limit: SCAN_LIMIT }
}

#[test]
fn a_page_ends_after_the_last_scanned_row() {
    let honeypot = FlagFilter::Any(Flags::HONEYPOT);
    for (flags, read, limit, row_limit, matching, next) in [
        (FlagFilter::All, [].as_slice(), 2, 3, vec![], None),
        (FlagFilter::All, &[0, 4], 2, 3, vec![0, 1], None),
        (FlagFilter::All, &[0, 4, 0], 2, 3, vec![0, 1], Some(1)),
        (FlagFilter::None, &[0, 4, 0], 2, 5, vec![0, 2], None),
        (FlagFilter::None, &[0, 4, 0, 0], 2, 5, vec![0, 2], Some(2)),
        (FlagFilter::None, &[4, 4, 4], 2, 3, vec![], Some(2)),
        (FlagFilter::None, &[4, 4], 2, 3, vec![], None),
        (honeypot, &[1, 5, 2], 2, 3, vec![1], Some(2)),
        (honeypot, &[4, 4, 4], 2, 3, vec![0, 1], Some(1)),
        (honeypot, &[4, 4], 2, 3, vec![0, 1], None),
    ] {
        let rows = (0..).zip(read).map(|(number, flags)| row(number, *flags)).collect();
        let filter = ResponseFilter { flags, ..ResponseFilter::default() };
        let found = page(rows, &select(&filter, None, limit), row_limit).unwrap();
        let ids: Vec<String> = found.rows.into_iter().map(|row| row.id).collect();
        let expected: Vec<String> = matching.iter().map(|number| format!("r{number}")).collect();
        assert_eq!(ids, expected, "{flags:?} {read:?}");
        assert_eq!(found.next.map(|next| next.id), next.map(|number: i64| format!("r{number}")), "{flags:?} {read:?}");
    }
}

fn some(word: &str) -> Option<String> {
    Some(word.to_owned())
}

/// A filter by each field, the leading index, and whether the index alone decides.
fn filters() -> Vec<(ResponseFilter, &'static str, bool)> {
    let none = ResponseFilter::default;
    let score = ScoreFilter { metric: Some(Metric::Nps), question: None, range: 0..=6 };
    let order = OrderFilter { currency: "PLN".into(), range: 0..=9 };
    vec![
        (none(), "responses_by_time", true),
        (ResponseFilter { survey: some("v"), ..none() }, "responses_by_survey", true),
        (ResponseFilter { touchpoint: some("t"), ..none() }, "responses_by_touchpoint", true),
        (ResponseFilter { survey: some("v"), touchpoint: some("t"), ..none() }, "responses_by_survey", false),
        (ResponseFilter { language: some("pl"), ..none() }, "responses_by_time", false),
        (ResponseFilter { device: Some("mobile"), ..none() }, "responses_by_time", false),
        (ResponseFilter { customer: some("c"), ..none() }, "responses_by_customer", true),
        (ResponseFilter { customer: some("c"), survey: some("v"), ..none() }, "responses_by_customer", false),
        (ResponseFilter { order_id: some("7"), ..none() }, "responses_by_order", true),
        (ResponseFilter { order_id: some("7"), customer: some("c"), ..none() }, "responses_by_order", false),
        (ResponseFilter { order: Some(order), ..none() }, "responses_by_time", false),
        (ResponseFilter { tag: some("vip"), ..none() }, "SEARCH t USING PRIMARY KEY", true),
        (ResponseFilter { tag: some("vip"), survey: some("v"), ..none() }, "SEARCH t USING PRIMARY KEY", false),
        (ResponseFilter { complete: Some(true), ..none() }, "responses_by_time", false),
        (ResponseFilter { has_text: Some(true), ..none() }, "responses_by_time", false),
        (ResponseFilter { excluded: Some(true), ..none() }, "responses_by_exclusion", true),
        (ResponseFilter { excluded: Some(true), survey: some("v"), ..none() }, "responses_by_exclusion", false),
        (ResponseFilter { excluded: Some(false), ..none() }, "responses_by_time", false),
        (ResponseFilter { flags: FlagFilter::FLAGGED, ..none() }, "responses_by_flag", true),
        (ResponseFilter { flags: FlagFilter::Any(Flags::HONEYPOT), ..none() }, "responses_by_flag", false),
        (ResponseFilter { flags: FlagFilter::None, ..none() }, "responses_by_time", false),
        (ResponseFilter { flags: FlagFilter::FLAGGED, survey: some("v"), ..none() }, "responses_by_survey", false),
        (ResponseFilter { score: Some(score), survey: some("v"), ..none() }, "responses_by_survey", false),
        (
            ResponseFilter { choice: Some(ChoiceFilter { question: "q".into(), choice: None }), ..none() },
            "responses_by_time",
            false,
        ),
        (ResponseFilter { words: vec!["a".into()], ..none() }, "responses_by_time", false),
        (ResponseFilter { page: Some(PathFilter::Exact("/".into())), ..none() }, "responses_by_time", false),
        (ResponseFilter { traits: vec![("a".into(), "b".into())], ..none() }, "responses_by_time", false),
    ]
}

#[test]
fn lists_read_along_an_index_without_sorting() {
    let connection = sqlite::schema();
    for (filter, index, exact) in filters() {
        // The index is entered at the cursor, so a deep page reads no more than the first.
        let cursor = Cursor { received_at: 7, id: "r".into() };
        let is_tag = filter.tag.is_some();
        let [at, id] = if is_tag { ["at", "response"] } else { ["received_at", "id"] };
        for (after, entered) in
            [(None, format!("{at}>? AND {at}<?")), (Some(cursor), format!("{at}>? AND ({at},{id})<(?,?)"))]
        {
            for limit in [2, 500] {
                let selection = select(&filter, after.clone(), limit);
                let (sql, args, row_limit) = statement(&selection);
                assert_eq!(sql.matches('?').count(), args.len(), "{sql}");
                let expected = if exact { limit + 1 } else { SCAN_LIMIT };
                let expected = if is_tag { expected.min(SCAN_LIMIT / 2) } else { expected };
                assert_eq!(row_limit, expected, "{filter:?}");
                let steps = sqlite::query_plan(&connection, &sql);
                let looked_up =
                    steps.get(1).is_none_or(|step| is_tag && step.starts_with("SEARCH r USING PRIMARY KEY"));
                assert!(steps[0].contains(index) && steps[0].contains(&entered), "{sql}: {steps:?}");
                assert!(looked_up && steps.len() == 1 + usize::from(is_tag), "{sql}: {steps:?}");
            }
        }
    }
}
