//! `/v1/responses.csv` and `/v1/responses.ndjson`.

use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
};
use tests::{
    faults::{Faults, PERSISTENT},
    http::Reply,
    random::Random,
    shop::{ORIGIN, Published, Shop, every_kind},
    supervisor::{Entry, Supervisor},
    worker::Worker,
};

fn answer(shop: &Shop, survey: &Published, random: &mut Random, answers: &Value) -> String {
    let id = random.uuid();
    let _ = shop.submit(&shop.submission(survey, &id, 1, answers)).expect(201);
    id
}

fn lines(reply: &Reply) -> Vec<Value> {
    assert!(reply.text.is_empty() || reply.text.ends_with('\n'));
    reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Rows as maps from column names to values.
fn cells(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The expected cells of a row, from its JSON form.
fn expected(item: &Value) -> BTreeMap<&'static str, String> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let answer = |question: &str| -> Value {
        let mut answers = item["answers"].as_array().unwrap().iter();
        answers.find(|answer| answer["question"] == question).cloned().unwrap_or_default()
    };
    let chosen = answer("reason")["choices"].as_array().map_or(String::new(), |choices| {
        choices.iter().map(|choice| choice.as_str().unwrap()).collect::<Vec<_>>().join("|")
    });
    BTreeMap::from([
        ("id", text(&item["id"])),
        ("revision", text(&item["revision"])),
        ("complete", text(&item["complete"])),
        ("trigger", text(&item["trigger"])),
        ("answer.nps", text(&answer("nps")["score"])),
        ("answer.why", text(&answer("why")["text"])),
        ("answer.ces", text(&answer("ces")["score"])),
        ("answer.reason", chosen),
        ("answer.reason.other", text(&answer("reason")["other"])),
        ("answers.rest", String::new()),
        ("order_id", text(&item["order"]["id"])),
        ("order_value", text(&item["order"]["value"])),
        ("order_currency", text(&item["order"]["currency"])),
        ("customer", text(&item["customer"])),
        ("tags", text(&item["tags"][0])),
        ("received_at", text(&item["received_at"])),
    ])
}

#[test]
fn csv_ndjson_and_json_agree() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(61);
    // More than two pages of an export.
    for number in 0..210 {
        let mut body =
            shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": number % 11 }]));
        match number % 4 {
            0 => {
                body["answers"] = json!([{ "question": "nps", "score": 2 }, { "question": "why", "text": format!("„nr {number}”, \"tak\";\nnie") }]);
            }
            1 => {
                body["answers"] =
                    json!([{ "question": "ces", "score": 7 }, { "question": "reason", "choices": ["price"] }]);
            }
            2 => body["context"]["order"] = json!({ "id": "1,5", "value": 5, "currency": "PLN" }),
            _ => {}
        }
        let _ = shop.submit(&body).expect(201);
    }
    let id = shop.get("/v1/responses?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let _ = shop.call("PATCH", &format!("/v1/responses/{id}"), &json!({ "tags": ["vip"] })).expect(200);

    for query in ["", "class=detractor", "has_text=true&complete=false", "tag=vip", "tag=none", "order_id=1%2C5"] {
        let all = shop.all_responses(query);
        let ndjson = shop.call("GET", &format!("/v1/responses.ndjson?{query}"), &Value::Null).expect(200);
        assert_eq!(lines(&ndjson), all, "{query}");
        let csv = shop.call("GET", &format!("/v1/responses.csv?{query}"), &Value::Null).expect(200);
        let rows = cells(&csv.text);
        assert_eq!(rows.len(), all.len(), "{query}");
        for (row, item) in rows.iter().zip(&all) {
            for (name, expected) in expected(item) {
                assert_eq!(row[name], expected, "{query}: {name} of {item}");
            }
        }
    }
    let complete = shop.call("GET", "/v1/responses.ndjson?form=complete&fields=survey_name,answers", &Value::Null);
    assert!(lines(&complete).iter().all(|item| item["survey_name"] == "Every kind" && item.get("id").is_none()));
    let complete = shop.call("GET", "/v1/responses.csv?form=complete&class=detractor", &Value::Null).expect(200);
    assert!(cells(&complete.text).iter().all(|row| row["answer.nps.class"] == "detractor"));
}

