//! Rows that an earlier version wrote lose their secrets.

use super::*;
use crate::jobs::cron;
use rusqlite::params;

const SECRET: &str = "8f14e45fceea167a5a36dedd4bea2543";

impl Shop<'_> {
    /// Adds a response of an earlier version, with a score.
    fn insert_old(&self, survey: &str, number: u32, url: &str, flags: u8) {
        let sql = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, url, answers, \
             scores, traits, day, received_at, updated_at, flags) \
             VALUES (?1, ?2, ?3, 1, 1, '', 1, 'purchase', ?4, ?5, ?6, '{}', ?7, ?8, ?8, ?9)";
        let score = number % 11;
        let answers = json!([{ "question": "q1", "kind": "nps", "score": score }]).to_string();
        let scores = json!([["q1", "nps", score]]).to_string();
        let now = clock::now_ms();
        let row = params![self.id, id(number), survey, url, answers, scores, clock::day_of(now), now - 1_000, flags];
        self.service.platform.sqlite("DB_0").connection().execute(sql, row).unwrap();
    }
}

impl Service {
    /// Runs the jobs of a minute.
    fn minute(&self) {
        clock::set(clock::now_ms() + 60_000);
        ready(cron::run(&self.platform.platform(), cron::MINUTE, clock::now_ms()));
    }

    fn renewal(&self, what: &str) -> (u64, u64) {
        let counters = self.operate("GET", "/v1/counters", &Value::Null).expect(200).json();
        let progress = &counters["renewal"][what];
        (progress["done"].as_u64().unwrap(), progress["remaining"].as_u64().unwrap())
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let connection = self.platform.sqlite("DB_0").connection();
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

const FORMS: &str = "SELECT form || ' ' || url FROM responses ORDER BY id";

#[test]
fn a_thousand_old_responses_lose_their_secrets_and_nothing_else() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    shop.call("PUT", "/v1/shop/settings", &json!({ "page_parameters": ["category"] })).expect(200);
    let endpoint = json!({ "url": "https://hooks.example/glas", "events": ["response.updated"] });
    shop.call("POST", "/v1/webhooks", &endpoint).expect(201);
    let table: Value = serde_json::from_str(include_str!("../../../survey/tests/addresses.json")).unwrap();
    let rows = table["secret"].as_array().unwrap();
    for (number, row) in (1..=1_000).zip(rows.iter().cycle()) {
        shop.insert_old(&survey, number, row["url"].as_str().unwrap(), 0);
    }
    let unchanged = "SELECT group_concat(id || revision || fingerprint || updated_at || received_at || scores || answers) \
         FROM responses";
    let before =
        (service.texts(unchanged), shop.get("/v1/metrics?metric=nps"), service.texts("SELECT event FROM outbox"));
    assert_eq!(service.renewal("responses"), (0, 1_000));
    service.minute();
    assert_eq!(service.renewal("responses"), (300, 700), "a run is bounded");
    for _ in 0..3 {
        service.minute();
    }
    assert_eq!(service.renewal("responses"), (1_000, 0));
    let urls = service.texts("SELECT url FROM responses ORDER BY id");
    assert_eq!(urls.len(), 1_000);
    for (url, row) in urls.iter().zip(rows.iter().cycle()) {
        for secret in row["secrets"].as_array().unwrap() {
            assert!(!url.contains(secret.as_str().unwrap()), "{row} -> {url}");
        }
    }
    let after =
        (service.texts(unchanged), shop.get("/v1/metrics?metric=nps"), service.texts("SELECT event FROM outbox"));
    assert_eq!(after, before);
    service.minute();
    assert_eq!(service.renewal("responses"), (1_000, 0), "a run without old rows changes nothing");
}

#[test]
fn a_renewal_that_is_killed_continues_where_it_was() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for number in 1..=350 {
        shop.insert_old(&survey, number, &format!("https://shop.example/{number}?key={SECRET}"), 0);
    }
    let sqlite = service.platform.sqlite("DB_0");
    for calls in 0..30 {
        // Not retried, so that the job ends at this call of the database.
        sqlite.fail_after(calls, "D1 DB is overloaded. Requests queued for too long.");
        service.minute();
        sqlite.heal();
        let (done, remaining) = service.renewal("responses");
        assert_eq!(done + remaining, 350);
        let forms = service.texts(FORMS);
        assert_eq!(forms.iter().filter(|row| row.contains(SECRET)).count() as u64, remaining);
        assert!(forms.iter().all(|row| row.starts_with("0 ") == row.contains(SECRET)), "{forms:?}");
    }
    assert_eq!(service.renewal("responses"), (350, 0));
}

