//! `GET /s/{survey}`: the hosted page of a survey.

use serde_json::{Value, json};
use tests::{
    http::Reply,
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

/// The script tag, and a few lines that talk to the embedding page.
const SCRIPTS: usize = 2;

#[track_caller]
fn open(shop: &Shop, path: &str, accepted: &str) -> Reply {
    shop.client.send("GET", path, &[("accept-language", accepted)], "")
}

fn shop() -> (Shop, Published) {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    (shop, survey)
}

#[test]
fn the_page_contains_the_tag_and_forbids_other_scripts() {
    let (shop, survey) = shop();
    let page = open(&shop, &format!("/s/{}", survey.id), "").expect(200);
    for part in [
        "<!DOCTYPE html><html lang=\"en\" dir=\"ltr\">",
        "<meta name=\"robots\" content=\"noindex\">",
        "<title>Your opinion of Testowy Sklep</title>",
        "<h1>Your opinion of Testowy Sklep</h1>",
        "<div id=\"survey\"></div>",
        "<noscript>",
        &format!("src=\"/w/{}.js\"", shop.public_key),
        &format!("data-open=\"{}\" data-place=\"#survey\" data-lang=\"en\" data-consent=\"denied\"", survey.id),
        "data-trigger=\"link\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("data-order") && !page.text.contains("data-customer"), "{}", page.text);
    assert!(page.text.contains("<script async src=\"/a/hosted.js\"></script>"), "{}", page.text);
    assert_eq!(page.text.matches("<script").count(), SCRIPTS);
    assert!(!page.text.contains("style=") && !page.text.contains("<style"), "the policy would block inline styles");
    for (header, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
             img-src 'self'; frame-ancestors 'self' https://shop.example; base-uri 'none'; form-action 'none'",
        ),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", ""),
        ("set-cookie", ""),
    ] {
        assert_eq!(page.header(header), value, "{header}");
    }
    for (path, media_type) in
        [("/hosted.css", "text/css"), ("/a/hosted.js", "text/javascript"), ("/icon.svg", "image/svg")]
    {
        let file = shop.client.send("GET", path, &[], "").expect(200);
        assert!(file.header("content-type").starts_with(media_type), "{path}: {}", file.header("content-type"));
    }
}

#[test]
fn the_page_is_in_the_readers_language() {
    let shop = Shop::new(Worker::shared());
    let mut definition = every_kind();
    for (tag, text) in [("ar", "ما مدى احتمال أن توصي بـ {shop}؟"), ("pt-BR", "Recomendaria {shop}?")]
    {
        definition["questions"][0]["text"][tag] = json!(text);
    }
    let survey = shop.publish(&definition);
    for (query, accepted, lang, dir, heading) in [
        ("", "", "en", "ltr", "Your opinion of Testowy Sklep"),
        ("?lang=pl", "en", "pl", "ltr", "Twoja opinia o sklepie Testowy Sklep"),
        ("", "pl-PL,pl;q=0.9,en;q=0.8", "pl", "ltr", "Twoja opinia o sklepie Testowy Sklep"),
        ("?lang=de", "ar", "ar", "rtl", "رأيك في Testowy Sklep"),
        ("", "pt", "pt-BR", "ltr", "Your opinion of Testowy Sklep"),
        ("?lang=%22%3E%3Cscript%3E", "de", "en", "ltr", "Your opinion of Testowy Sklep"),
    ] {
        let page = open(&shop, &format!("/s/{}{query}", survey.id), accepted).expect(200);
        assert!(
            page.text.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\"")),
            "{query} {accepted}: {}",
            page.text
        );
        assert!(page.text.contains(&format!("data-lang=\"{lang}\"")), "{query} {accepted}");
        assert!(page.text.contains(&format!("<h1>{heading}</h1>")), "{query} {accepted}: {}", page.text);
    }
}

