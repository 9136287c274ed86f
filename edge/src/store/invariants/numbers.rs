//! A metric is the same from tallies as from the responses, whatever happened to these.

use super::{Fixture, SHOPS, STEPS, SURVEYS, World, database, world};
use crate::{
    db::sqlite::{query_plan, schema},
    platform::in_process::ready,
    store::{
        ALL_SCORES, AnswerFilter, ChoiceFilter, CountResult, FlagFilter, LeftOut, MetricFilter, MetricQuery,
        OrderFilter, PathFilter, ResponseFilter, ScoreFilter, Segment, Source,
        tally::{scan_statement, size_statement},
    },
    time::clock::day_of,
};
use insight::Metric;
use std::collections::BTreeMap;
use survey::plausibility::Flags;

/// Worlds of a run, and queries of each.
const WORLDS: u64 = 20;
const QUERIES: usize = 60;

type Counts = [i64; 11];

/// Days and segments with their counts. Those without answers are left out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Numbers {
    days: BTreeMap<i64, Counts>,
    segments: BTreeMap<String, Counts>,
    left_out: LeftOut,
}

impl From<CountResult> for Numbers {
    fn from(result: CountResult) -> Self {
        let CountResult::Counts(counts) = result else { panic!("too many responses") };
        let mut numbers = Self { left_out: counts.left_out, ..Self::default() };
        for day in counts.days.iter().filter(|day| day.counts != [0; 11]) {
            assert!(numbers.days.insert(day.day, day.counts).is_none(), "a day appears twice");
        }
        for segment in counts.segments.into_iter().filter(|segment| segment.counts != [0; 11]) {
            let name = segment.name.unwrap_or_default();
            assert!(numbers.segments.insert(name, segment.counts).is_none(), "a segment appears twice");
        }
        numbers
    }
}

/// Counted from the responses.
fn from_responses(database: &Fixture, query: &MetricQuery<'_>) -> Numbers {
    ready(database.store.tallies().scan(query)).unwrap().into()
}

/// Counted from tallies, if these suffice.
fn from_tallies(database: &Fixture, query: &MetricQuery<'_>) -> Option<Numbers> {
    let suffice = Source::of(query.filter, query.segment) != Source::Responses;
    suffice.then(|| ready(database.store.tallies().count(query)).unwrap().into())
}

/// A query that cells can answer.
fn random_query(world: &mut World<'_>) -> (ResponseFilter, Option<Segment>) {
    let random = &mut world.random;
    let mut text = |from: &[&str]| (random.below(4) == 0).then(|| random.pick(from).to_owned());
    let filter = ResponseFilter {
        survey: text(&SURVEYS),
        touchpoint: text(&["purchase", "delivery", "nowhere"]),
        language: text(&["pl", "ro"]),
        ..ResponseFilter::default()
    };
    let device = (random.below(4) == 0).then(|| random.pick(&["mobile", "desktop"]));
    let flags = random.pick(&[FlagFilter::All, FlagFilter::None, FlagFilter::FLAGGED]);
    let segment = match random.below(5) {
        0 => Some(Segment::Touchpoint),
        1 => Some(Segment::Language),
        2 => Some(Segment::Device),
        3 => Some(Segment::Survey),
        _ => None,
    };
    (ResponseFilter { flags, device, ..filter }, segment)
}

#[test]
fn tallies_and_responses_give_the_same_metrics() {
    let database = database();
    let mut seen = 0;
    for seed in 0..WORLDS {
        database.execute_batch("BEGIN").unwrap();
        let mut world = world(&database, 7_000 + seed);
        for step in 0..STEPS {
            world.step();
            if step % 5 == 0 {
                let exclude =
                    "UPDATE responses SET excluded = CASE excluded WHEN 'x' THEN NULL ELSE 'x' END WHERE id = ?1";
                database.execute(exclude, [world.random.pick(&super::IDS)]).unwrap();
            }
        }
        // Responses that stay unchanged, so that there is something to count.
        for number in 0..40 {
            let mut row = serde_json::to_value(world.row()).unwrap();
            row["id"] = format!("more {number}").into();
            database.save(row);
        }
        // Tallies count a response by the old rule until it is renewed, and only the renewal deletes bit 32.
        database.execute("UPDATE responses SET form = 1, flags = flags & 95", []).unwrap();
        let today = day_of(world.now);
        for _ in 0..QUERIES {
            let (filter, segment) = random_query(&mut world);
            let filter = MetricFilter::from(filter);
            let random = &mut world.random;
            let from = today - 4 + i64::try_from(random.below(6)).unwrap();
            let query = MetricQuery {
                shop: random.pick(&SHOPS),
                metric: random.pick(&["nps", "csat"]),
                days: (from, from + i64::try_from(random.below(6)).unwrap()),
                filter: &filter,
                segment: segment.as_ref(),
            };
            let counted = from_responses(&database, &query);
            let Some(tallies) = from_tallies(&database, &query) else { continue };
            assert_eq!(tallies, counted, "world {seed}: {filter:?} {segment:?}");
            seen += usize::from(!counted.days.is_empty());
        }
        database.execute_batch("ROLLBACK").unwrap();
    }
    assert!(seen > 500, "only {seen} queries counted anything");
}