#[test]
fn a_shop_that_fails_or_moves_does_not_stop_the_others() {
    let service = Service::new();
    let shops: Vec<Shop<'_>> = (0..4).map(|_| service.shop()).collect();
    for (number, shop) in (1..).zip(&shops) {
        shop.insert_old("srv", number, "https://shop.example/?key=1", 0);
    }
    let execute = |sql: &str, shop: &str| service.platform.sqlite("DB_0").connection().execute(sql, [shop]).unwrap();
    execute("INSERT INTO moves VALUES (?1, 'frozen', 'DB_1', 'p', '', 0, 1, 0, 0, 0, 0, 9e15)", &shops[0].id);
    let broken = format!(
        "CREATE TRIGGER broken BEFORE UPDATE ON responses WHEN NEW.shop = '{}' BEGIN SELECT RAISE(ABORT, 'broken'); END",
        shops[1].id
    );
    let execute_batch = |sql: &str| service.platform.sqlite("DB_0").connection().execute_batch(sql).unwrap();
    execute_batch(&broken);
    execute("DELETE FROM shops WHERE id = ?1", &shops[2].id);
    service.minute();
    let forms = service.texts(FORMS);
    let old = "0 https://shop.example/?key=1";
    let new = "1 https://shop.example/";
    assert_eq!(forms, [old, old, new, new]);
    assert_eq!(service.renewal("responses"), (2, 2));
    execute("DELETE FROM moves WHERE shop = ?1", &shops[0].id);
    execute_batch("DROP TRIGGER broken");
    service.minute();
    assert_eq!(service.texts(FORMS), [new; 4]);
}

#[test]
fn a_response_whose_only_flag_is_retired_counts_as_unflagged() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, flags) in [(1, 32), (2, 33), (3, 0)] {
        shop.insert_old(&survey, number, "https://shop.example/", flags);
    }
    service.minute();
    let flags = service.texts("SELECT CAST(flags AS TEXT) FROM responses ORDER BY id");
    assert_eq!(flags, ["0", "1", "0"]);
    let counted = |query: &str| shop.get(&format!("/v1/metrics?metric=nps{query}"))["n"].clone();
    assert_eq!((counted("&flag=none"), counted("&flag=too_fast")), (json!(2), json!(1)));
    let reply = shop.call("GET", "/v1/responses?flag=no_challenge", &Value::Null).expect(400);
    assert_eq!(reply.problems(), [("unknown_value".to_owned(), "query.flag".to_owned())]);
}

#[test]
fn dead_letters_lose_their_secrets() {
    let service = Service::new();
    let shop = service.shop();
    let body = |url: &str| json!({ "kind": "answer", "row": { "shop": shop.id, "url": url, "flags": 0 } }).to_string();
    let insert = "INSERT INTO dead_letters (shop, id, reason, body, at) VALUES (?1, ?2, 'r', ?3, ?4)";
    for number in 0..50 {
        for owner in [shop.id.as_str(), ""] {
            let row =
                params![owner, format!("d{number}"), body(&format!("https://shop.example/{SECRET}")), clock::now_ms()];
            service.platform.sqlite("DB_0").connection().execute(insert, row).unwrap();
        }
    }
    assert_eq!(service.renewal("dead_letters"), (0, 100));
    for _ in 0..4 {
        service.minute();
    }
    assert_eq!(service.renewal("dead_letters"), (100, 0));
    let letters = shop.get("/v1/dead-letters?limit=100");
    assert_eq!(letters["items"].as_array().unwrap().len(), 50);
    assert!(!letters.to_string().contains(SECRET) && letters.to_string().contains("[secret]"), "{letters}");
}
