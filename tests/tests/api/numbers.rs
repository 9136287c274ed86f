//! `GET /v1/metrics` with any filter and segment: the results match a recount of the listed responses.

use rusqlite::Connection;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use tests::{
    checker::shop_of,
    random::Random,
    results::date,
    shop::{Shop, every_kind},
    supervisor::database_in,
    worker::Worker,
};

/// A shop with responses of many kinds at two touchpoints.
fn busy() -> (Shop, [String; 2]) {
    let shop = Shop::new(Worker::shared());
    let mut other = every_kind();
    other["touchpoint"] = json!("support");
    let surveys = [shop.publish(&every_kind()), shop.publish(&other)];
    let mut random = Random::seeded(93);
    for number in 0..90_usize {
        let survey = &surveys[usize::from(number % 3 == 0)];
        let answers = json!([
            { "question": "nps", "score": random.below(11) }, { "question": "csat", "score": 1 + random.below(5) },
        ]);
        let mut body = shop.submission(survey, &random.uuid(), 1, &answers);
        if number % 4 == 0 {
            body["answers"].as_array_mut().unwrap().push(json!({ "question": "reason", "other": "colour" }));
        }
        body["complete"] = json!(number % 5 == 0);
        // One group has fewer than ten.
        let (path, plan) = (["p/1", "p/2", "thank-you"][number % 3], ["free", "gold"][usize::from(number % 10 == 0)]);
        let currency = ["PLN", "RON"][number % 2];
        let languages = ["en", "pl", "ro"];
        let device = if number < 7 { "tablet" } else { ["mobile", "desktop"][number % 2] };
        body["context"] = json!({
            "url": format!("https://shop.example/{path}?n={number}"),
            "language": *random.pick(&languages), "trigger": "load", "device": device,
            "order": { "id": format!("o-{number}"), "value": 100 * number, "currency": currency },
            "traits": { "plan": plan },
            "customer": format!("c-{}", number % 9),
        });
        // Three have a flag and do not count.
        if number % 30 == 29 {
            body["website"] = json!("https://pills.example");
        }
        let _ = shop.submit(&body).expect(201);
    }
    (shop, surveys.map(|survey| survey.id))
}

fn score(row: &Value, metric: &str) -> u64 {
    let answers = row["answers"].as_array().unwrap();
    answers.iter().find(|answer| answer["kind"] == metric).unwrap()["score"].as_u64().unwrap()
}

/// Counts per score of the selected rows.
fn recount(rows: &[Value], metric: &str, selected: &dyn Fn(&Value) -> bool) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows.iter().filter(|row| selected(row)) {
        *counts.entry(score(row, metric).to_string()).or_default() += 1;
    }
    counts
}

fn nonzero(distribution: &Value) -> BTreeMap<String, u64> {
    let counts = distribution.as_object().unwrap().iter().map(|(score, n)| (score.clone(), n.as_u64().unwrap()));
    counts.filter(|(_, n)| *n > 0).collect()
}

