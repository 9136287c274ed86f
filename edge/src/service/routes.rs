use super::*;
use crate::{
    router::{Access, ROUTES},
    store::Store,
};

/// Whether a path is one of a route's.
fn is_of(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}

#[test]
fn every_route_needs_its_key() {
    let service = Service::new();
    for route in ROUTES {
        let path = route.path.replace(['{', '}'], "");
        let reply = service.send(&route.method.to_uppercase(), &path, &[], "");
        let is_closed = matches!(route.access, Access::Owner | Access::Operator);
        assert_eq!(reply.status.as_u16() == 401, is_closed, "{} {path}: {}", route.method, reply.status);
    }
}

/// Calls every route with success, so that every statement behind them is explained against the schema.
#[test]
fn every_route_succeeds_in_process() {
    let service = Service::with_databases(2);
    let shop = service.shop();
    let survey = shop.publish();
    let none = &Value::Null;

    // Pages and shoppers.
    for number in 1..=4 {
        shop.submit(&shop.submission(&survey, number, 9)).expect(201);
    }
    let stored = shop.submit(&shop.submission(&survey, 5, 2)).expect(201).json();
    let token = shop.view_token(&survey);
    let event = json!({ "survey": survey, "version": 1, "event": "view", "device": "mobile", "token": token });
    let events = json!({ "key": shop.public_key, "events": [event] });
    let page = [("origin", ORIGIN), ("content-type", "text/plain")];
    service.send("POST", "/v1/events", &page, events.to_string()).expect(202);
    for path in ["/v1/submissions", "/v1/events"] {
        service.send("OPTIONS", path, &page, "").expect(204);
    }
    for path in [format!("/w/{}.js", shop.public_key), format!("/w/{}/{survey}/1/en.json", shop.public_key)] {
        service.send("GET", &path, &[], "").expect(200);
    }
    service.send("GET", &format!("/s/{survey}"), &[], "").expect(200);
    let receipt = format!("/r/{}", stored["receipt"].as_str().unwrap());
    service.send("GET", &receipt, &[], "").expect(200);
    service.send("POST", &receipt, &[], "").expect(303);
    for path in ["/healthz", "/readyz", "/v1/templates", "/v1/templates/post_purchase_nps"] {
        service.send("GET", path, &[], "").expect(200);
    }

    // The owner reads.
    let response = format!("/v1/responses/{}", id(1));
    for path in [
        "/v1/shop/settings",
        "/v1/shop/identity",
        "/v1/surveys",
        "/v1/surveys?status=archived",
        &format!("/v1/surveys/{survey}"),
        "/v1/responses",
        "/v1/responses.csv",
        "/v1/responses.ndjson",
        &response,
        "/v1/tags",
        "/v1/erasures",
        "/v1/exports?customer=c-1",
        "/v1/imports",
        "/v1/metrics?metric=nps&segment_by=device",
        "/v1/metrics?metric=nps&segment_by=page&has_text=true",
        "/v1/funnel",
        "/v1/keys",
        "/v1/audit",
        "/v1/webhooks",
        "/v1/webhooks/events",
        "/v1/webhooks/templates",
        "/v1/dead-letters",
    ] {
        shop.call("GET", path, none).expect(200);
    }

    // The owner changes.
    shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "none" })).expect(200);
    shop.call("POST", "/v1/shop/identity/rotate", none).expect(200);
    let definition = shop.get(&format!("/v1/surveys/{survey}"));
    let draft = json!({ "name": "N", "touchpoint": "cart", "language": "en", "questions": definition["questions"] });
    shop.call("PUT", &format!("/v1/surveys/{survey}"), &draft).expect(200);
    for verb in ["publish", "pause", "resume", "archive"] {
        shop.call("POST", &format!("/v1/surveys/{survey}/{verb}"), none).expect(200);
    }
    shop.call("PATCH", &response, &json!({ "tags": ["x"] })).expect(200);
    shop.get("/v1/responses?tag=x");
    shop.call("DELETE", &response, none).expect(204);
    shop.call("POST", "/v1/exports", &json!({ "customer": "c-2" })).expect(200);
    shop.call("POST", "/v1/exports", &json!({ "contact": "a@b.example" })).expect(200);
    shop.call("POST", "/v1/erasures", &json!({ "customer": "c-2" })).expect(200);
    shop.call("POST", "/v1/erasures", &json!({ "contact": "a@b.example" })).expect(200);

    let authorization = format!("Bearer {}", shop.secret_key);
    let csv = [("authorization", authorization.as_str()), ("content-type", "text/csv")];
    let file = "score,created_at,comment\n9,2026-11-01T10:00:00Z,fine\n";
    let query = "source=generic&metric=nps&column.score=score&column.at=created_at&column.comment=comment";
    let import = service.send("POST", &format!("/v1/imports?{query}"), &csv, file).expect(201).json();
    service.send("POST", &format!("/v1/imports?{query}&dry_run=true"), &csv, file).expect(200);
    shop.call("DELETE", &format!("/v1/imports/{}", import["id"].as_str().unwrap()), none).expect(200);

    let key = shop.call("POST", "/v1/keys", &json!({ "kind": "public", "label": "x" })).expect(201).json();
    let key = format!("/v1/keys/{}", key["id"].as_str().unwrap());
    shop.get(&key);
    shop.call("PATCH", &key, &json!({ "label": "y" })).expect(200);
    shop.call("POST", &format!("{key}/rotate"), &json!({})).expect(201);
    shop.call("DELETE", &key, none).expect(204);

    let endpoint = json!({ "url": "https://hooks.example/glas", "events": ["response.created"] });
    let webhook = shop.call("POST", "/v1/webhooks", &endpoint).expect(201).json();
    let webhook = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    shop.get(&webhook);
    shop.call("PUT", &webhook, &endpoint).expect(200);
    shop.call("POST", &format!("{webhook}/rotate"), none).expect(200);
    shop.call("POST", &format!("{webhook}/enable"), none).expect(200);
    let survey = shop.publish();
    shop.submit(&shop.submission(&survey, 9, 9)).expect(201);
    let deliveries = shop.get(&format!("{webhook}/deliveries"));
    let delivery = deliveries["items"][0]["id"].as_str().unwrap();
    shop.call("POST", &format!("{webhook}/deliveries/{delivery}/retry"), none).expect(202);
    shop.call("DELETE", &webhook, none).expect(204);

    // Messages that could not be stored.
    let platform = service.platform.platform();
    for (owner, prefix) in [(shop.id.as_str(), "/v1"), ("", "/v1/operator")] {
        let store = ready(Store::open(&platform, owner)).unwrap();
        for number in 0..2 {
            let (id, body) = (format!("r{number}.1"), r#"{"kind":"ping"}"#);
            ready(store.dead_letters().insert(owner, &id, "a test", body, clock::now_ms())).unwrap();
        }
        let call = |method: &str, path: &str| {
            let path = format!("{prefix}/dead-letters{path}");
            if owner.is_empty() { service.operate(method, &path, none) } else { shop.call(method, &path, none) }
        };
        assert_eq!(call("GET", "").expect(200).json()["items"].as_array().unwrap().len(), 2);
        call("POST", "/r0.1/retry").expect(202);
        call("DELETE", "/r1.1").expect(204);
    }

    // The operator.
    let path = format!("/v1/shops/{}/move", shop.id);
    let elsewhere = if count(&service, "DB_0") > 0 { "DB_1" } else { "DB_0" };
    service.operate("POST", &path, &json!({ "to": elsewhere })).expect(200);
    service.operate("GET", &path, none).expect(200);
    service.operate("POST", &format!("{path}/step"), none).expect(200);
    service.operate("DELETE", &path, none).expect(204);
    service.operate("GET", "/v1/operator/dead-letters", none).expect(200);
    service.operate("PUT", &format!("/v1/shops/{}/quota", shop.id), &json!({ "daily_answers": 9 })).expect(200);
    service.operate("GET", "/v1/counters", none).expect(200);

    let called = service.called.borrow();
    let is_called =
        |method: &str, pattern: &str| called.iter().any(|(made, path)| made == method && is_of(pattern, path));
    let missing: Vec<String> = ROUTES
        .iter()
        .filter(|route| !is_called(route.method, route.path))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(missing, ELSEWHERE, "a route that is new is called here, or named with the reason");
}

/// Routes whose success is shown elsewhere: a test delivery is a request to another server.
const ELSEWHERE: [&str; 1] = ["post /v1/webhooks/{id}/test"];

/// The number of shops in a database.
fn count(service: &Service, database: &str) -> i64 {
    let connection = service.platform.sqlite(database).connection();
    connection.query_row("SELECT count(*) FROM shops", [], |row| row.get(0)).unwrap()
}
