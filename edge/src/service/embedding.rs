use super::*;

/// The value of a header; empty if it is missing.
fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// The sources of a page's directive `frame-ancestors`.
fn ancestors(reply: &Reply) -> &str {
    let policy = header(reply, "content-security-policy");
    let directive = policy.split("; ").find_map(|directive| directive.strip_prefix("frame-ancestors "));
    directive.unwrap_or_else(|| panic!("no frame-ancestors: {policy}"))
}

#[test]
fn only_the_shop_s_own_pages_may_frame_its_hosted_page() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let get = |path: &str| service.send("GET", path, &[], "");
    let page = get(&format!("/s/{survey}")).expect(200);
    assert_eq!(ancestors(&page), format!("'self' {ORIGIN}"));
    // Otherwise a page with the embedder policy `require-corp` cannot frame it.
    assert_eq!(header(&page, "cross-origin-embedder-policy"), "require-corp");
    assert_eq!(header(&page, "cross-origin-resource-policy"), "cross-origin");

    shop.call("POST", &format!("/v1/surveys/{survey}/pause"), &Value::Null).expect(200);
    let closed = get(&format!("/s/{survey}")).expect(410);
    assert_eq!(ancestors(&closed), format!("'self' {ORIGIN}"));

    for unknown in ["/s/srv_none", &format!("/s/srv_{}{}", "0".repeat(16), "0".repeat(10)), "/s/%FF"] {
        let reply = get(unknown);
        assert!(reply.status.is_client_error(), "{unknown}: {}", reply.status);
        assert_eq!(ancestors(&reply), "'none'", "{unknown}");
    }
    assert_eq!(ancestors(&get("/r/none").expect(404)), "'none'");
    let stored = {
        shop.call("POST", &format!("/v1/surveys/{survey}/resume"), &Value::Null).expect(200);
        shop.submit(&shop.submission(&survey, 1, 9)).expect(201).json()
    };
    let receipt = get(&format!("/r/{}", stored["receipt"].as_str().unwrap())).expect(200);
    assert_eq!(ancestors(&receipt), "'none'");
}

/// Origins are checked when they are stored. A row that was written otherwise must not add a directive or a source.
#[test]
fn an_invalid_stored_origin_is_left_out_of_the_policy() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let origins = [
        "https://a.example; script-src *",
        "https://b.example *",
        "*",
        "https://*.example",
        "https://c.example\r\nx-evil: 1",
        "https://d.example,https://e.example",
        "'unsafe-inline'",
        "https://f.example/path",
        "https://good.example:8443",
    ];
    let sql = "UPDATE shops SET origins = ?1 WHERE id = ?2";
    let origins = serde_json::to_string(&origins).unwrap();
    service.platform.sqlite("DB_0").connection().execute(sql, [&origins, &shop.id]).unwrap();
    // Publishes the config.
    shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "none" })).expect(200);
    let page = service.send("GET", &format!("/s/{survey}"), &[], "").expect(200);
    assert_eq!(ancestors(&page), "'self' https://good.example:8443");
    assert_eq!(header(&page, "x-evil"), "");
    let policy = header(&page, "content-security-policy");
    assert_eq!(policy.matches("script-src").count(), 1, "{policy}");
}

#[test]
fn every_reply_says_who_may_embed_it() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let (loader, key) = (format!("/w/{}.js", shop.public_key), format!("Bearer {}", shop.secret_key));
    let tag = header(&service.send("GET", &loader, &[], ""), "etag").to_owned();
    let page = [("origin", ORIGIN), ("content-type", "text/plain")];
    let owner = [("authorization", key.as_str())];
    let submission = shop.submission(&survey, 1, 9).to_string();
    for (method, path, headers, body, status, expected) in [
        ("GET", loader.as_str(), [].as_slice(), "", 200, "cross-origin"),
        ("GET", &loader, &[("if-none-match", tag.as_str())], "", 304, "cross-origin"),
        ("GET", &format!("/w/{}.json", shop.public_key), &[], "", 200, "cross-origin"),
        ("GET", "/w/pk_none.js", &[], "", 404, "cross-origin"),
        ("GET", &format!("/w/{}/{survey}/1/en.json", shop.public_key), &[], "", 200, "cross-origin"),
        ("OPTIONS", "/v1/submissions", &page, "", 204, "cross-origin"),
        ("POST", "/v1/submissions", &page, &submission, 201, "cross-origin"),
        ("POST", "/v1/submissions", &page, "{}", 400, "cross-origin"),
        ("POST", "/v1/events", &page, "{}", 400, "cross-origin"),
        ("GET", "/r/none", &[], "", 404, "same-origin"),
        ("GET", "/healthz", &[], "", 200, "same-origin"),
        ("GET", "/v1/templates", &[], "", 200, "same-origin"),
        ("GET", "/v1/responses", &owner, "", 200, "same-origin"),
        ("GET", "/v1/responses.csv", &owner, "", 200, "same-origin"),
        ("GET", "/v1/responses", &[], "", 401, "same-origin"),
        ("GET", "/v1/counters", &[], "", 401, "same-origin"),
    ] {
        let reply = service.send(method, path, headers, body.to_owned()).expect(status);
        assert_eq!(header(&reply, "cross-origin-resource-policy"), expected, "{method} {path}");
    }
}