#[test]
fn filters_can_be_combined() {
    type Predicate = Box<dyn Fn(&Value) -> bool>;
    let (shop, [first, second]) = busy();
    for (number, row) in shop.all_responses("").iter().enumerate().take(40) {
        let tags = if number < 15 { json!(["late", "urgent"]) } else { json!(["urgent"]) };
        let path = format!("/v1/responses/{}", row["id"].as_str().unwrap());
        let _ = shop.call("PATCH", &path, &json!({ "tags": tags })).expect(200);
    }
    let rows = shop.all_responses("form=complete");
    assert_eq!(rows.len(), 90);
    let tagged = shop.get("/v1/metrics?metric=nps&segment_by=tag");
    assert_eq!(tagged["n"], 87, "a response with two tags is counted once");
    let sizes: Vec<_> = tagged["segments"].as_array().unwrap().iter().map(|tag| (&tag["segment"], &tag["n"])).collect();
    assert_eq!(json!(sizes), json!([[null, 49], ["urgent", 38], ["late", 14]]));
    let is = |member: &'static str, value: &str| -> Predicate {
        let value = json!(value);
        Box::new(move |row: &Value| row[member] == value)
    };
    let both = |one: Predicate, other: Predicate| -> Predicate { Box::new(move |row: &Value| one(row) && other(row)) };
    let path = |row: &Value| row["url"].as_str().unwrap()["https://shop.example".len()..].to_owned();
    let value = |row: &Value| row["order"]["value"].as_u64().unwrap();
    let flagged = |row: &Value, flag: &str| row["flags"].as_array().unwrap().iter().any(|it| it == flag);
    let unflagged = |row: &Value| row["flags"].as_array().unwrap().is_empty();
    let cases: Vec<(String, &str, Predicate)> = vec![
        (format!("survey={first}&language=pl"), "tallies", both(is("survey", &first), is("language", "pl"))),
        (format!("survey={second}&device=mobile"), "tallies", both(is("survey", &second), is("device", "mobile"))),
        ("touchpoint=support&language=ro".into(), "tallies", both(is("touchpoint", "support"), is("language", "ro"))),
        ("device=tablet".into(), "tallies", is("device", "tablet")),
        (format!("survey={first}&question=nps"), "tallies", is("survey", &first)),
        ("device=desktop&flag=any".into(), "tallies", is("device", "desktop")),
        (
            "device=desktop&flag=flagged".into(),
            "tallies",
            both(is("device", "desktop"), Box::new(move |row| flagged(row, "honeypot"))),
        ),
        ("flag=none&device=desktop".into(), "tallies", is("device", "desktop")),
        ("flag=honeypot".into(), "responses", Box::new(move |row| flagged(row, "honeypot"))),
        ("question=nps".into(), "responses", Box::new(|_| true)),
        ("class=detractor".into(), "responses", Box::new(|row| score(row, "nps") <= 6)),
        ("score_min=5".into(), "responses", Box::new(|row| score(row, "csat") == 5)),
        ("has_text=true".into(), "responses", Box::new(|row| row["answers"].as_array().unwrap().len() == 3)),
        (
            "complete=true&language=en".into(),
            "responses",
            both(Box::new(|row| row["complete"] == true), is("language", "en")),
        ),
        ("page=/p/1".into(), "responses", Box::new(move |row| path(row) == "/p/1")),
        ("page=/p/*".into(), "responses", Box::new(move |row| path(row).starts_with("/p/"))),
        ("trait.plan=gold".into(), "responses", Box::new(|row| row["traits"]["plan"] == "gold")),
        (
            "currency=PLN&order_min=1000&order_max=5000".into(),
            "responses",
            both(
                Box::new(move |row| (1_000..=5_000).contains(&value(row))),
                Box::new(|row| row["order"]["currency"] == "PLN"),
            ),
        ),
        (
            "tag=late".into(),
            "responses",
            Box::new(|row| row["tags"].as_array().is_some_and(|tags| tags.contains(&json!("late")))),
        ),
        (
            "question=reason&choice=~other".into(),
            "responses",
            Box::new(|row| row["answers"].as_array().unwrap().len() == 3),
        ),
        ("order_id=o-33".into(), "responses", Box::new(|row| row["order"]["id"] == "o-33")),
        ("customer=c-3".into(), "responses", is("customer", "c-3")),
    ];
    for (filter, source, selected) in cases {
        // A score range refers to the requested metric.
        let metric = if filter.starts_with("score") || filter.starts_with("class") { "csat" } else { "nps" };
        let found = shop.get(&format!("/v1/metrics?metric={metric}&{filter}"));
        let is_default = !filter.contains("flag=") || filter.contains("flag=none");
        let counted = |row: &Value| selected(row) && (!is_default || unflagged(row));
        assert_eq!(nonzero(&found["distribution"]), recount(&rows, metric, &counted), "{filter}");
        let left_out = rows.iter().filter(|row| is_default && selected(row) && !unflagged(row)).count();
        assert_eq!(found["left_out"]["total"], left_out, "{filter}");
        assert_eq!(found["counted_from"], source, "{filter}");
    }
}

