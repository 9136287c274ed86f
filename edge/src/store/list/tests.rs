use super::*;
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

fn select(filter: &Filter, after: Option<Cursor>, limit: u32) -> Selection<'_> {
    Selection { shop: "s", filter, from: 0, to: 1_000, after, limit, looked_at: LOOKED_AT }
}

#[test]
fn a_page_ends_behind_what_was_looked_at() {
    let honeypot = Wanted::Any(Flags::HONEYPOT);
    for (flags, read, limit, most, wanted, next) in [
        (Wanted::All, [].as_slice(), 2, 3, vec![], None),
        (Wanted::All, &[0, 4], 2, 3, vec![0, 1], None),
        (Wanted::All, &[0, 4, 0], 2, 3, vec![0, 1], Some(1)),
        (Wanted::None, &[0, 4, 0], 2, 5, vec![0, 2], None),
        (Wanted::None, &[0, 4, 0, 0], 2, 5, vec![0, 2], Some(2)),
        (Wanted::None, &[4, 4, 4], 2, 3, vec![], Some(2)),
        (Wanted::None, &[4, 4], 2, 3, vec![], None),
        (honeypot, &[1, 5, 2], 2, 3, vec![1], Some(2)),
        (honeypot, &[4, 4, 4], 2, 3, vec![0, 1], Some(1)),
        (honeypot, &[4, 4], 2, 3, vec![0, 1], None),
    ] {
        let rows = (0..).zip(read).map(|(number, flags)| row(number, *flags)).collect();
        let filter = Filter { flags, ..Filter::default() };
        let found = page(rows, &select(&filter, None, limit), most).unwrap();
        let ids: Vec<String> = found.rows.into_iter().map(|row| row.id).collect();
        let expected: Vec<String> = wanted.iter().map(|number| format!("r{number}")).collect();
        assert_eq!(ids, expected, "{flags:?} {read:?}");
        assert_eq!(found.next.map(|next| next.id), next.map(|number: i64| format!("r{number}")), "{flags:?} {read:?}");
    }
}

fn some(word: &str) -> Option<String> {
    Some(word.to_owned())
}

/// A filter by each member, the index that leads, and whether that says all.
fn filters() -> Vec<(Filter, &'static str, bool)> {
    let none = Filter::default;
    let scores = Scores { metric: Some(Metric::Nps), question: None, range: 0..=6 };
    let order = OrderRange { currency: "PLN".into(), range: 0..=9 };
    vec![
        (none(), "responses_by_time", true),
        (Filter { survey: some("v"), ..none() }, "responses_by_survey", true),
        (Filter { touchpoint: some("t"), ..none() }, "responses_by_touchpoint", true),
        (Filter { survey: some("v"), touchpoint: some("t"), ..none() }, "responses_by_survey", false),
        (Filter { language: some("pl"), ..none() }, "responses_by_time", false),
        (Filter { device: Some("mobile"), ..none() }, "responses_by_time", false),
        (Filter { customer: some("c"), ..none() }, "responses_by_customer", true),
        (Filter { customer: some("c"), survey: some("v"), ..none() }, "responses_by_customer", false),
        (Filter { order_id: some("7"), ..none() }, "responses_by_order", true),
        (Filter { order_id: some("7"), customer: some("c"), ..none() }, "responses_by_order", false),
        (Filter { order: Some(order), ..none() }, "responses_by_time", false),
        (Filter { tag: some("vip"), ..none() }, "SEARCH t USING PRIMARY KEY", true),
        (Filter { tag: some("vip"), survey: some("v"), ..none() }, "SEARCH t USING PRIMARY KEY", false),
        (Filter { complete: Some(true), ..none() }, "responses_by_time", false),
        (Filter { has_text: Some(true), ..none() }, "responses_by_time", false),
        (Filter { excluded: Some(true), ..none() }, "responses_by_exclusion", true),
        (Filter { excluded: Some(true), survey: some("v"), ..none() }, "responses_by_exclusion", false),
        (Filter { excluded: Some(false), ..none() }, "responses_by_time", false),
        (Filter { flags: Wanted::ANY, ..none() }, "responses_by_flag", true),
        (Filter { flags: Wanted::Any(Flags::HONEYPOT), ..none() }, "responses_by_flag", false),
        (Filter { flags: Wanted::None, ..none() }, "responses_by_time", false),
        (Filter { flags: Wanted::ANY, survey: some("v"), ..none() }, "responses_by_survey", false),
        (Filter { scores: Some(scores), survey: some("v"), ..none() }, "responses_by_survey", false),
        (Filter { chosen: Some(Chosen { question: "q".into(), choice: None }), ..none() }, "responses_by_time", false),
        (Filter { words: vec!["a".into()], ..none() }, "responses_by_time", false),
        (Filter { page: Some(Page::Exactly("/".into())), ..none() }, "responses_by_time", false),
        (Filter { traits: vec![("a".into(), "b".into())], ..none() }, "responses_by_time", false),
    ]
}