/// Inserts a response; `more` replaces members of its row.
fn insert(database: &Fixture, id: &str, more: &serde_json::Value) {
    let mut row = serde_json::json!({
        "shop": "shp_a", "id": id, "survey": "srv_1", "version": 1, "revision": 1, "fingerprint": "f", "complete": false,
        "touchpoint": "purchase", "language": null, "device": null, "source": null, "url": null, "answers": "[]",
        "scores": r#"[["q1","nps",9]]"#, "order_id": null, "order_value": null, "order_currency": null,
        "customer": null, "traits": "{}", "flags": 0, "day": 20_000, "received_at": 20_000 * crate::time::clock::DAY_MS,
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    database.save(row);
}

#[test]
fn every_filter_counts_the_expected_answers() {
    use serde_json::json;
    let database = database();
    // Each response has a score of its own, which identifies it.
    let rows = [
        json!({ "scores": r#"[["q1","nps",0],["q3","csat",2]]"#, "survey": "srv_2", "language": "pl", "flags": 4 }),
        json!({ "scores": r#"[["q1","nps",1],["q2","nps",9]]"#, "device": "mobile", "url": "https://a.example/p/1?x=/y" }),
        json!({ "scores": r#"[["q1","nps",2]]"#, "url": "https://a.example", "traits": r#"{"plan":"gold","a\"b":"1"}"# }),
        json!({ "scores": r#"[["q2","nps",3]]"#, "url": "https://b.example/p/2", "complete": true, "flags": 2 }),
        json!({ "scores": r#"[["q1","nps",4]]"#, "order_value": 100, "order_currency": "PLN", "customer": "c-1",
            "order_id": "o-1", "answers": r#"[{"question":"q4","kind":"choice","choices":[],"other":"x"}]"# }),
        json!({ "scores": r#"[["q1","nps",5]]"#, "order_value": 200, "order_currency": "RON", "touchpoint": "delivery",
            "answers": r#"[{"question":"q4","kind":"choice","choices":["price"]}]"# }),
        json!({ "scores": r#"[["q1","nps",6]]"#, "answers": r#"[{"question":"w","kind":"text","text":"so"}]"#,
            "url": "https://a.example?to=/p/1" }),
        json!({ "scores": r#"[["q1","nps",7]]"#, "answers": r#"[{"question":"q1","kind":"nps","score":7}]"#, "day": 20_001 }),
        json!({ "scores": r#"[["q1","nps",8]]"#, "shop": "shp_b", "customer": "c-1", "survey": "srv_2" }),
        json!({ "scores": r#"[["q1","nps",10]]"#, "traits": r#"{"plan":"free"}"#, "url": "https://a.example/P/1" }),
    ];
    for (number, row) in rows.into_iter().enumerate() {
        insert(&database, &format!("r{number}"), &row);
    }
    insert(&database, "left out", &json!({ "scores": r#"[["q1","nps",10]]"# }));
    for note in [
        "excluded = 'a test' WHERE id = 'left out'",
        r#"tags = '["late","urgent"]' WHERE id = 'r2'"#,
        r#"tags = '["urgent"]' WHERE id = 'r3'"#,
    ] {
        assert_eq!(database.execute(&format!("UPDATE responses SET {note}"), []).unwrap(), 1);
    }

    let text = |text: &str| Some(text.to_owned());
    let none = ResponseFilter::default;
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let order = |range, currency: &str| Some(OrderFilter { currency: currency.to_owned(), range });
    let chosen = |choice| Some(ChoiceFilter { question: "q4".to_owned(), choice });
    let exactly = |path: &str| Some(PathFilter::Exact(path.to_owned()));
    for (filter, scores) in [
        (none(), [0, 1, 2, 3, 4, 5, 6, 9, 10].as_slice()),
        (ResponseFilter { flags: FlagFilter::None, ..none() }, &[1, 2, 4, 5, 6, 9, 10]),
        (ResponseFilter { survey: text("srv_2"), ..none() }, &[0]),
        (ResponseFilter { touchpoint: text("delivery"), ..none() }, &[5]),
        (ResponseFilter { language: text("pl"), ..none() }, &[0]),
        (ResponseFilter { device: Some("mobile"), ..none() }, &[1, 9]),
        (ResponseFilter { flags: FlagFilter::Any(Flags::HONEYPOT), ..none() }, &[0]),
        (ResponseFilter { flags: FlagFilter::FLAGGED, ..none() }, &[0, 3]),
        (ResponseFilter { flags: FlagFilter::None, complete: Some(true), ..none() }, &[]),
        (ResponseFilter { has_text: Some(true), ..none() }, &[4, 6]),
        (ResponseFilter { has_text: Some(false), survey: text("srv_1"), ..none() }, &[1, 2, 3, 5, 9, 10]),
        (ResponseFilter { choice: chosen(None), ..none() }, &[4, 5]),
        (ResponseFilter { choice: chosen(text("price")), ..none() }, &[5]),
        (ResponseFilter { choice: chosen(text("~other")), ..none() }, &[4]),
        (ResponseFilter { complete: Some(true), ..none() }, &[3]),
        (ResponseFilter { page: exactly("/p/1"), ..none() }, &[1, 9]),
        (ResponseFilter { page: Some(PathFilter::Prefix("/p/".to_owned())), ..none() }, &[1, 3, 9]),
        (ResponseFilter { page: exactly("/"), ..none() }, &[2, 6]),
        (ResponseFilter { page: Some(PathFilter::Prefix("/p/%".to_owned())), ..none() }, &[]),
        (ResponseFilter { traits: pair("plan", "gold"), ..none() }, &[2]),
        (ResponseFilter { traits: pair("a\"b", "1"), ..none() }, &[2]),
        (ResponseFilter { traits: [pair("plan", "gold"), pair("plan", "free")].concat(), ..none() }, &[]),
        (ResponseFilter { order: order(100..=1_000, "PLN"), ..none() }, &[4]),
        (ResponseFilter { order: order(0..=200, "RON"), ..none() }, &[5]),
        (ResponseFilter { order: order(101..=1_000, "PLN"), ..none() }, &[]),
        (ResponseFilter { order_id: text("o-1"), ..none() }, &[4]),
        (ResponseFilter { customer: text("c-1"), ..none() }, &[4]),
        (ResponseFilter { customer: text("c-1"), touchpoint: text("delivery"), ..none() }, &[]),
        (ResponseFilter { tag: text("urgent"), ..none() }, &[2, 3]),
    ] {
        counts(&database, &filter.into(), scores);
    }
    let answer = |question, range| Some(AnswerFilter { question, range });
    for (answer, scores) in [
        (answer(text("q2"), ALL_SCORES), [3, 9].as_slice()),
        (answer(text("q2"), 4..=10), &[9]),
        (answer(None, 4..=10), &[4, 5, 6, 9, 10]),
        (answer(None, 0..=0), &[0]),
    ] {
        counts(&database, &MetricFilter { answer, ..MetricFilter::default() }, scores);
    }
    let class = |metric, range| Some(ScoreFilter { metric: Some(metric), question: None, range });
    for (score, scores) in [
        (class(Metric::Nps, 9..=10), [1, 9, 10].as_slice()),
        (class(Metric::Csat, 1..=2), &[0]),
        (class(Metric::Csat, 4..=5), &[]),
    ] {
        counts(&database, &ResponseFilter { score, ..none() }.into(), scores);
    }

    for (segment, expected) in [
        (Segment::Page, [("", 3), ("/", 2), ("/P/1", 1), ("/p/1", 2), ("/p/2", 1)].as_slice()),
        (Segment::Class, &[("0", 1), ("1", 2), ("10", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 1), ("6", 1)]),
        (Segment::Trait("plan".to_owned()), &[("", 7), ("free", 1), ("gold", 1)]),
        (Segment::Trait("a\"b".to_owned()), &[("", 8), ("1", 1)]),
        (Segment::Tag, &[("", 7), ("late", 1), ("urgent", 2)]),
    ] {
        let filter = MetricFilter::default();
        let query = MetricQuery {
            shop: "shp_a",
            metric: "nps",
            days: (20_000, 20_000),
            filter: &filter,
            segment: Some(&segment),
        };
        let found = from_responses(&database, &query);
        let total: i64 = found.days.values().flatten().sum();
        assert_eq!(total, 9, "{segment:?}: an answer in several segments counts once in its day");
        let found: Vec<(&str, i64)> =
            found.segments.iter().map(|(name, counts)| (name.as_str(), counts.iter().sum())).collect();
        assert_eq!(found, expected, "{segment:?}");
    }
}

#[track_caller]
fn counts(database: &Fixture, filter: &MetricFilter, scores: &[usize]) {
    let query = MetricQuery { shop: "shp_a", metric: "nps", days: (20_000, 20_000), filter, segment: None };
    let mut expected = Numbers::default();
    for score in scores {
        expected.days.entry(20_000).or_default()[*score] += 1;
    }
    assert_eq!(from_responses(database, &query).days, expected.days, "{filter:?}");
}

/// Every statement enters one index at the shop and the time, and scans no table.
#[test]
fn metrics_read_along_one_index() {
    let connection = schema();
    let text = || Some("x".to_owned());
    let none = ResponseFilter::default;
    let everything = ResponseFilter {
        language: text(),
        device: Some("mobile"),
        choice: Some(ChoiceFilter { question: "q".to_owned(), choice: text() }),
        score: Some(ScoreFilter { metric: Some(Metric::Nps), question: None, range: 0..=6 }),
        has_text: Some(true),
        complete: Some(true),
        page: Some(PathFilter::Prefix("/".to_owned())),
        traits: vec![("a".to_owned(), "b".to_owned())],
        order: Some(OrderFilter { currency: "PLN".to_owned(), range: 1..=2 }),
        tag: text(),
        ..none()
    };
    let any = FlagFilter::Any(Flags::HONEYPOT);
    let answer = AnswerFilter { question: text(), range: 1..=2 };
    for (base, answer) in [(none(), None), (everything, Some(answer))] {
        for (filter, index) in [
            (base.clone(), "responses_by_time"),
            (ResponseFilter { flags: FlagFilter::None, ..base.clone() }, "responses_by_time"),
            (ResponseFilter { flags: any, ..base.clone() }, "responses_by_flag"),
            (ResponseFilter { survey: text(), flags: any, ..base.clone() }, "responses_by_survey"),
            (ResponseFilter { touchpoint: text(), ..base.clone() }, "responses_by_touchpoint"),
            (ResponseFilter { survey: text(), touchpoint: text(), ..base.clone() }, "responses_by_survey"),
            (ResponseFilter { survey: text(), customer: text(), ..base.clone() }, "responses_by_customer"),
            (ResponseFilter { order_id: text(), customer: text(), ..base.clone() }, "responses_by_order"),
        ] {
            let filter = MetricFilter { response: filter, answer: answer.clone() };
            for segment in [
                None,
                Some(Segment::Page),
                Some(Segment::Class),
                Some(Segment::Trait("t".to_owned())),
                Some(Segment::Tag),
            ] {
                let query =
                    MetricQuery { shop: "s", metric: "nps", days: (1, 2), filter: &filter, segment: segment.as_ref() };
                for (sql, args) in [scan_statement(&query).unwrap(), size_statement(&query)] {
                    let questions = sql.matches('?').count() - sql.matches("'?'").count();
                    assert_eq!(questions, args.len(), "{sql}");
                    assert!(args.len() <= 100);
                    let steps = query_plan(&connection, &sql);
                    let entered = format!("INDEX {index} (shop=?");
                    let searches: Vec<&String> = steps.iter().filter(|step| step.starts_with("SEARCH r ")).collect();
                    assert!(
                        matches!(searches.as_slice(), [only] if only.contains(&entered) && only.contains("received_at>? AND received_at<?")),
                        "{sql}: {steps:#?}"
                    );
                    let inner = ["VIRTUAL TABLE", "CONSTANT", "(subquery-"];
                    let scans = steps
                        .iter()
                        .filter(|step| step.starts_with("SCAN") && !inner.iter().any(|name| step.contains(name)));
                    assert_eq!(scans.count(), 0, "{sql}: {steps:#?}");
                }
            }
        }
    }
}
