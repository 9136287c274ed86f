use super::*;

#[test]
fn only_the_operator_creates_shops() {
    let service = Service::new();
    let shop = service.shop();
    let body = json!({ "name": "Sklep", "language": "en", "origins": [ORIGIN] });
    service.send("POST", "/v1/shops", &[("content-type", "application/json")], body.to_string()).expect(401);
    service.authorized(&shop.secret_key, "POST", "/v1/shops", &body).expect(401);
    service.authorized("a-wrong-token-of-some-length", "POST", "/v1/shops", &body).expect(401);
}

#[test]
fn a_quota_limits_the_responses_of_a_day() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    service.operate("PUT", &format!("/v1/shops/{}/quota", shop.id), &json!({ "daily_answers": 2 })).expect(200);
    for (number, status) in [(1, 201), (2, 201), (3, 429)] {
        shop.submit(&shop.submission(&survey, number, 9)).expect(status);
    }
    service.operate("PUT", "/v1/shops/shp_none/quota", &json!({ "daily_answers": 2 })).expect(404);
}

#[test]
fn a_shop_moves_to_another_database_with_everything() {
    let service = Service::with_databases(2);
    let shop = service.shop();
    let survey = shop.publish();
    for number in 1..=5 {
        shop.submit(&shop.submission(&survey, number, 9)).expect(201);
    }
    let rows = |database: &str| -> i64 {
        let connection = service.platform.sqlite(database).connection();
        connection.query_row("SELECT count(*) FROM responses", [], |row| row.get(0)).unwrap()
    };
    let (from, to) = if rows("DB_0") == 5 { ("DB_0", "DB_1") } else { ("DB_1", "DB_0") };
    let path = format!("/v1/shops/{}/move", shop.id);
    service.operate("POST", &path, &json!({ "to": to, "grace_s": 0 })).expect(200);
    let mut phases = Vec::new();
    for _ in 0..50 {
        let progress = service.operate("POST", &format!("{path}/step"), &Value::Null).expect(200).json();
        phases.push(progress["phase"].as_str().unwrap().to_owned());
        if progress["phase"] == "done" {
            break;
        }
        clock::set(clock::now_ms() + 60_000);
    }
    assert_eq!(phases.last().map(String::as_str), Some("done"), "{phases:?}");
    assert_eq!((rows(from), rows(to)), (0, 5));
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 5);
    shop.submit(&shop.submission(&survey, 6, 9)).expect(201);
    assert_eq!(rows(to), 6);
}

#[test]
fn readiness_and_health_are_public() {
    let service = Service::new();
    service.send("GET", "/healthz", &[], "").expect(200);
    let ready = service.send("GET", "/readyz", &[], "").expect(200).json();
    assert_eq!(ready["checks"]["DB_0"], "ok", "{ready}");
}