#[test]
fn query_values_are_escaped_or_dropped() {
    let (shop, survey) = shop();
    let query = "trigger=email&order_id=A%26B%221001&order_value=12990&order_currency=pln&customer=%3Cb%3E%22%27%26";
    let page = open(&shop, &format!("/s/{}?{query}&utm_source=x", survey.id), "en").expect(200);
    for part in [
        "data-trigger=\"email\"",
        "data-order-id=\"A&amp;B&quot;1001\"",
        "data-order-value=\"12990\"",
        "data-order-currency=\"PLN\"",
        "data-customer=\"&lt;b&gt;&quot;'&amp;\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for hostile in [
        "customer=%22%20onload=alert(1)%20x=%22",
        "order_id=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E&order_value=1&order_currency=PLN",
        "trigger=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        "order_value=%22%3E&order_currency=%22%3E%3C",
        "lang=%22onfocus=alert(1)",
    ] {
        let page = open(&shop, &format!("/s/{}?{hostile}", survey.id), "en").expect(200);
        assert_eq!(page.text.matches("<script").count(), SCRIPTS, "{hostile}: {}", page.text);
        assert!(!page.text.contains("<img") && !page.text.contains("\" on"), "{hostile}: {}", page.text);
    }
    let hostile = Shop::named(Worker::shared(), "<script>alert(1)</script> & \"Co\"");
    let survey = hostile.publish(&every_kind());
    let page = open(&hostile, &format!("/s/{}", survey.id), "en").expect(200);
    assert!(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;"), "{}", page.text);
    assert_eq!(page.text.matches("<script").count(), SCRIPTS);
}

#[test]
fn a_closed_or_unknown_survey_is_explained_in_the_readers_language() {
    let shop = Shop::new(Worker::shared());
    let made = |change: &dyn Fn(&mut Value)| {
        let mut definition = every_kind();
        change(&mut definition);
        shop.publish(&definition).id
    };
    let moved = |action: &str| {
        let id = made(&|_| {});
        let _ = shop.call("POST", &format!("/v1/surveys/{id}/{action}"), &Value::Null).expect(200);
        id
    };
    let draft = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json()["id"].as_str().unwrap().to_owned();
    let (closed, unknown) = ("Ta ankieta jest już zamknięta", "Tutaj nie ma ankiety");
    for (name, id, status, heading) in [
        ("paused", moved("pause"), 410, closed),
        ("archived", moved("archive"), 410, closed),
        ("over", made(&|definition| definition["audience"] = json!({ "until": "2020-01-01" })), 410, closed),
        ("not started", made(&|definition| definition["audience"] = json!({ "from": "2999-01-01" })), 404, unknown),
        ("a draft", draft, 404, unknown),
        ("an unknown one", format!("srv_{}", "0".repeat(26)), 404, unknown),
        ("a deleted one", format!("srv_{}", "0".repeat(16)), 404, unknown),
        ("nonsense", "x%22%3E".into(), 404, unknown),
        ("invalid UTF-8", "%ff".into(), 400, unknown),
    ] {
        let page = open(&shop, &format!("/s/{id}"), "pl").expect(status);
        assert!(page.text.contains("<html lang=\"pl\" dir=\"ltr\">"), "{name}: {}", page.text);
        assert!(page.text.contains(&format!("<h1>{heading}</h1>")), "{name}: {}", page.text);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{name}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none';"), "{name}");
        assert!(!page.text.contains("<script"), "{name}: no script");
    }
    let other = open(&shop, "/s/srv_nope", "sv, ar;q=0.5").expect(404);
    assert!(other.text.contains("<html lang=\"ar\" dir=\"rtl\">"), "{}", other.text);
    assert!(open(&shop, "/s/srv_nope", "").expect(404).text.contains("<h1>There is no survey here</h1>"));
}

#[test]
fn a_survey_within_its_days_is_shown() {
    let shop = Shop::new(Worker::shared());
    let mut definition = every_kind();
    definition["audience"] = json!({ "from": "2020-01-01", "until": "2999-12-31" });
    let survey = shop.publish(&definition);
    let _ = open(&shop, &format!("/s/{}", survey.id), "").expect(200);
}

#[test]
fn the_stored_page_url_has_no_query() {
    let worker = Worker::shared();
    let (shop, survey) = shop();
    let own = worker.dev.origin.as_str();
    let mut body = shop.submission(&survey, &Random::seeded(91).uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    body["context"]["url"] = json!(format!("{own}/s/{}?customer=c-7&order_id=1", survey.id));
    let _ = shop.submit_text(body.to_string(), &[("origin", own), ("content-type", "text/plain")]).expect(201);
    assert_eq!(shop.get("/v1/responses")["items"][0]["url"], json!(format!("{own}/s/{}", survey.id)));
}
