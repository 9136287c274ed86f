//! `/v1/audit`: every change by an owner is recorded, on every route.

use crate::{
    isolated::isolated,
    keys::{make, with},
};
use serde_json::{Value, json};
use tests::{
    checker::shop_of,
    random::Random,
    shop::{Shop, every_kind},
    worker::Worker,
};

const PLACE: &str = "/v1/audit";

/// Action, subject, label and status of each change, newest first.
#[track_caller]
fn audit_rows(shop: &Shop, query: &str) -> Vec<(String, String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    shop.get(&format!("{PLACE}?{query}"))["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let status = item["status"].as_u64().unwrap();
            (text(&item["action"]), text(&item["subject"]), text(&item["key"]["label"]), status)
        })
        .collect()
}

fn row(action: &str, subject: &str, label: &str, status: u64) -> (String, String, String, u64) {
    (action.to_owned(), subject.to_owned(), label.to_owned(), status)
}

#[test]
fn every_change_is_recorded_with_its_key() {
    let (shop, other) = (Shop::new(Worker::shared()), Shop::new(Worker::shared()));
    let erp = make(&shop, &json!({ "label": "ERP", "scopes": ["write"] }));
    let key = erp["id"].as_str().unwrap();
    let erp = with(&shop, &erp);
    let survey = erp.publish(&every_kind());
    let mut answer =
        shop.submission(&survey, &Random::seeded(901).uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    answer["context"]["customer"] = json!("klientka-901");
    let _ = shop.submit(&answer).expect(201);
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "cooldown_days": 9 })).expect(200);
    let _ = shop.call("POST", "/v1/erasures", &json!({ "customer": "klientka-901" })).expect(200);
    // Reads, failed requests and requests by others are not recorded.
    let _ = shop.get("/v1/surveys");
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "cooldown_days": -1 })).expect(400);
    let _ = shop.call("POST", "/v1/surveys/srv_none/publish", &Value::Null).expect(404);
    let _ = other.publish(&every_kind());
    assert_eq!(shop.call("DELETE", &format!("/v1/keys/{key}"), &Value::Null).status, 204);

    let all = [
        row("keys.delete", key, "first", 204),
        row("erasures.create", "", "first", 200),
        row("shop.settings.replace", "", "first", 200),
        row("surveys.publish", &survey.id, "ERP", 200),
        row("surveys.create", &survey.id, "ERP", 201),
        row("keys.create", key, "first", 201),
    ];
    assert_eq!(audit_rows(&shop, ""), all);
    let whole = shop.get(PLACE).to_string();
    for needle in ["klientka-901", "sk_", "Every kind"] {
        assert!(!whole.contains(needle), "{needle}: {whole}");
    }

    let of = |query: &str| audit_rows(&shop, query);
    assert_eq!(of("action=surveys.publish"), all[3..4]);
    assert_eq!(of(&format!("key={key}")), all[3..5]);
    assert_eq!(of(&format!("key={key}&action=surveys.create")), all[4..5]);
    assert_eq!(of("action=keys.create&to=2020-01-01"), []);
    assert_eq!(of("from=2020-01-01&to=2099-01-01"), all);
    assert_eq!(of("from=2099-01-01"), []);

    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shop.get(&format!("{PLACE}?limit=2&cursor={cursor}"));
        pages.push(page["items"].as_array().unwrap().len());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
        // New entries are inserted before the first page and do not shift the next one.
        let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "cooldown_days": 9 })).expect(200);
    }
    assert_eq!(pages, [2, 2, 2]);
    let wrong = shop.call("GET", &format!("{PLACE}?actions=x&from=x"), &Value::Null).expect(400).problems();
    let expected = [("query.actions", "unknown_value"), ("query.from", "invalid_format")];
    assert_eq!(wrong, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}

#[test]
fn a_change_succeeds_even_if_it_cannot_be_recorded() {
    let isolated = isolated();
    let (shop, database) = (Shop::new(isolated.worker), &isolated.database);
    let name = shop_of(&shop.public_key);
    let refuse = format!(
        "CREATE TRIGGER refuse_{name} BEFORE INSERT ON audit WHEN NEW.shop = '{name}' BEGIN \
         SELECT RAISE(ABORT, 'not today'); END"
    );
    database.execute_batch(&refuse).unwrap();
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "cooldown_days": 9 })).expect(200);
    database.execute_batch(&format!("DROP TRIGGER refuse_{name}")).unwrap();
    assert_eq!((audit_rows(&shop, ""), &shop.get("/v1/shop/settings")["cooldown_days"]), (vec![], &json!(9)));
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "cooldown_days": 10 })).expect(200);
    assert_eq!(audit_rows(&shop, "").len(), 1);
}

#[test]
fn audit_entries_are_deleted_after_their_retention() {
    let isolated = isolated();
    let (shop, database) = (Shop::new(isolated.worker), &isolated.database);
    let name = shop_of(&shop.public_key);
    let day = 86_400_000_i64;
    for (days, action) in [(399, "surveys.publish"), (401, "surveys.create")] {
        let sql = "INSERT INTO audit SELECT ?1, CAST(1000.0 * unixepoch() AS INTEGER) - ?2 * ?3, 'a', 'key_1', 'x', ?4, '', 200";
        assert_eq!(database.execute(sql, rusqlite::params![name, days, day, action]), Ok(1));
    }
    let made =
        ["ended long ago", "ended lately"].map(|label| make(&shop, &json!({ "label": label, "scopes": ["read"] })));
    for (key, days) in made.iter().zip([91, 89]) {
        let sql = "UPDATE keys SET revoked_at = created_at - ?3 * ?4 WHERE shop = ?1 AND id = ?2";
        let id = key["id"].as_str().unwrap();
        assert_eq!(database.execute(sql, rusqlite::params![name, id, days, day]), Ok(1));
    }
    let _ = shop.client.send("GET", "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*", &[], "").expect(200);
    let remaining: Vec<String> = audit_rows(&shop, "").into_iter().map(|(action, ..)| action).collect();
    assert_eq!(remaining, ["keys.create", "keys.create", "surveys.publish"]);
    let ended = shop.get("/v1/keys?status=revoked");
    let ended: Vec<_> = ended["items"].as_array().unwrap().iter().map(|item| item["label"].clone()).collect();
    assert_eq!(ended, ["ended lately"]);
}
