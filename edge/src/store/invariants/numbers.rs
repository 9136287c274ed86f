//! A number is the same from tallies as from the answers themselves, whatever happened to these; and every filter picks out
//! what it says.

use super::{Fixture, SHOPS, STEPS, SURVEYS, World, database, world};
use crate::{
    db::{
        Arg,
        sqlite::{query_plan, schema},
    },
    store::{
        ALL_SCORES, Chosen, Filter, OrderRange, Page, Scores, Segment, Source, Subset, Wanted, Wish,
        tallies::{CELLS, DAYS, cell_arguments, facet_arguments, how_many, statement},
    },
    time::clock::day_of,
};
use insight::Metric;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use survey::plausibility::Flags;

/// Worlds of a run, and questions to each.
const WORLDS: u64 = 20;
const QUESTIONS: usize = 60;

type Counts = [i64; 11];

/// Days and segments with their counts; those of zeros alone do not matter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Numbers {
    days: BTreeMap<i64, Counts>,
    segments: BTreeMap<String, Counts>,
}

fn run(database: &Connection, sql: &str, arguments: &[Arg]) -> Numbers {
    let mut statement = database.prepare_cached(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows = statement.query(params_from_iter(arguments)).unwrap();
    let mut numbers = Numbers::default();
    while let Some(row) = rows.next().unwrap() {
        let counts: Counts = std::array::from_fn(|score| row.get(format!("c{score}").as_str()).unwrap());
        if counts == [0; 11] {
            continue;
        }
        let is_new = if row.get::<_, i64>("kind").unwrap_or(0) == 0 {
            numbers.days.insert(row.get("day").unwrap(), counts).is_none()
        } else {
            let name = row.get::<_, Option<String>>("segment").unwrap().unwrap_or_default();
            numbers.segments.insert(name, counts).is_none()
        };
        assert!(is_new, "twice the same");
    }
    numbers
}

/// What the answers themselves say.
fn from_answers(database: &Fixture, wish: &Wish<'_>) -> Numbers {
    let (sql, arguments) = statement(wish);
    run(&database.connection(), &sql, &arguments)
}

/// What tallies say, if these can.
fn from_tallies(database: &Fixture, wish: &Wish<'_>) -> Option<Numbers> {
    match Source::of(wish.subset, wish.segment) {
        Source::Responses => None,
        Source::Cells => Some(run(&database.connection(), CELLS, &cell_arguments(wish))),
        Source::Days => {
            let facet = wish.subset.facet()?;
            let (name, value) = facet.columns();
            Some(run(&database.connection(), DAYS, &facet_arguments(wish, name, &value)))
        }
    }
}

/// Something that cells can tell.
fn question(world: &mut World<'_>) -> (Filter, Option<Segment>) {
    let random = &mut world.random;
    let mut text = |from: &[&str]| (random.below(4) == 0).then(|| random.pick(from).to_owned());
    let filter = Filter {
        survey: text(&SURVEYS),
        touchpoint: text(&["purchase", "delivery", "nowhere"]),
        language: text(&["pl", "ro"]),
        ..Filter::default()
    };
    let device = (random.below(4) == 0).then(|| random.pick(&["mobile", "desktop"]));
    let flags = random.pick(&[Wanted::All, Wanted::None, Wanted::ANY]);
    let segment = match random.below(5) {
        0 => Some(Segment::Touchpoint),
        1 => Some(Segment::Language),
        2 => Some(Segment::Device),
        3 => Some(Segment::Survey),
        _ => None,
    };
    (Filter { flags, device, ..filter }, segment)
}

#[test]
fn tallies_and_answers_say_the_same() {
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
        // Some that nothing happens to, so that there is something to count.
        for number in 0..40 {
            let mut row = serde_json::to_value(world.row()).unwrap();
            row["id"] = format!("more {number}").into();
            database.save(row);
        }
        let today = day_of(world.now);
        for _ in 0..QUESTIONS {
            let (filter, segment) = question(&mut world);
            let subset = Subset::from(filter);
            let random = &mut world.random;
            let from = today - 4 + i64::try_from(random.below(6)).unwrap();
            let wish = Wish {
                shop: random.pick(&SHOPS),
                metric: random.pick(&["nps", "csat"]),
                days: (from, from + i64::try_from(random.below(6)).unwrap()),
                subset: &subset,
                segment: segment.as_ref(),
            };
            let answers = from_answers(&database, &wish);
            let Some(tallies) = from_tallies(&database, &wish) else { continue };
            assert_eq!(tallies, answers, "world {seed}: {subset:?} {segment:?}");
            seen += usize::from(!answers.days.is_empty());
        }
        database.execute_batch("ROLLBACK").unwrap();
    }
    assert!(seen > 500, "only {seen} questions had an answer");
}

