//! The files that a shop's page loads.

use serde_json::{Value, json};
use tests::{
    shop::{Shop, every_kind},
    worker::Worker,
};

#[test]
fn the_loader_contains_conditions_and_no_texts() {
    let shop = Shop::new(Worker::shared());
    let draft = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json();
    let path = format!("/w/{}.js", shop.public_key);
    let before = shop.client.send("GET", &path, &[], "").expect(200);
    assert!(!before.text.contains(draft["id"].as_str().unwrap()), "a draft is not published");
    let survey = shop.publish_again(draft["id"].as_str().unwrap());

    let loader = shop.client.send("GET", &path, &[], "").expect(200);
    assert!(loader.text.contains(&survey.id) && loader.text.contains(&shop.public_key));
    assert!(loader.text.contains("/thank-you"));
    assert!(!loader.text.contains("How likely") && !loader.text.contains("Every kind"), "no texts, no names");
    assert!(!loader.text.contains("__GLAS_"), "every placeholder is replaced");
    assert_eq!(loader.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(loader.header("cache-control"), "public, max-age=300, stale-while-revalidate=86400");
    assert_eq!(loader.header("access-control-allow-origin"), "*");
    assert_eq!(loader.header("set-cookie"), "");

    let tag = loader.header("etag");
    assert_ne!(tag, before.header("etag"), "publishing changes the loader");
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let same = shop.client.send("GET", &path, &[("if-none-match", &known)], "").expect(304);
        assert_eq!((same.text.as_str(), same.header("etag")), ("", tag));
    }
    let _ = shop.client.send("GET", &path, &[("if-none-match", "\"other\"")], "").expect(200);
}

#[test]
fn the_loader_contains_only_the_parts_that_the_shop_needs() {
    let shop = Shop::new(Worker::shared());
    let parts = shop.client.send("GET", "/a/parts.json", &[], "").expect(200).json();
    let parts = parts.as_object().unwrap();
    let path = format!("/w/{}.js", shop.public_key);
    let carried = || -> Vec<String> {
        let loader = shop.client.send("GET", &path, &[], "").expect(200).text;
        let carried = |(name, part): &(&String, &Value)| loader.contains(&format!("{name}:{}", part.as_str().unwrap()));
        parts.iter().filter(carried).map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(carried(), ["auto", "memory"], "a shop without surveys");
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "wait" })).expect(200);
    assert_eq!(carried(), ["memory"]);
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "none" })).expect(200);
    assert_eq!(carried(), [""; 0]);
    let mut definition = every_kind();
    definition["display"]["triggers"] = json!([{ "on": "scroll", "percent": 50 }, { "on": "event", "name": "bought" }]);
    let survey = shop.publish(&definition);
    assert_eq!(carried(), ["event", "scroll"]);
    let _ = shop.call("POST", &format!("/v1/surveys/{}/pause", survey.id), &Value::Null).expect(200);
    assert_eq!(carried(), [""; 0]);
}

#[test]
fn the_config_is_available_separately() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let path = format!("/w/{}.json", shop.public_key);
    let config = shop.client.send("GET", &path, &[], "").expect(200);
    assert_eq!(config.header("content-type"), "application/json");
    assert_eq!(config.header("cache-control"), "public, max-age=300, stale-while-revalidate=86400");
    assert_eq!(config.header("access-control-allow-origin"), "*");
    assert_eq!(config.json()["k"], json!(shop.public_key));
    assert_eq!((&config.json()["s"][0]["id"], &config.json()["s"][0]["v"]), (&json!(survey.id), &json!(1)));
    let loader = shop.client.send("GET", &format!("/w/{}.js", shop.public_key), &[], "").expect(200);
    assert!(loader.text.contains(&config.text), "equals the config in the loader");

    let tag = config.header("etag");
    assert_ne!(tag, loader.header("etag"));
    let same = shop.client.send("GET", &path, &[("if-none-match", tag)], "").expect(304);
    assert_eq!((same.text.as_str(), same.header("etag")), ("", tag));
    let _ = shop.publish_again(&survey.id);
    let newer = shop.client.send("GET", &path, &[("if-none-match", tag)], "").expect(200);
    assert_eq!(newer.json()["s"][0]["v"], json!(2));
    let _ = shop.client.send("GET", "/w/pk_nope.json", &[], "").expect(404);
    let _ = shop.client.send("GET", &format!("/w/{}.txt", shop.public_key), &[], "").expect(404);
}