#[test]
fn lists_walk_an_index_and_sort_nothing() {
    let connection = sqlite::schema();
    for (filter, index, exact) in filters() {
        // Where a page begins is where the index is entered: a deep page reads no more than the first.
        let cursor = Cursor { received_at: 7, id: "r".into() };
        let is_tag = filter.tag.is_some();
        let [at, id] = if is_tag { ["at", "response"] } else { ["received_at", "id"] };
        for (after, entered) in
            [(None, format!("{at}>? AND {at}<?")), (Some(cursor), format!("{at}>? AND ({at},{id})<(?,?)"))]
        {
            for limit in [2, 500] {
                let selection = select(&filter, after.clone(), limit);
                let (sql, arguments, most) = statement(&selection);
                assert_eq!(sql.matches('?').count(), arguments.len(), "{sql}");
                let exactly = if exact { limit + 1 } else { LOOKED_AT };
                assert_eq!(most, if is_tag { exactly.min(LOOKED_AT / 2) } else { exactly }, "{filter:?}");
                let steps = sqlite::query_plan(&connection, &sql);
                let looked_up =
                    steps.get(1).is_none_or(|step| is_tag && step.starts_with("SEARCH r USING PRIMARY KEY"));
                assert!(steps[0].contains(index) && steps[0].contains(&entered), "{sql}: {steps:?}");
                assert!(looked_up && steps.len() == 1 + usize::from(is_tag), "{sql}: {steps:?}");
            }
        }
    }
}

/// Two rows of which each filter wants exactly one: the first.
#[test]
fn every_filter_tells_answers_apart() {
    let yes = serde_json::json!({
        "id": "r1", "survey": "v", "version": 1, "revision": 1, "complete": 1, "touchpoint": "t", "language": "pl",
        "device": "mobile", "url": "https://shop.example/help/a?x=1", "order_id": "7", "order_value": 5,
        "order_currency": "PLN", "customer": "c", "traits": r#"{"a":"b"}"#, "received_at": 0, "updated_at": 0,
        "flags": 4, "excluded": "a test", "tags": r#"["vip"]"#,
        "answers": r#"[{"question":"q","kind":"nps","score":3},{"question":"why","kind":"text","text":"Za ŻÓŁTY, za drogi"},
            {"question":"r","kind":"choice","choices":["price"],"other":"kurier"}]"#,
    });
    let no = serde_json::json!({
        "id": "r2", "survey": "w", "version": 1, "revision": 1, "complete": 0, "touchpoint": "u", "language": "pl-PL",
        "device": null, "url": "https://shop.example/help", "order_id": "77", "order_value": 5, "order_currency": "RON",
        "customer": null, "traits": r#"{"a":"c"}"#, "received_at": 0, "updated_at": 0, "flags": 0, "excluded": null,
        "tags": null,
        "answers": r#"[{"question":"p","kind":"nps","score":7},{"question":"s","kind":"ces","score":3}]"#,
    });
    let [yes, no]: [ResponseRow; 2] = [yes, no].map(|row| serde_json::from_value(row).unwrap());
    let none = Filter::default;
    let chosen = |question: &str, choice: Option<&str>| Filter {
        chosen: Some(Chosen { question: question.into(), choice: choice.map(str::to_owned) }),
        ..none()
    };
    let scores = |metric, question: Option<&str>, range| Filter {
        scores: Some(Scores { metric, question: question.map(str::to_owned), range }),
        ..none()
    };
    let mut asked: Vec<Filter> = vec![
        chosen("r", Some("price")),
        chosen("r", Some(Chosen::OTHER)),
        scores(None, Some("q"), 0..=10),
        scores(None, None, 2..=3),
        scores(Some(Metric::Nps), None, 3..=6),
        Filter { words: vec!["drogi".into(), "zolty".into()], ..none() },
        Filter { words: vec!["kur".into(), "zol".into()], ..none() },
        Filter { page: Some(Page::Exactly("/help/a".into())), ..none() },
        Filter { page: Some(Page::Below("/help/".into())), ..none() },
        Filter { order: Some(OrderRange { currency: "PLN".into(), range: 5..=5 }), ..none() },
        Filter { excluded: Some(true), complete: Some(true), has_text: Some(true), ..none() },
    ];
    let by_index = |filter: &Filter| filter.conditions() == 1 && !filter.words.contains(&"a".to_owned());
    let others = filters().into_iter().map(|(filter, ..)| filter).filter(by_index);
    let skipped = |filter: &Filter| {
        filter.flags == Wanted::None || filter.excluded == Some(false) || filter.page == Some(Page::Exactly("/".into()))
    };
    asked.extend(others.filter(|filter| !skipped(filter)));
    for filter in &asked {
        // The second fits `scores` of 3 to CES only where the metric is not named.
        let second_fits =
            filter.scores.as_ref().is_some_and(|scores| scores.metric.is_none() && scores.question.is_none());
        assert!(filter.wants(&yes).unwrap(), "{filter:?}");
        assert_eq!(filter.wants(&no).unwrap(), second_fits, "{filter:?}");
    }
    assert!(asked.len() > 20, "{}", asked.len());
    for filter in [
        Filter { flags: Wanted::None, ..none() },
        Filter { excluded: Some(false), ..none() },
        Filter { has_text: Some(false), complete: Some(false), ..none() },
        scores(Some(Metric::Ces), None, 3..=3),
    ] {
        assert_eq!((filter.wants(&yes).unwrap(), filter.wants(&no).unwrap()), (false, true), "{filter:?}");
    }
    let both = Filter { words: vec!["drogi".into()], ..scores(Some(Metric::Nps), None, 9..=10) };
    assert!(!both.wants(&yes).unwrap(), "all of it has to fit");
    assert!(none().wants(&no).unwrap());
    let broken = ResponseRow { answers: "[".into(), ..yes };
    assert!(chosen("r", None).wants(&broken).is_err(), "what can't be read is no answer that does not fit");
}
