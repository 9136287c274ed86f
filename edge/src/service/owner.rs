use super::*;

#[test]
fn the_shop_comes_from_the_key_alone() {
    let service = Service::new();
    let (first, second) = (service.shop(), service.shop());
    let survey = first.publish();
    first.submit(&first.submission(&survey, 1, 9)).expect(201);
    assert_eq!(second.get("/v1/responses")["items"], json!([]));
    assert_eq!(second.get("/v1/surveys")["items"], json!([]));
    for (method, path) in [
        ("GET", format!("/v1/surveys/{survey}")),
        ("POST", format!("/v1/surveys/{survey}/pause")),
        ("GET", format!("/v1/responses/{}", id(1))),
        ("DELETE", format!("/v1/responses/{}", id(1))),
    ] {
        second.call(method, &path, &Value::Null).expect(404);
    }
}

#[test]
fn a_key_that_only_reads_changes_nothing() {
    let service = Service::new();
    let shop = service.shop();
    let reader = shop.call("POST", "/v1/keys", &json!({ "kind": "secret", "label": "reports", "scopes": ["read"] }));
    let key = reader.expect(201).json()["key"].as_str().unwrap().to_owned();
    service.authorized(&key, "GET", "/v1/responses", &Value::Null).expect(200);
    for (method, path) in [("POST", "/v1/surveys"), ("PUT", "/v1/shop/settings"), ("DELETE", "/v1/keys/key_x")] {
        let reply = service.authorized(&key, method, path, &json!({})).expect(403);
        assert_eq!(reply.problems(), [("forbidden".to_owned(), "header.authorization".to_owned())], "{method} {path}");
    }
    service.authorized("sk_wrong", "GET", "/v1/responses", &Value::Null).expect(401);
    service.send("GET", "/v1/responses", &[], "").expect(401);
}

#[test]
fn an_authorisation_problem_comes_before_any_other() {
    let service = Service::new();
    let shop = service.shop();
    let _ = shop;
    service.send("POST", "/v1/surveys", &[("content-type", "text/csv")], "{").expect(401);
    service.send("GET", "/v1/responses?nonsense=1", &[], "").expect(401);
}

#[test]
fn metrics_are_the_same_by_every_source() {
    let service = Service::new();
    let shop = service.shop_in_zone("Europe/Warsaw");
    let survey = shop.publish();
    for (number, score) in [(1, 9), (2, 10), (3, 3), (4, 7)] {
        shop.submit(&shop.submission(&survey, number, score)).expect(201);
    }
    let reports = [
        "metric=nps&flag=any".to_owned(),
        format!("metric=nps&flag=any&survey={survey}"),
        "metric=nps&flag=any&device=mobile&language=en".to_owned(),
        "metric=nps&flag=any&has_text=true&page=/p/*".to_owned(),
    ]
    .map(|query| shop.get(&format!("/v1/metrics?{query}")));
    for report in &reports {
        assert_eq!((&report["n"], &report["value"]), (&json!(4), &json!(25.0)), "{report}");
        assert_eq!(report["time_zone"], "Europe/Warsaw");
    }
    let sources: Vec<&str> = reports.iter().map(|report| report["counted_from"].as_str().unwrap()).collect();
    assert_eq!(sources, ["tallies", "tallies", "tallies", "responses"]);
}

#[test]
fn an_excluded_response_counts_nowhere_and_may_come_back() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    shop.submit(&shop.submission(&survey, 1, 9)).expect(201);
    let path = format!("/v1/responses/{}", id(1));
    let changed =
        shop.call("PATCH", &path, &json!({ "tags": ["late"], "excluded": { "reason": "a test" } })).expect(200).json();
    assert_eq!(changed["tags"], json!(["late"]));
    let nps = shop.get("/v1/metrics?metric=nps&flag=any");
    assert_eq!((&nps["n"], &nps["left_out"]), (&json!(0), &json!({ "total": 1, "reasons": { "excluded": 1 } })));
    assert_eq!(shop.get("/v1/tags")["items"][0], json!({ "tag": "late", "answers": 1 }));
    shop.call("PATCH", &path, &json!({ "excluded": null })).expect(200);
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 1);
}

#[test]
fn an_export_has_every_response_once() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for number in 1..=7 {
        shop.submit(&shop.submission(&survey, number, 9)).expect(201);
    }
    let lines = shop.call("GET", "/v1/responses.ndjson", &Value::Null).expect(200).body;
    let mut ids: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    assert_eq!(ids, (1..=7).map(id).collect::<Vec<_>>());
    let table = shop.call("GET", "/v1/responses.csv", &Value::Null).expect(200).body;
    assert_eq!(table.lines().count(), 8, "{table}");
    let mut seen = 0;
    let mut cursor = String::new();
    loop {
        let page = shop.get(&format!("/v1/responses?limit=3{cursor}"));
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, 7);
}

#[test]
fn an_erased_customer_is_gone_from_every_number() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for number in 1..=6 {
        shop.submit(&shop.submission(&survey, number, 9)).expect(201);
    }
    assert_eq!(shop.get("/v1/exports?customer=c-1")["items"].as_array().unwrap().len(), 2);
    let erased = shop.call("POST", "/v1/erasures", &json!({ "customer": "c-1" })).expect(200).json();
    assert_eq!(erased["erased"], 2);
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 4);
    assert_eq!(shop.get("/v1/exports?customer=c-1")["items"], json!([]));
    assert_eq!(shop.get("/v1/erasures")["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_change_is_recorded_in_the_audit_log() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    clock::set(clock::now_ms() + 1_000);
    shop.call("POST", &format!("/v1/surveys/{survey}/pause"), &Value::Null).expect(200);
    let entries = shop.get("/v1/audit");
    let actions: Vec<&str> =
        entries["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!((actions.len(), actions[0]), (3, "surveys.pause"));
    assert_eq!(entries["items"][0]["subject"], survey.as_str());
}

#[test]
fn a_setting_that_asks_for_challenges_is_rejected_with_the_reason() {
    let service = Service::new();
    let shop = service.shop();
    let path = "/v1/shop/settings";
    let settings =
        json!({ "consent": "wait", "cooldown_days": 14, "retention_days": 365, "page_parameters": ["category"] });
    shop.call("PUT", path, &settings).expect(200);
    for challenge in [json!(true), json!(false), json!("yes"), Value::Null] {
        let reply = shop.call("PUT", path, &json!({ "consent": "none", "challenge": challenge })).expect(400);
        assert_eq!(reply.problems(), [("unknown_value".to_owned(), "challenge".to_owned())], "{challenge}");
        let message = "challenges are not supported, because the widget cannot show them; remove this field, and exclude \
                       suspicious responses with the parameter flag=none";
        assert_eq!(reply.json()["problems"][0]["message"], message);
    }
    assert_eq!(shop.get(path), settings);
}

#[test]
fn challenge_settings_of_earlier_versions_are_readable() {
    let service = Service::new();
    let shop = service.shop();
    let execute = |sql: &str| service.platform.sqlite("DB_0").connection().execute(sql, [&shop.id]).unwrap();
    let survey = shop.publish();
    for challenge in [true, false] {
        let sql = format!(
            r#"UPDATE shops SET settings = '{{"consent":"none","retention_days":90,"challenge":{challenge}}}' WHERE id = ?1"#
        );
        assert_eq!(execute(&sql), 1);
        assert_eq!(
            shop.get("/v1/shop/settings"),
            json!({ "consent": "none", "cooldown_days": 7, "retention_days": 90, "page_parameters": [] })
        );
        shop.submit(&shop.submission(&survey, challenge.into(), 9)).expect(201);
    }
}
