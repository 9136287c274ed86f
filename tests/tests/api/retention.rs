//! Expired responses are deleted by the cron job, and tallies are reconciled.

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};
use tests::{
    checker::shop_of,
    random::Random,
    shop::{Shop, every_kind},
    supervisor::database_in,
    worker::Worker,
};

const HOUR: &str = "41+*+*+*+*";
const NIGHT: &str = "23+2+*+*+*";
const DAY_MS: i64 = 86_400_000;

/// Ages responses by changing the database directly; its triggers update the counts.
fn database(worker: &Worker) -> Connection {
    let connection = Connection::open(database_in(worker.state())).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

/// Moves a response back by a number of days.
fn age(database: &Connection, shop: &str, id: &str, days: i64) {
    let copy = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, language, \
         device, source, url, answers, scores, order_id, order_value, order_currency, customer, traits, flags, day, \
         received_at, updated_at, trust, form) \
         SELECT shop, 'old-' || ?3, survey, version, revision, fingerprint, complete, touchpoint, language, device, \
         source, url, answers, scores, order_id, order_value, order_currency, customer, traits, flags, day - ?3, \
         received_at - ?3 * ?4, updated_at, trust, form FROM responses WHERE shop = ?1 AND id = ?2";
    assert_eq!(database.execute(copy, params![shop, id, days, DAY_MS]).unwrap(), 1);
}

#[track_caller]
fn cron(shop: &Shop, cron: &str) {
    let _ = shop.client.send("GET", &format!("/cdn-cgi/handler/scheduled?cron={cron}"), &[], "").expect(200);
}

fn ids(shop: &Shop) -> Vec<Value> {
    shop.all_responses("").iter().map(|response| response["id"].clone()).collect()
}

fn answers(database: &Connection, shop: &str) -> i64 {
    let sql = "SELECT ifnull(sum(c9), 0) FROM tallies WHERE shop = ?1 AND facet = 'all'";
    database.query_row(sql, [shop], |row| row.get(0)).unwrap()
}

#[test]
fn expired_responses_are_deleted() {
    let worker = Worker::start();
    let database = database(&worker);
    let (usual, short) = (Shop::new(&worker), Shop::new(&worker));
    let settings = json!({ "retention_days": 30 });
    let _ = short.call("PUT", "/v1/shop/settings", &settings).expect(200);
    let mut random = Random::seeded(601);
    let mut young = Vec::new();
    for shop in [&usual, &short] {
        let survey = shop.publish(&every_kind());
        // A webhook makes the outbox record events.
        let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.created"] });
        let _ = shop.call("POST", "/v1/webhooks", &endpoint).expect(201);
        let id = random.uuid();
        let submission = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
        let _ = shop.submit(&submission).expect(201);
        for days in [29, 31, 729, 731] {
            age(&database, &shop_of(&shop.public_key), &id, days);
        }
        young.push(json!(id));
    }
    let keys = [&usual, &short].map(|shop| shop_of(&shop.public_key));
    assert_eq!(keys.each_ref().map(|shop| answers(&database, shop)), [5, 5]);

    // The job is idempotent.
    for _ in 0..2 {
        cron(&usual, HOUR);
        assert_eq!(ids(&usual), [young[0].clone(), json!("old-29"), json!("old-31"), json!("old-729")]);
        assert_eq!(ids(&short), [young[1].clone(), json!("old-29")]);
        assert_eq!(keys.each_ref().map(|shop| answers(&database, shop)), [4, 2]);
    }
    // The deletion is delivered with the time at which it happened.
    let logged =
        "SELECT count(*) FROM outbox WHERE event = 'deleted' AND at >= (SELECT max(received_at) FROM responses)";
    assert_eq!(database.query_row(logged, [], |row| row.get::<_, i64>(0)).unwrap(), 4);
}

#[test]
fn a_tally_that_is_off_by_one_is_reported() {
    let worker = Worker::start();
    let database = database(&worker);
    let shop = Shop::new(&worker);
    let survey = shop.publish(&every_kind());
    let id = Random::seeded(602).uuid();
    let _ = shop.submit(&shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]))).expect(201);
    let logged = || -> Vec<String> {
        let log = std::fs::read_to_string(worker.state().join("wrangler.log")).unwrap();
        log.lines().filter(|line| line.contains("counted_wrong")).map(str::to_owned).collect()
    };

    cron(&shop, NIGHT);
    let spoil = "UPDATE tallies SET c9 = c9 + 1 WHERE shop = ?1 AND facet = 'survey'";
    assert_eq!(database.execute(spoil, [shop_of(&shop.public_key)]).unwrap(), 1);
    cron(&shop, NIGHT);
    // The log lags a little behind the Worker.
    let begin = Instant::now();
    while logged().is_empty() && begin.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(50));
    }
    let logged = logged();
    assert_eq!(logged.len(), 1, "only the second run finds a difference: {logged:?}");
    assert!(logged[0].contains("\"by\":1") && logged[0].contains(&shop_of(&shop.public_key)), "{logged:?}");
}
