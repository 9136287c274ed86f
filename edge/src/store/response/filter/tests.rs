use super::*;
use insight::Metric;
use survey::plausibility::Flags;

fn row(row: serde_json::Value) -> ResponseRow {
    serde_json::from_value(row).unwrap()
}

/// The first row has everything that a filter can ask for.
fn rows() -> [ResponseRow; 2] {
    let full = serde_json::json!({
        "id": "r1", "survey": "v", "version": 1, "revision": 1, "complete": 1, "touchpoint": "t", "language": "pl",
        "device": "mobile", "url": "https://shop.example/help/a?x=1", "order_id": "7", "order_value": 5,
        "order_currency": "PLN", "customer": "c", "traits": r#"{"a":"b"}"#, "received_at": 7, "updated_at": 0,
        "flags": 4, "excluded": "a test", "tags": r#"["vip"]"#,
        "answers": r#"[{"question":"q","kind":"nps","score":3},{"question":"why","kind":"text","text":"Za ŻÓŁTY, za drogi"},
            {"question":"r","kind":"choice","choices":["price"],"other":"kurier"}]"#,
    });
    let other = serde_json::json!({
        "id": "r2", "survey": "w", "version": 1, "revision": 1, "complete": 0, "touchpoint": "u", "language": "pl-PL",
        "device": null, "url": "https://shop.example/help", "order_id": "77", "order_value": 5, "order_currency": "RON",
        "customer": null, "traits": r#"{"a":"c"}"#, "received_at": 8, "updated_at": 0, "flags": 0, "excluded": null,
        "tags": null,
        "answers": r#"[{"question":"p","kind":"nps","score":7},{"question":"s","kind":"ces","score":3}]"#,
    });
    [row(full), row(other)]
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A filter by every field. Without `..`, so that a new field has to be added.
pub(in crate::store) fn everything() -> ResponseFilter {
    ResponseFilter {
        received: TimeRange { from: 7, to: 8 },
        survey: text("v"),
        touchpoint: text("t"),
        language: text("pl"),
        device: Some("mobile"),
        customer: text("c"),
        order_id: text("7"),
        order: Some(OrderFilter { currency: "PLN".into(), range: 5..=5 }),
        complete: Some(true),
        excluded: Some(true),
        flags: FlagFilter::FLAGGED,
        page: Some(PathFilter::Exact("/help/a".into())),
        traits: vec![("a".into(), "b".into())],
        tag: text("vip"),
        score: Some(ScoreFilter { metric: Some(Metric::Nps), question: text("q"), range: 3..=3 }),
        choice: Some(ChoiceFilter { question: "r".into(), choice: text("price") }),
        has_text: Some(true),
        words: vec!["drogi".into(), "zolty".into()],
    }
}

#[test]
fn every_clause_distinguishes_two_rows() {
    let [full, other] = rows();
    let filter = everything();
    let clauses = filter.clauses();
    for clause in &clauses {
        assert!(clause.matches(&Candidate::from(&full)).unwrap(), "{}", clause.name);
        assert!(!clause.matches(&Candidate::from(&other)).unwrap(), "{}", clause.name);
    }
    assert!(filter.matcher().matches(&full).unwrap());
    let one_mismatch = ResponseFilter { words: vec!["tanio".into()], ..filter.clone() };
    assert!(!one_mismatch.matcher().matches(&full).unwrap(), "every condition has to be met");
}

#[test]
fn variants_of_a_condition() {
    let [full, other] = rows();
    let none = ResponseFilter::default;
    let choice = |choice| Some(ChoiceFilter { question: "r".into(), choice });
    let score = |metric, question: Option<&str>, range| {
        Some(ScoreFilter { metric, question: question.map(str::to_owned), range })
    };
    for (filter, expected) in [
        (none(), (true, true)),
        (ResponseFilter { choice: choice(None), ..none() }, (true, false)),
        (ResponseFilter { choice: choice(text(ChoiceFilter::OTHER)), ..none() }, (true, false)),
        (ResponseFilter { choice: choice(text("size")), ..none() }, (false, false)),
        (ResponseFilter { score: score(None, Some("q"), 0..=10), ..none() }, (true, false)),
        (ResponseFilter { score: score(None, None, 2..=3), ..none() }, (true, true)),
        (ResponseFilter { score: score(Some(Metric::Ces), None, 3..=3), ..none() }, (false, true)),
        (ResponseFilter { words: vec!["kur".into(), "zol".into()], ..none() }, (true, false)),
        (ResponseFilter { page: Some(PathFilter::Prefix("/help/".into())), ..none() }, (true, false)),
        (ResponseFilter { flags: FlagFilter::Any(Flags::HONEYPOT), ..none() }, (true, false)),
        (ResponseFilter { flags: FlagFilter::Any(Flags::TOO_FAST), ..none() }, (false, false)),
        (ResponseFilter { flags: FlagFilter::None, ..none() }, (false, true)),
        (ResponseFilter { excluded: Some(false), ..none() }, (false, true)),
        (ResponseFilter { has_text: Some(false), complete: Some(false), ..none() }, (false, true)),
    ] {
        let matcher = filter.matcher();
        assert_eq!((matcher.matches(&full).unwrap(), matcher.matches(&other).unwrap()), expected, "{filter:?}");
    }
}

#[test]
fn corrupt_json_is_an_error_where_it_matters() {
    let [full, _] = rows();
    let corrupt = ResponseRow { answers: "[".into(), ..full };
    let by_choice = ResponseFilter {
        choice: Some(ChoiceFilter { question: "r".into(), choice: None }),
        ..ResponseFilter::default()
    };
    assert!(by_choice.matcher().matches(&corrupt).is_err());
    let by_column_first = ResponseFilter { survey: text("w"), ..by_choice };
    assert!(!by_column_first.matcher().matches(&corrupt).unwrap());
}

#[test]
fn only_words_have_no_sql_form() {
    assert_eq!(everything().to_sql(&mut SqlBuilder::new("")), Err(NotExpressible("words")));
    let rest = ResponseFilter { words: Vec::new(), ..everything() };
    assert_eq!(rest.to_sql(&mut SqlBuilder::new("")), Ok(()));
}