/// An answer with everything that can be asked for.
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
fn every_filter_picks_out_what_it_says() {
    use serde_json::json;
    let database = database();
    // Each has a score of its own, by which it is known.
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
    let none = Filter::default;
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let order = |range, currency: &str| Some(OrderRange { currency: currency.to_owned(), range });
    let scored = |question, range| Some(Scores { metric: None, question, range });
    let chosen = |choice| Some(Chosen { question: "q4".to_owned(), choice });
    let exactly = |path: &str| Some(Page::Exactly(path.to_owned()));
    for (filter, scores) in [
        (none(), [0, 1, 2, 3, 4, 5, 6, 9, 10].as_slice()),
        (Filter { survey: text("srv_2"), ..none() }, &[0]),
        (Filter { scores: scored(text("q2"), ALL_SCORES), ..none() }, &[3, 9]),
        (Filter { scores: scored(text("q2"), 4..=10), ..none() }, &[9]),
        (Filter { touchpoint: text("delivery"), ..none() }, &[5]),
        (Filter { language: text("pl"), ..none() }, &[0]),
        (Filter { device: Some("mobile"), ..none() }, &[1, 9]),
        (Filter { flags: Wanted::Any(Flags::HONEYPOT), ..none() }, &[0]),
        (Filter { flags: Wanted::ANY, ..none() }, &[0, 3]),
        (Filter { flags: Wanted::None, complete: Some(true), ..none() }, &[]),
        (Filter { scores: scored(None, 4..=10), ..none() }, &[4, 5, 6, 9, 10]),
        (Filter { scores: scored(None, 0..=0), ..none() }, &[0]),
        (Filter { has_text: Some(true), ..none() }, &[4, 6]),
        (Filter { has_text: Some(false), survey: text("srv_1"), ..none() }, &[1, 2, 3, 5, 9, 10]),
        (Filter { chosen: chosen(None), ..none() }, &[4, 5]),
        (Filter { chosen: chosen(text("price")), ..none() }, &[5]),
        (Filter { chosen: chosen(text("~other")), ..none() }, &[4]),
        (Filter { complete: Some(true), ..none() }, &[3]),
        (Filter { page: exactly("/p/1"), ..none() }, &[1, 9]),
        (Filter { page: Some(Page::Below("/p/".to_owned())), ..none() }, &[1, 3, 9]),
        (Filter { page: exactly("/"), ..none() }, &[2, 6]),
        (Filter { page: Some(Page::Below("/p/%".to_owned())), ..none() }, &[]),
        (Filter { traits: pair("plan", "gold"), ..none() }, &[2]),
        (Filter { traits: pair("a\"b", "1"), ..none() }, &[2]),
        (Filter { traits: [pair("plan", "gold"), pair("plan", "free")].concat(), ..none() }, &[]),
        (Filter { order: order(100..=1_000, "PLN"), ..none() }, &[4]),
        (Filter { order: order(0..=200, "RON"), ..none() }, &[5]),
        (Filter { order: order(101..=1_000, "PLN"), ..none() }, &[]),
        (Filter { order_id: text("o-1"), ..none() }, &[4]),
        (Filter { customer: text("c-1"), ..none() }, &[4]),
        (Filter { customer: text("c-1"), touchpoint: text("delivery"), ..none() }, &[]),
        (Filter { tag: text("urgent"), ..none() }, &[2, 3]),
    ] {
        counts(&database, &filter.into(), scores);
    }
    for (class, scores) in
        [((Metric::Nps, 9..=10), [1, 9, 10].as_slice()), ((Metric::Csat, 1..=2), &[0]), ((Metric::Csat, 4..=5), &[])]
    {
        counts(&database, &Subset { class: Some(class), ..Subset::default() }, scores);
    }

    for (segment, expected) in [
        (Segment::Page, [("", 3), ("/", 2), ("/P/1", 1), ("/p/1", 2), ("/p/2", 1)].as_slice()),
        (Segment::Class, &[("0", 1), ("1", 2), ("10", 1), ("2", 1), ("3", 1), ("4", 1), ("5", 1), ("6", 1)]),
        (Segment::Trait("plan".to_owned()), &[("", 7), ("free", 1), ("gold", 1)]),
        (Segment::Trait("a\"b".to_owned()), &[("", 8), ("1", 1)]),
        (Segment::Tag, &[("", 7), ("late", 1), ("urgent", 2)]),
    ] {
        let subset = Subset::default();
        let wish =
            Wish { shop: "shp_a", metric: "nps", days: (20_000, 20_000), subset: &subset, segment: Some(&segment) };
        let found = from_answers(&database, &wish);
        let total: i64 = found.days.values().flatten().sum();
        assert_eq!(total, 9, "{segment:?}: an answer in several segments is one answer");
        let found: Vec<(&str, i64)> =
            found.segments.iter().map(|(name, counts)| (name.as_str(), counts.iter().sum())).collect();
        assert_eq!(found, expected, "{segment:?}");
    }
}