#[test]
fn a_file_has_a_name_a_type_and_a_header_row() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let csv = |query: &str| shop.call("GET", &format!("/v1/responses.csv?{query}"), &Value::Null).expect(200);
    let head = "id,survey,version,revision,complete,touchpoint,language,device,trigger,url,answer.nps,answer.why,answer.ces,\
        answer.csat,answer.reason,answer.reason.other,answers.rest,order_id,order_value,order_currency,customer,traits,\
        verified,flags,tags,excluded,received_at,updated_at\r\n";
    let empty = csv(&format!("survey={}&from=2026-01-01&to=2026-01-31", survey.id));
    assert_eq!(empty.text, head, "an empty export has a header row");
    assert_eq!(empty.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(empty.header("content-disposition"), "attachment; filename=\"responses_2026-01-01_2026-01-31.csv\"");
    assert_eq!(csv("bom=true&fields=id").text, "\u{feff}id\r\n");
    let ndjson = shop.call("GET", "/v1/responses.ndjson", &Value::Null).expect(200);
    assert_eq!((ndjson.text.as_str(), ndjson.header("content-type")), ("", "application/x-ndjson"));
    assert!(ndjson.header("content-disposition").ends_with(".ndjson\""));

    // A later question adds a column after the existing ones.
    let mut more = every_kind();
    more["questions"]
        .as_array_mut()
        .unwrap()
        .insert(0, json!({ "id": "agree", "kind": "agree", "text": { "en": "Fair?" } }));
    let _ = shop.call("PUT", &format!("/v1/surveys/{}", survey.id), &more).expect(200);
    let _ = shop.publish_again(&survey.id);
    assert_eq!(
        csv("fields=answers").text,
        "answer.nps,answer.why,answer.ces,answer.csat,answer.reason,answer.reason.other,answer.agree,answers.rest\r\n"
    );
    assert_eq!(csv("fields=answers&survey=srv_none").text, "answers.rest\r\n");
}

#[test]
fn texts_are_never_read_as_formulas() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(62);
    let leads = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];
    let mut sent = BTreeSet::new();
    for lead in leads {
        for text in [format!("{lead}1+1"), format!("a; {lead}1"), format!("a\t{lead}1"), format!("\"{lead}1")] {
            let answers = json!([{ "question": "nps", "score": 3 }, { "question": "why", "text": text }]);
            let mut body = shop.submission(&survey, &random.uuid(), 1, &answers);
            body["context"]["customer"] = json!(text);
            body["context"]["order"] = json!({ "id": text, "value": 1, "currency": "PLN" });
            let _ = shop.submit(&body).expect(201);
            sent.insert(text);
        }
    }
    let csv = shop.call("GET", "/v1/responses.csv", &Value::Null).expect(200);
    let mut found = BTreeSet::new();
    for row in cells(&csv.text) {
        for cell in row.values() {
            assert!(!cell.starts_with(|letter| leads.contains(&String::from(letter).as_str())), "{cell}");
        }
        found.insert(row["answer.why"].replace('\'', ""));
        // An id loses its tabs and line breaks, and then begins with its first letter.
        let is_harmless = row["customer"].starts_with('a') && row["order_id"].starts_with('a');
        assert!(is_harmless || (row["customer"].contains('\'') && row["order_id"].contains('\'')), "{row:?}");
    }
    assert_eq!(found, sent);
}

#[test]
fn an_export_is_complete_during_writes() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(63);
    let nps = json!([{ "question": "nps", "score": 3 }]);
    let before: Vec<String> = (0..240).map(|_| answer(&shop, &survey, &mut random, &nps)).collect();
    let (is_over, written) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = Random::seeded(64);
            // Also ends if the other thread panics.
            while !is_over.load(Ordering::Relaxed) && written.load(Ordering::Relaxed) < 1_000 {
                let _ = answer(&shop, &survey, &mut random, &nps);
                let old = random.pick(&before);
                let revision = 2 + written.fetch_add(1, Ordering::Relaxed);
                let _ = shop.submit(&shop.submission(&survey, old, revision, &nps));
            }
        });
        for path in ["/v1/responses.ndjson?fields=id", "/v1/responses.ndjson?fields=id&class=detractor"] {
            let begin = written.load(Ordering::Relaxed);
            // Continue until there was at least one write during an export.
            while written.load(Ordering::Relaxed) < begin + 4 {
                let items = lines(&shop.call("GET", path, &Value::Null).expect(200));
                let ids: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
                assert_eq!(ids.len(), items.len(), "{path}: none twice");
                assert!(before.iter().all(|id| ids.contains(id.as_str())), "{path}: no response is missing");
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// If the database fails during an export, the transfer must not end normally.
#[test]
fn a_file_that_ends_normally_is_complete() {
    let place = Supervisor::start(Entry::Faulty);
    let faults = Faults::of(&place);
    let shop = Shop::at(place.client(), &place.dev().admin_token, "Abbruch", &[ORIGIN]);
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(65);
    for _ in 0..205 {
        let _ = answer(&shop, &survey, &mut random, &json!([{ "question": "nps", "score": 3 }]));
    }
    let authorization = format!("Bearer {}", shop.secret_key);
    let headers = [("authorization", authorization.as_str())];
    let (mut whole, mut broken, mut refused) = (0, 0, 0);
    for seed in 0..40 {
        faults.set(&json!({ "seed": seed, "path": "/v1/responses", "d1_before": 0.3, "d1_errors": PERSISTENT }));
        match shop.client.try_send("GET", "/v1/responses.ndjson", &headers, "") {
            Ok(reply) if reply.status == 200 => {
                assert_eq!(lines(&reply).len(), 205, "seed {seed}: an incomplete file that looks complete");
                whole += 1;
            }
            Ok(reply) => {
                assert_eq!(reply.status, 503, "{}", reply.text);
                refused += 1;
            }
            Err(_) => broken += 1,
        }
    }
    assert!(whole > 0 && broken > 0 && refused > 0, "{whole} whole, {broken} broken off, {refused} refused");
}