#[test]
fn a_survey_is_served_in_one_language() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let path = |language: &str| format!("/w/{}/{}/{}/{language}.json", shop.public_key, survey.id, survey.version);
    let view = shop.client.send("GET", &path("pl"), &[], "").expect(200);
    assert_eq!(view.header("cache-control"), "private, max-age=1800");
    assert_eq!(view.header("access-control-allow-origin"), "*");
    let view = view.json();
    assert_eq!(view["lang"], "pl");
    assert_eq!(view["questions"][0]["text"], "Na ile polecisz Testowy Sklep?");
    assert_eq!(view["questions"][0]["high"], "niezwykle prawdopodobne", "the built-in texts");
    assert_eq!(view["questions"][1]["text"], "Why?", "a missing translation falls back");
    assert_eq!(view["questions"][1]["when"], json!({ "q": 0, "any": 0b111_1111 }));
    assert_eq!((&view["questions"][2]["min"], &view["questions"][2]["max"]), (&json!(1), &json!(7)));
    assert_eq!(view["questions"][4]["other"], "Something else");
    assert_eq!(view["ui"]["send"], "Wyślij");
    assert_eq!(shop.client.send("GET", &path("en"), &[], "").expect(200).json()["ui"]["send"], "Send");
    for missing in [
        path("ro"),
        path("polski"),
        path("pl").replace(".json", ""),
        path("pl").replace(&survey.id, "srv_nope"),
        path("pl").replace("/1/", "/2/"),
        path("pl").replace("/1/", "/one/"),
        path("pl").replace(&shop.public_key, "pk_nope"),
    ] {
        let refused = shop.client.send("GET", &missing, &[], "").expect(404);
        assert_eq!(refused.problems()[0].1, "not_found", "{missing}");
    }
}

#[test]
fn hashed_files_are_cached_for_a_year() {
    let shop = Shop::new(Worker::shared());
    let loader = shop.client.send("GET", &format!("/w/{}.js", shop.public_key), &[], "").expect(200).text;
    let start = loader.find("/a/").expect("the loader names the widget's folder");
    let folder: String = loader[start..].chars().take_while(|letter| !matches!(letter, '"' | '`' | '\'')).collect();
    let folder = folder.trim_end_matches('/');
    for (file, kind) in [("glas.js", "javascript"), ("glas_bg.wasm", "application/wasm")] {
        let reply = shop.client.send("GET", &format!("{folder}/{file}"), &[], "").expect(200);
        assert!(reply.header("content-type").contains(kind), "{}", reply.header("content-type"));
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
}

#[test]
fn an_unknown_key_is_not_found() {
    let client = Worker::shared().client();
    for path in ["/w/%ff.js", "/w/pk_nope/srv_nope/1/%ff.json"] {
        let refused = client.send("GET", path, &[], "").expect(400);
        assert_eq!(refused.problems(), [("path".into(), "invalid_format".into())], "{path}");
    }
    for path in ["/w/pk_nope.js", "/w/pk_00000000000000000000000000000000.js", "/w/x", "/w/.js"] {
        let refused = client.send("GET", path, &[], "").expect(404);
        assert_eq!(refused.header("content-type"), "application/problem+json", "{path}");
    }
    assert_eq!(client.send("GET", "/healthz", &[], "").expect(200).json(), json!({ "status": "ok" }));
    let unknown = client.send("GET", "/v1/nothing", &[], "").expect(404);
    assert_eq!(unknown.json()["problems"][0]["code"], json!("not_found"));
    let wrong_method = client.send("DELETE", "/v1/metrics", &[], "").expect(405);
    assert!(wrong_method.header("allow").contains("GET"));
    assert_ne!(wrong_method.json(), Value::Null);
}