#[track_caller]
fn counts(database: &Fixture, subset: &Subset, scores: &[usize]) {
    let wish = Wish { shop: "shp_a", metric: "nps", days: (20_000, 20_000), subset, segment: None };
    let mut expected = Numbers::default();
    for score in scores {
        expected.days.entry(20_000).or_default()[*score] += 1;
    }
    assert_eq!(from_answers(database, &wish), expected, "{subset:?}");
}

/// Whatever is asked: one index is entered at the shop and at the time, and no table is read from end to end.
#[test]
fn answers_are_found_along_an_index() {
    let connection = schema();
    let text = || Some("x".to_owned());
    let none = Filter::default;
    let everything = Filter {
        language: text(),
        device: Some("mobile"),
        scores: Some(Scores { metric: None, question: text(), range: 1..=2 }),
        chosen: Some(Chosen { question: "q".to_owned(), choice: text() }),
        has_text: Some(true),
        complete: Some(true),
        page: Some(Page::Below("/".to_owned())),
        traits: vec![("a".to_owned(), "b".to_owned())],
        order: Some(OrderRange { currency: "PLN".to_owned(), range: 1..=2 }),
        tag: text(),
        ..none()
    };
    let any = Wanted::Any(Flags::HONEYPOT);
    for (base, class) in [(none(), None), (everything, Some((Metric::Nps, 0..=6)))] {
        for (filter, index) in [
            (base.clone(), "responses_by_time"),
            (Filter { flags: Wanted::None, ..base.clone() }, "responses_by_time"),
            (Filter { flags: any, ..base.clone() }, "responses_by_flag"),
            (Filter { survey: text(), flags: any, ..base.clone() }, "responses_by_survey"),
            (Filter { touchpoint: text(), ..base.clone() }, "responses_by_touchpoint"),
            (Filter { survey: text(), touchpoint: text(), ..base.clone() }, "responses_by_survey"),
            (Filter { survey: text(), customer: text(), ..base.clone() }, "responses_by_customer"),
            (Filter { order_id: text(), customer: text(), ..base.clone() }, "responses_by_order"),
        ] {
            let subset = Subset { filter, class: class.clone() };
            for segment in [
                None,
                Some(Segment::Page),
                Some(Segment::Class),
                Some(Segment::Trait("t".to_owned())),
                Some(Segment::Tag),
            ] {
                let wish = Wish { shop: "s", metric: "nps", days: (1, 2), subset: &subset, segment: segment.as_ref() };
                for (sql, arguments) in [statement(&wish), how_many(&wish)] {
                    let questions = sql.matches('?').count() - sql.matches("'?'").count();
                    assert_eq!(questions, arguments.len(), "{sql}");
                    assert!(arguments.len() <= 100);
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
