//! Every filter, alone and combined with every other, compared with the listed responses.

use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

/// Whether a response in its basic projection matches.
type Predicate = fn(&Value) -> bool;

fn has(item: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    item["answers"].as_array().unwrap().iter().any(fits)
}

fn score(item: &Value, kind: &str, low: u64, high: u64) -> bool {
    has(item, |answer| answer["kind"] == kind && (low..=high).contains(&answer["score"].as_u64().unwrap()))
}

fn says(item: &Value, word: &str) -> bool {
    has(item, |answer| {
        ["text", "other"].iter().any(|name| answer[*name].as_str().is_some_and(|text| text.contains(word)))
    })
}

fn list_has(item: &Value, name: &str, value: &str) -> bool {
    item[name].as_array().unwrap().iter().any(|each| each == value)
}

const FILTERS: [(&str, Predicate); 34] = [
    ("survey=SURVEY", |item| item["touchpoint"] == "support"),
    ("touchpoint=purchase", |item| item["touchpoint"] == "purchase"),
    ("metric=ces", |item| score(item, "ces", 1, 7)),
    ("class=promoter", |item| score(item, "nps", 9, 10)),
    ("class=detractor", |item| score(item, "nps", 0, 6)),
    ("metric=ces&class=neutral", |item| score(item, "ces", 4, 4)),
    ("class=dissatisfied", |item| score(item, "csat", 1, 2)),
    ("metric=nps&score_min=3&score_max=8", |item| score(item, "nps", 3, 8)),
    ("question=csat&score_min=4", |item| has(item, |it| it["question"] == "csat" && it["score"].as_u64() >= Some(4))),
    ("question=why", |item| has(item, |answer| answer["question"] == "why")),
    ("question=reason&choice=price", |item| {
        has(item, |answer| {
            answer["question"] == "reason" && answer["choices"].as_array().unwrap().contains(&json!("price"))
        })
    }),
    ("question=reason&choice=~other", |item| has(item, |answer| !answer["other"].is_null())),
    ("language=pl", |item| item["language"] == "pl"),
    ("device=tablet", |item| item["device"] == "tablet"),
    ("complete=true", |item| item["complete"] == true),
    ("complete=false", |item| item["complete"] == false),
    ("has_text=true", |item| says(item, "")),
    ("has_text=false", |item| !says(item, "")),
    ("words=spoznil%20KURIER", |item| says(item, "Kurier") && says(item, "spóźnił")),
    ("tag=VIP", |item| list_has(item, "tags", "vip")),
    ("customer=c-1", |item| item["customer"] == "c-1"),
    ("order_id=o-3", |item| item["order"]["id"] == "o-3"),
    ("currency=PLN&order_min=200&order_max=600", |item| {
        item["order"]["currency"] == "PLN" && (200..=600).contains(&item["order"]["value"].as_i64().unwrap())
    }),
    ("currency=RON", |item| item["order"]["currency"] == "RON"),
    ("trait.plan=gold", |item| item["traits"]["plan"] == "gold"),
    ("trait.plan=gold&trait.city=Ia%C8%99i", |item| {
        item["traits"]["plan"] == "gold" && item["traits"]["city"] == "Iași"
    }),
    ("page=/thank-you", |item| {
        item["url"].as_str().is_some_and(|url| url.starts_with("https://shop.example/thank-you"))
    }),
    ("page=/help/*", |item| item["url"].as_str().is_some_and(|url| url.starts_with("https://shop.example/help/"))),
    ("excluded=true", |item| !item["excluded"].is_null()),
    ("excluded=false", |item| item["excluded"].is_null()),
    ("flag=honeypot", |item| list_has(item, "flags", "honeypot")),
    ("flag=flagged", |item| !item["flags"].as_array().unwrap().is_empty()),
    ("flag=any", |_| true),
    ("flag=none", |item| item["flags"].as_array().unwrap().is_empty()),
];

