//! `/r/{code}`: shoppers read and delete their response.

use serde_json::{Value, json};
use tests::{
    http::Reply,
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

/// Submits a response in Polish with text to mask and to escape; returns its id and receipt.
fn answered(shop: &Shop, survey: &Published, seed: u64) -> (String, String) {
    let id = Random::seeded(seed).uuid();
    let answers = json!([
        { "question": "nps", "score": 3 },
        { "question": "why", "text": "Too <slow> & late, write to ala@kot.example" },
        { "question": "reason", "choices": [], "other": "\"paper\"" },
    ]);
    let mut submission = shop.submission(survey, &id, 1, &answers);
    submission["context"]["language"] = json!("pl");
    let receipt = shop.submit(&submission).expect(201).json()["receipt"].as_str().unwrap().to_owned();
    (id, receipt)
}

#[track_caller]
fn open(shop: &Shop, method: &str, path: &str, accepted: &str) -> Reply {
    shop.client.send(method, path, &[("accept-language", accepted)], "")
}

fn nps(shop: &Shop) -> Value {
    shop.get("/v1/metrics?metric=nps")["n"].clone()
}

#[test]
fn the_page_shows_the_stored_response_in_its_language() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let (_, code) = answered(&shop, &survey, 401);
    let page = open(&shop, "GET", &format!("/r/{code}"), "en").expect(200);
    for part in [
        "<html lang=\"pl\" dir=\"ltr\"",
        "<h1>Twoja opinia o sklepie Testowy Sklep</h1>",
        "<dt>Na ile polecisz Testowy Sklep?</dt><dd>3 z 10</dd>",
        "Too &lt;slow&gt; &amp; late, write to [email]</dd>",
        "<dd>&quot;paper&quot;</dd>",
        "nawiasów kwadratowych",
        "<form method=\"post\" action=\"?lang=pl\"><button type=\"submit\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for part in ["ala@kot", "<script", "style=", "<slow>"] {
        assert!(!page.text.contains(part), "{part}: {}", page.text);
    }
    for (header, value) in [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
        ),
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(page.header(header), value, "{header}");
    }
}

#[test]
fn only_the_button_deletes_the_response() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let (id, code) = answered(&shop, &survey, 402);
    let (kept, _) = answered(&shop, &survey, 403);
    let place = format!("/r/{code}");
    for method in ["HEAD", "GET", "HEAD"] {
        let _ = open(&shop, method, &place, "en").expect(200);
        assert_eq!(nps(&shop), 2, "{method}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let _ = open(&shop, method, &place, "en").expect(405);
    }
    assert_eq!(nps(&shop), 2);

    // Deleting is idempotent.
    for _ in 0..2 {
        let done = open(&shop, "POST", &format!("{place}?lang=pl"), "en").expect(303);
        assert_eq!(done.header("location"), format!("{place}?lang=pl"));
        assert_eq!(nps(&shop), 1);
    }
    let after = open(&shop, "GET", &format!("{place}?lang=pl"), "en").expect(410);
    assert!(after.text.contains("Twoja odpowiedź została usunięta"), "{}", after.text);
    assert_eq!(after.header("referrer-policy"), "no-referrer");
    let after = open(&shop, "GET", &place, "de").expect(410);
    assert!(after.text.contains("Ihre Antwort ist gelöscht"), "{}", after.text);
    let left = shop.all_responses("");
    assert_eq!(left.iter().map(|response| &response["id"]).collect::<Vec<_>>(), [&json!(kept)]);

    // A queued copy does not restore it.
    let mut late = shop.submission(&survey, &id, 2, &json!([{ "question": "nps", "score": 10 }]));
    late["complete"] = json!(true);
    assert_eq!(shop.submit(&late).expect(200).json()["result"], "erased");
    assert_eq!(nps(&shop), 1);

    let audit = shop.get("/v1/erasures");
    let items = audit["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{audit}");
    assert_eq!(
        (&items[0]["by"], &items[0]["what"], &items[0]["responses"]),
        (&json!("shopper"), &json!("response"), &json!(1))
    );
    assert!(!audit.to_string().contains(&id));
}

#[test]
fn an_unknown_code_shows_nothing() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let (_, code) = answered(&shop, &survey, 404);
    let last = if code.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{last}", &code[..code.len() - 1]);
    for bad in [&forged, &code[1..], &code.to_uppercase(), "x", "%ff", "%00", &"0".repeat(50), &"z".repeat(5_000)] {
        for method in ["GET", "POST"] {
            let reply = open(&shop, method, &format!("/r/{bad}"), "ro").expect(404);
            assert!(reply.text.contains("Sub acest cod nu se păstrează nimic"), "{bad}: {}", reply.text);
            assert_eq!(reply.header("content-security-policy").matches("default-src 'none'").count(), 1);
        }
    }
    assert_eq!(nps(&shop), 1);
}
