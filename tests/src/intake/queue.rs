//! The queue delivers messages twice, late, out of order, and in batches that fail halfway, and it contains malformed
//! messages. Every response is stored once; a message that cannot be stored becomes a visible dead letter.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    faults::{Faults, TRANSIENT},
    ledger::Content,
    load::{self, Figures, Line},
    random::Random,
    shop::as_operator,
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

const TIMEOUT: Duration = Duration::from_secs(900);

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (count, poison) = scale.of((240, 20), (10_000, 100));
    let fixture = Fixture::new(supervisor);
    // A key cannot be verified without D1, a view token can.
    fixture.stock(count + poison);
    let faults = Faults::of(supervisor);
    let mut random = Random::seeded(seed);

    // Half of the poison messages are valid but conflict with stored data; the shop's owner must see those.
    let contradicted: Vec<(String, Content)> =
        (0..poison / 2).map(|_| (new_id(&mut random), anything(&mut random))).collect();
    load::run(async {
        let (mut line, mut figures) = (Line::to(fixture.target.clone()), Figures::default());
        for (id, content) in &contradicted {
            let answer = fixture.deliver(&mut line, (id, 1, content), &mut figures).await;
            assert_eq!(answer.status, 201);
        }
    });

    // Only requests of pages find D1 down; the consumer has occasional failures.
    faults.set(&json!({
        "seed": seed, "path": "/v1/submissions", "d1_down": true, "d1_errors": TRANSIENT,
        "twice": 0.2, "again": 0.2, "shuffle": true, "batch_before": 0.25, "batch_after": 0.25,
    }));
    let figures = load::run(super::database::deliver(&fixture, count, seed));
    assert_eq!(figures.count(|status| status == 202), figures.replies(), "{}", figures.by_status());
    load::run(async {
        let mut line = Line::to(fixture.target.clone());
        for (id, content) in &contradicted {
            let other = Content { score: (content.score + 1) % 11, ..content.clone() };
            let answer = line.send(&fixture.call(id, 1, &other)).await.expect("a reply");
            assert_eq!(answer.status, 202);
        }
    });
    let marker = format!("poison-{seed}-{}", random.next());
    let rest = poison - contradicted.len();
    faults.put(&(0..rest).map(|number| malformed(&marker, number)).collect::<Vec<_>>());

    let begin = Instant::now();
    let letters = loop {
        let owners = dead_letters(|path| fixture.shop.get(path), "/v1/dead-letters");
        let token = &supervisor.dev().admin_token;
        let ask = |path: &str| as_operator(&supervisor.client(), token, "GET", path, &Value::Null).expect(200).json();
        let operators = dead_letters(ask, "/v1/operator/dead-letters");
        let operators: Vec<&Value> = operators
            .iter()
            .filter(|letter| letter["message"].as_str().is_some_and(|it| it.contains(&marker)))
            .collect();
        let all = (owners.len(), operators.len());
        if all == (contradicted.len(), rest) {
            break owners;
        }
        assert!(all.0 <= contradicted.len() && all.1 <= rest, "more dead letters than poison messages: {all:?}");
        assert!(begin.elapsed() < TIMEOUT, "dead letters: {all:?} of {:?}", (contradicted.len(), rest));
        thread::sleep(Duration::from_millis(200));
    };
    let seen: BTreeSet<&str> = letters.iter().filter_map(|letter| letter["id"].as_str()).collect();
    assert!(
        contradicted.iter().all(|(id, _)| seen.contains(format!("{id}.1").as_str())),
        "each conflict is listed by its id"
    );
    let checked = fixture.check(TIMEOUT);
    let (delivered, repeated, failed) = (faults.seen("delivered"), faults.seen("repeated"), faults.seen("d1_failed"));
    assert_eq!(checked.rows, count + contradicted.len());
    assert!(repeated > 0 && failed > 0, "too few faults occurred");
    format!(
        "{count} responses through the queue, {delivered} deliveries, {repeated} of them repeated, {failed} D1 calls failed: {} rows; {poison} poison messages: {} dead letters for the owner, {rest} for the operator",
        checked.rows,
        letters.len()
    )
}

/// All dead letters of a list.
fn dead_letters(get: impl Fn(&str) -> Value, list: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("{list}?limit=100{cursor}"));
        all.extend(page["items"].as_array().expect("a list").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn malformed(marker: &str, number: usize) -> Value {
    let marker = format!("{marker}-{number}");
    match number % 6 {
        0 => json!(marker),
        1 => json!(format!("{{\"kind\":\"answer\",\"note\":\"{marker}\"")),
        2 => json!({ "kind": "unknown", "note": marker }),
        3 => json!(json!({ "kind": "answer", "row": { "shop": 7, "note": marker } }).to_string()),
        4 => json!([marker]),
        _ => json!(json!({ "kind": "steps", "id": marker }).to_string()),
    }
}