/// Creates responses that differ in every filterable property.
fn fill(shop: &Shop, surveys: &[Published; 2], random: &mut Random) {
    for number in 0..40 {
        let survey = &surveys[usize::from(random.below(4) == 0)];
        let nps = random.below(11);
        let mut answers = vec![json!({ "question": "nps", "score": nps })];
        if nps <= 6 && random.below(3) > 0 {
            let text = *random.pick(&["Kurier się spóźnił", "Kurier był miły", "Prea scump"]);
            answers.push(json!({ "question": "why", "text": text }));
        }
        if random.below(2) == 0 {
            answers.push(json!({ "question": "ces", "score": 3 + random.below(3) }));
        }
        if random.below(2) == 0 {
            answers.push(json!({ "question": "csat", "score": 1 + random.below(5) }));
        }
        match random.below(4) {
            0 => answers.push(json!({ "question": "reason", "choices": ["price"] })),
            1 => answers.push(json!({ "question": "reason", "choices": [], "other": "Kurier i coś, spóźnił się" })),
            _ => {}
        }
        let id = random.uuid();
        let mut body = shop.submission(survey, &id, 1, &json!(answers));
        body["complete"] = json!(random.below(2) == 0);
        body["website"] = json!(if random.below(6) == 0 { "a robot" } else { "" });
        let context = &mut body["context"];
        context["url"] = json!(format!(
            "https://shop.example{}",
            random.pick(&["/thank-you", "/thank-you?a=/help/", "/help/returns", "/help", ""])
        ));
        context["language"] = json!(random.pick(&["pl", "pl-PL", "ro", "en"]));
        context["device"] = json!(random.pick(&["mobile", "tablet", "desktop"]));
        if random.below(2) == 0 {
            let currency = random.pick(&["PLN", "PLN", "RON"]);
            context["order"] =
                json!({ "id": format!("o-{}", random.below(5)), "value": 100 * random.below(9), "currency": currency });
            context["customer"] = json!(format!("c-{}", random.below(3)));
        }
        if random.below(2) == 0 {
            context["traits"] =
                json!({ "plan": random.pick(&["gold", "free"]), "city": random.pick(&["Iași", "Łódź"]) });
        }
        let _ = shop.submit(&body).expect(201);
        let mut notes = json!({});
        if random.below(3) == 0 {
            notes["tags"] = json!(random.pick(&[["vip", "late"], ["late", "Vip "], ["late", "call"]]));
        }
        if number % 5 == 0 {
            notes["excluded"] = json!({ "reason": "a test order" });
        }
        if notes != json!({}) {
            let _ = shop.call("PATCH", &format!("/v1/responses/{id}"), &notes).expect(200);
        }
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn each_filter_and_each_pair_select_the_matching_responses() {
    let shop = Shop::new(Worker::shared());
    let mut other = every_kind();
    other["touchpoint"] = json!("support");
    let surveys = [shop.publish(&every_kind()), shop.publish(&other)];
    let mut random = Random::seeded(24);
    fill(&shop, &surveys, &mut random);
    let all = shop.all_responses("");
    assert_eq!(all.len(), 40);
    let filters = FILTERS.map(|(query, wanted)| (query.replace("SURVEY", &surveys[1].id), wanted));
    for (query, wanted) in &filters {
        let expected: Vec<Value> = all.iter().filter(|item| wanted(item)).cloned().collect();
        assert!(!expected.is_empty(), "{query} selects nothing");
        assert_eq!(ids(&shop.all_responses(query)), ids(&expected), "{query}");
    }
    // A deterministic selection of pairs without repeated parameters.
    let mut joined = 0;
    for (place, (query, wanted)) in filters.iter().enumerate() {
        for (second, also_wanted) in filters.iter().skip(place + 1) {
            let names = |query: &str| -> BTreeSet<String> {
                query.split('&').map(|pair| pair.split('=').next().unwrap().to_owned()).collect()
            };
            // Combined with other parameters, `class` implies a metric and `choice` a question, which changes the
            // query.
            let about_scores =
                |query: &str| ["metric", "class", "score", "question"].iter().any(|it| query.starts_with(it));
            let is_asked_apart =
                names(query).is_disjoint(&names(second)) && !(about_scores(query) && about_scores(second));
            if !is_asked_apart || random.below(4) > 0 {
                continue;
            }
            let expected: Vec<Value> = all.iter().filter(|item| wanted(item) && also_wanted(item)).cloned().collect();
            let found = shop.get(&format!("/v1/responses?limit=100&{query}&{second}"));
            assert_eq!(ids(found["items"].as_array().unwrap()), ids(&expected), "{query}&{second}");
            joined += 1;
        }
    }
    assert!(joined > 80, "{joined}");
    for (query, expected) in [
        ("class=detractor&question=nps&score_min=4&has_text=true", {
            fn detractor_with_text(item: &Value) -> bool {
                score(item, "nps", 4, 6) && says(item, "")
            }
            detractor_with_text as Predicate
        }),
        ("question=reason&choice=price&class=promoter", |item| {
            score(item, "nps", 9, 10) && has(item, |answer| answer["choices"] == json!(["price"]))
        }),
    ] {
        let expected: Vec<Value> = all.iter().filter(|item| expected(item)).cloned().collect();
        assert_eq!(ids(&shop.all_responses(query)), ids(&expected), "{query}");
    }
}

#[test]
fn a_query_reports_all_of_its_problems() {
    let shop = Shop::new(Worker::shared());
    let query = "score=9&metric=nsp&order_min=5&device=fridge&fields=id,name&form=all&trait.=x&from=yesterday";
    for path in ["/v1/responses", "/v1/responses.csv", "/v1/responses.ndjson"] {
        let refused = shop.call("GET", &format!("{path}?{query}"), &Value::Null).expect(400);
        let mut places: Vec<String> = refused.problems().into_iter().map(|(at, _)| at).collect();
        places.sort();
        let expected = ["currency", "device", "fields", "form", "from", "metric", "score", "trait."];
        assert_eq!(places, expected.map(|name| format!("query.{name}")), "{path}");
    }
}

/// During writes, revisions and annotations, paging through a filtered list gives each response once.
#[test]
fn filtered_pages_do_not_shift_during_writes() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(25);
    let mut before = Vec::new();
    for number in 0..60 {
        let id = random.uuid();
        let mut body = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 3 }]));
        body["context"]["traits"] = json!({ "odd": (number % 2).to_string() });
        let _ = shop.submit(&body).expect(201);
        let _ = shop.call("PATCH", &format!("/v1/responses/{id}"), &json!({ "tags": ["all"] })).expect(200);
        before.push((id, number % 2 == 1));
    }
    let (is_over, written) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = Random::seeded(26);
            // Also ends if the other thread panics.
            while !is_over.load(Ordering::Relaxed) && written.load(Ordering::Relaxed) < 1_000 {
                let revision = 2 + written.fetch_add(1, Ordering::Relaxed);
                let (id, odd) = random.pick(&before).clone();
                let mut body = shop.submission(&survey, &id, revision, &json!([{ "question": "nps", "score": 4 }]));
                body["context"]["traits"] = json!({ "odd": u8::from(odd).to_string() });
                let _ = shop.submit(&body);
                let new = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 3 }]));
                let _ = shop.submit(&new).expect(201);
            }
        });
        for query in ["class=detractor", "trait.odd=1", "tag=all", "flag=none&trait.odd=1"] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = shop.get(&format!("/v1/responses?limit=7&cursor={cursor}&{query}"));
                seen.extend(
                    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
                );
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            let times = |id: &String| seen.iter().filter(|seen| *seen == id).count();
            for (id, odd) in &before {
                let expected = usize::from(*odd || !query.contains("odd"));
                assert_eq!(times(id), expected, "{query}: {id}");
            }
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{query}: none twice");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(written.into_inner() > 3, "there were writes in the meantime");
}