#[test]
fn segments_with_few_responses_are_suppressed() {
    let (shop, _) = busy();
    let rows = shop.all_responses("flag=none");
    let by = |query: &str| shop.get(&format!("/v1/metrics?metric=nps&{query}"));
    let class = |row: &Value| match score(row, "nps") {
        0..=6 => "detractor",
        7 | 8 => "passive",
        _ => "promoter",
    };
    let page = |row: &Value| {
        let path = row["url"].as_str().unwrap()["https://shop.example".len()..].to_owned();
        path.split('?').next().unwrap().to_owned()
    };
    type Name<'a> = &'a dyn Fn(&Value) -> String;
    let text = |member: &'static str| move |row: &Value| row[member].as_str().unwrap().to_owned();
    for (segment, source, name) in [
        ("touchpoint", "tallies", &text("touchpoint") as Name<'_>),
        ("language", "tallies", &text("language")),
        ("survey", "tallies", &text("survey")),
        ("page", "responses", &page),
        ("class", "responses", &|row| class(row).to_owned()),
    ] {
        let found = by(&format!("segment_by={segment}"));
        assert_eq!((&found["segment_by"], &found["counted_from"]), (&json!(segment), &json!(source)));
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for row in &rows {
            *expected.entry(name(row)).or_default() += 1;
        }
        let mut sizes = Vec::new();
        for part in found["segments"].as_array().unwrap() {
            let name_of_it = part["segment"].as_str().unwrap();
            if part["suppressed"] == true {
                assert_eq!(
                    (&part["n"], &part["value"], &part["distribution"]),
                    (&Value::Null, &Value::Null, &Value::Null)
                );
                continue;
            }
            assert_eq!(part["n"], expected[name_of_it], "{segment} {name_of_it}");
            let counted = recount(&rows, "nps", &|row| name(row) == name_of_it);
            assert_eq!(nonzero(&part["distribution"]), counted, "{segment} {name_of_it}");
            assert_eq!(part["interval"]["method"], "adjusted_wald");
            sizes.push(part["n"].as_u64().unwrap());
        }
        assert_eq!(found["segments"].as_array().unwrap().len(), expected.len(), "{segment}");
        assert!(sizes.iter().all(|n| *n >= 10) && sizes.is_sorted_by(|one, other| one >= other), "{sizes:?}");
        assert_eq!(found["n"], 87);
    }

    // Seven tablets alone could be derived from the total, so the next larger segment is suppressed too.
    let devices = by("segment_by=device")["segments"].clone();
    let suppressed: Vec<(bool, bool)> =
        devices.as_array().unwrap().iter().map(|part| (part["suppressed"] == true, part["n"].is_null())).collect();
    assert_eq!(suppressed, [(false, false), (true, true), (true, true)], "{devices}");
    // Nine responses with the plan `gold`: both plans are suppressed.
    let plans = by("segment_by=trait.plan")["segments"].clone();
    assert!(plans.as_array().unwrap().iter().all(|part| part["suppressed"] == true && part["n"].is_null()), "{plans}");
    assert_eq!(plans[0]["segment"], "free", "ordered by name");
    // The shop has no CES question, so there are no segments.
    assert_eq!(shop.get("/v1/metrics?metric=ces&segment_by=device")["segments"], json!([]));

    let theirs = Shop::new(Worker::shared());
    for query in ["segment_by=device", "segment_by=class", "customer=c-3&segment_by=page", "page=/p/1"] {
        let found = theirs.get(&format!("/v1/metrics?metric=nps&{query}"));
        assert_eq!(found["n"], 0, "{query}");
        assert!(found["segments"].is_null() || found["segments"] == json!([]), "{query}");
    }
}

#[test]
fn periods_and_excluded_responses() {
    let worker = Worker::start();
    let database = Connection::open(database_in(worker.state())).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    let shop = Shop::new(&worker);
    let survey = shop.publish(&every_kind());
    let id = Random::seeded(94).uuid();
    let _ = shop.submit(&shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]))).expect(201);
    // Copies of it, one a day for sixty days from Wednesday, 1 April 2026.
    let copy = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, language, \
         device, source, url, answers, scores, order_id, order_value, order_currency, customer, traits, flags, day, \
         received_at, updated_at, trust, form) \
         SELECT shop, 'day-' || ?2, survey, version, revision, fingerprint, complete, touchpoint, language, device, \
         source, url, answers, scores, order_id, order_value, order_currency, customer, traits, flags, 20544 + ?2, \
         (20544 + ?2) * 86400000, updated_at, trust, form FROM responses WHERE shop = ?1 AND id = ?3";
    let own = shop_of(&shop.public_key);
    for day in 0..60_i64 {
        assert_eq!(database.execute(copy, rusqlite::params![own, day, id]).unwrap(), 1);
    }
    assert_eq!(date(20_544), "2026-04-01");
    let trend = |query: &str| -> Vec<(String, u64, bool)> {
        let found = shop.get(&format!("/v1/metrics?metric=nps&from=2026-04-01&to=2026-05-20{query}"));
        let points = found["trend"].as_array().unwrap().iter();
        points
            .map(|point| {
                assert_eq!(
                    (&point["value"], &point["enough"]),
                    (
                        &json!(100.0),
                        &json!(if point["n"].as_u64() < Some(10) {
                            "none"
                        } else if point["n"].as_u64() < Some(30) {
                            "few"
                        } else {
                            "ok"
                        })
                    )
                );
                assert_eq!(point["interval"]["level"], json!(0.95));
                (point["date"].as_str().unwrap().to_owned(), point["n"].as_u64().unwrap(), point["partial"] == true)
            })
            .collect()
    };
    for source in ["", "&page=/thank-you"] {
        assert_eq!(trend(source).len(), 50);
        let weeks = trend(&format!("&interval=week{source}"));
        assert_eq!(weeks.first(), Some(&("2026-03-30".to_owned(), 5, true)));
        assert_eq!(weeks[1], ("2026-04-06".to_owned(), 7, false));
        assert_eq!(weeks.last(), Some(&("2026-05-18".to_owned(), 3, true)));
        let months = trend(&format!("&interval=month{source}"));
        assert_eq!(months, [("2026-04-01".to_owned(), 30, false), ("2026-05-01".to_owned(), 20, true)]);
    }

    // An excluded response is in no metric until it is included again.
    for (reason, n) in [(Some("our own test"), 49), (None, 50)] {
        let exclude = "UPDATE responses SET excluded = ?1 WHERE shop = ?2 AND id = 'day-7'";
        assert_eq!(database.execute(exclude, rusqlite::params![reason, own]).unwrap(), 1);
        for query in ["", "&device=mobile", "&page=/thank-you", "&segment_by=language", "&segment_by=class"] {
            let found = shop.get(&format!("/v1/metrics?metric=nps&from=2026-04-01&to=2026-05-20{query}"));
            assert_eq!((&found["n"], found["trend"].as_array().unwrap().len()), (&json!(n), n), "{query}");
            assert_eq!(found["left_out"]["total"], 50 - n, "{query}");
        }
    }
}
