//! Sends a marked network address, user agent and e-mail address in every possible place: none of them may appear in
//! any file, log or export.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    checker,
    faults::Faults,
    load::{self, Call, Line},
    random::Random,
    shop::ORIGIN,
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration};

/// Sent in headers only: an address within a text is the shopper's own content.
const ADDRESS: &str = "203.0.113.207";
const AGENT: &str = "marked-agent-20731";
/// Sent in all texts and in the page URL.
const PERSON: &str = "zaznaczona.osoba.20732@poczta.example";

pub(super) fn run(supervisor: &Supervisor, _: Scale, seed: u64) -> String {
    let fixture = Fixture::new(supervisor);
    let faults = Faults::of(supervisor);
    let mut random = Random::seeded(seed);
    let found_at_all = format!("marked-word-{seed}");
    let mut sent = 0;
    load::run(async {
        let mut line = Line::to(fixture.target.clone());
        // With D1 available, down, and failing.
        for state in [json!({}), json!({ "d1_down": true, "path": "/v1/" }), json!({ "d1_before": 0.5, "seed": seed })]
        {
            faults.set(&state);
            for body in bodies(&fixture, &mut random, &found_at_all) {
                for path in ["/v1/submissions", "/v1/events"] {
                    let answer = line.send(&marked(path, &body)).await.expect("a reply");
                    let text = String::from_utf8_lossy(&answer.body).into_owned();
                    assert!(!text.contains(PERSON) && !text.contains(ADDRESS), "{path} echoes it: {text}");
                    sent += 1;
                }
            }
        }
    });
    faults.none();
    let rows = checker::wait_until_calm(fixture.database(), &fixture.shop_id(), Duration::from_secs(60));
    let exported =
        ["/v1/responses?limit=500", "/v1/exports?customer=c-20733", "/v1/dead-letters", "/v1/metrics?metric=nps"]
            .map(|path| fixture.shop.get(path).to_string());
    assert!(exported[0].contains("c-20733"), "{}", exported[0]);
    assert!(exported[1].contains("[email]"), "the export contains the masked text: {}", exported[1]);

    let mut files = Vec::new();
    read_all(supervisor.folder(), &mut files);
    let holding = |needle: &str| -> Vec<&str> {
        let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        files.iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name.as_str()).collect()
    };
    assert!(!holding(&found_at_all).is_empty(), "the search finds stored text");
    let written = PERSON.replace('@', "%40");
    for needle in [ADDRESS, AGENT, PERSON, &written] {
        assert_eq!(holding(needle), Vec::<&str>::new(), "{needle}");
        assert!(exported.iter().all(|text| !text.contains(needle)), "{needle} is exported");
    }
    format!("{sent} marked requests, {rows} rows: 0 hits in {} files and {} exports", files.len(), exported.len())
}

/// A request with the address and the agent in every header that a proxy might set.
fn marked(path: &str, body: &Value) -> Call {
    let mut call = Call::from_page(path, ORIGIN, body.to_string());
    for name in ["cf-connecting-ip", "x-forwarded-for", "x-real-ip", "true-client-ip", "x-client-ip"] {
        call.headers.push((name, ADDRESS.to_owned()));
    }
    call.headers.push(("forwarded", format!("for={ADDRESS}")));
    call.headers.push(("user-agent", AGENT.to_owned()));
    call.headers.push(("referer", format!("{ORIGIN}/?mail={PERSON}")));
    call
}

/// Submissions and events that contain the e-mail address: valid ones and some that are rejected.
fn bodies(fixture: &Fixture, random: &mut Random, word: &str) -> Vec<Value> {
    let content = anything(random);
    let mut good = fixture.body(&new_id(random), 1, &content);
    good["answers"] = json!([
        { "question": "nps", "score": content.score },
        { "question": "why", "text": format!("{word}, proszę pisać na {PERSON}!") },
    ]);
    good["context"]["url"] = json!(format!("{ORIGIN}/thanks/{PERSON}?mail={}", PERSON.replace('@', "%40")));
    good["context"]["customer"] = json!("c-20733");
    good["context"]["traits"] = json!({ "kontakt": PERSON, "plan": "pro" });
    let event = json!({ "survey": fixture.survey.id, "version": fixture.survey.version, "event": "view" });
    let mut both = good.clone();
    both["id"] = json!(new_id(random));
    both["events"] = json!([event]);
    let change = |name: &str, value: Value| {
        let mut bad = good.clone();
        bad["id"] = json!(new_id(&mut random.clone()));
        bad[name] = value;
        bad
    };
    let bad = [
        change("id", json!(PERSON)),
        change("key", json!(PERSON)),
        change("survey", json!(PERSON)),
        change("answers", json!([{ "question": PERSON, "score": 1 }])),
        change("context", json!({ "language": PERSON, "device": PERSON })),
        change("events", json!([{ "survey": PERSON, "version": 1, "event": PERSON }])),
    ];
    [good, both].into_iter().chain(bad).collect()
}

fn read_all(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, files);
        } else if let Ok(bytes) = fs::read(&path) {
            files.push((path.display().to_string(), bytes));
        }
    }
}
