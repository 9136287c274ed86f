use super::*;
use std::collections::BTreeMap;
use survey::submission::{PageParameters, page_url};

#[test]
fn a_submission_is_stored_once_and_counted_once() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let submission = shop.submission(&survey, 1, 9);
    assert_eq!(shop.submit(&submission).expect(201).json()["result"], "stored");
    assert_eq!(shop.submit(&submission).expect(200).json()["result"], "duplicate");
    let nps = shop.get("/v1/metrics?metric=nps&flag=any");
    assert_eq!((&nps["n"], &nps["value"], &nps["distribution"]["9"]), (&json!(1), &json!(100.0), &json!(1)));
    let response = &shop.get("/v1/responses")["items"][0];
    assert_eq!((&response["id"], &response["complete"]), (&submission["id"], &json!(true)));
}

#[test]
fn a_higher_revision_replaces_a_lower_one() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let mut submission = shop.submission(&survey, 1, 9);
    shop.submit(&submission).expect(201);
    submission["answers"][0]["score"] = 2.into();
    let problems = shop.submit(&submission).expect(409).problems();
    assert_eq!(problems, [("conflict".to_owned(), "revision".to_owned())]);
    submission["revision"] = 2.into();
    shop.submit(&submission).expect(201);
    submission["revision"] = 1.into();
    assert_eq!(shop.submit(&submission).expect(200).json()["result"], "superseded");
    let distribution = &shop.get("/v1/metrics?metric=nps&flag=any")["distribution"];
    assert_eq!((&distribution["2"], &distribution["9"]), (&json!(1), &json!(0)));
}

#[test]
fn a_submission_of_another_origin_is_rejected() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let submission = shop.submission(&survey, 1, 9).to_string();
    for origin in ["https://evil.example", "http://shop.example", "https://shop.example.evil.example", ""] {
        let headers = [("origin", origin), ("content-type", "text/plain")];
        let reply = service.send("POST", "/v1/submissions", &headers, submission.clone()).expect(403);
        assert_eq!(reply.problems(), [("origin_not_allowed".to_owned(), "header.origin".to_owned())], "{origin}");
    }
    assert_eq!(shop.get("/v1/responses")["items"], json!([]));
}

#[test]
fn unknown_members_of_a_submission_are_ignored() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, name, value) in [(1, "challenge", json!("token")), (2, "challenge", json!(7)), (3, "other", json!([]))]
    {
        let mut submission = shop.submission(&survey, number, 9);
        submission[name] = value;
        shop.submit_from_page(&submission).expect(201);
    }
    for response in shop.get("/v1/responses")["items"].as_array().unwrap() {
        assert_eq!(response["flags"], json!(["no_token"]));
    }
}

#[test]
fn all_problems_of_a_submission_are_reported_at_once() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let mut submission = shop.submission(&survey, 1, 9);
    submission["answers"] = json!([{ "question": "q1", "score": 11 }, { "question": "q9", "score": 1 }]);
    submission["context"]["order"]["currency"] = "złoty".into();
    let mut places: Vec<String> =
        shop.submit(&submission).expect(400).problems().into_iter().map(|(_, at)| at).collect();
    places.sort();
    assert_eq!(places, ["answers[0].score", "answers[1].question", "context.order.currency"]);
}

#[test]
fn a_response_waits_in_the_queue_while_the_database_is_down() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let mut submission = shop.submission(&survey, 2, 9);
    submission["token"] = shop.view_token(&survey).into();
    // Reads of the config come from memory, so the next call of the database is the write.
    shop.submit(&shop.submission(&survey, 1, 9)).expect(201);
    service.platform.sqlite("DB_0").fail_next("D1 DB is overloaded. Requests queued for too long.");
    let reply = shop.submit_from_page(&submission).expect(202);
    assert_eq!(reply.json()["result"], "queued");
    let queued = service.platform.drain(crate::platform::Queue::Intake);
    assert_eq!(queued.len(), 1, "{queued:?}");
    assert!(queued[0].contains(&id(2)), "{queued:?}");
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 1);
}

#[test]
fn a_page_gets_the_loader_the_words_and_the_hosted_page() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let get = |path: &str| service.send("GET", path, &[], "");
    let loader = get(&format!("/w/{}.js", shop.public_key)).expect(200);
    assert!(loader.headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    let config = get(&format!("/w/{}.json", shop.public_key)).expect(200);
    assert!(config.body.contains(&survey), "{}", config.body);
    let tag = config.headers["etag"].to_str().unwrap();
    service.send("GET", &format!("/w/{}.json", shop.public_key), &[("if-none-match", tag)], "").expect(304);
    let words = get(&format!("/w/{}/{survey}/1/en.json", shop.public_key)).expect(200);
    assert!(words.body.contains("How likely"), "{}", words.body);
    let hosted = get(&format!("/s/{survey}?lang=en")).expect(200);
    assert!(hosted.body.contains("<html"), "{}", hosted.body);
    for missing in ["/w/pk_none.js", &format!("/w/{}/{survey}/2/en.json", shop.public_key), "/s/srv_none", "/nowhere"] {
        get(missing).expect(404);
    }
}

#[test]
fn a_shopper_reads_and_deletes_a_response_with_its_receipt() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let stored = shop.submit(&shop.submission(&survey, 1, 9)).expect(201).json();
    let path = format!("/r/{}", stored["receipt"].as_str().unwrap());
    let page = service.send("GET", &path, &[], "").expect(200);
    assert!(page.body.contains("reason 1"), "{}", page.body);
    service.send("POST", &path, &[("content-type", "application/x-www-form-urlencoded")], "").expect(303);
    assert_eq!(shop.get("/v1/responses")["items"], json!([]));
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 0);
    let again = shop.submit(&shop.submission(&survey, 1, 9)).expect(200).json();
    assert_eq!(again["result"], "erased", "a late copy does not bring it back");
}

#[test]
fn events_of_pages_make_the_funnel() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let token = shop.view_token(&survey);
    let event =
        |name: &str| json!({ "survey": survey, "version": 1, "event": name, "device": "mobile", "token": token });
    let events = json!({ "key": shop.public_key, "events": [event("impression"), event("view"), event("start")] });
    let headers = [("origin", ORIGIN), ("content-type", "text/plain")];
    service.send("POST", "/v1/events", &headers, events.to_string()).expect(202);
    let step = &shop.get("/v1/funnel")["items"][0];
    assert_eq!((&step["impressions"], &step["views"], &step["starts"]), (&json!(1), &json!(1), &json!(1)), "{step}");
    assert_eq!(service.platform.drain(crate::platform::Queue::Intake), [""; 0]);
}

/// The addresses that the domain and the widget are tested with, too.
fn addresses() -> Value {
    serde_json::from_str(include_str!("../../../survey/tests/addresses.json")).unwrap()
}

#[test]
fn no_secret_in_an_address_is_stored() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let addresses = addresses();
    let settings = json!({ "page_parameters": addresses["parameters"] });
    shop.call("PUT", "/v1/shop/settings", &settings).expect(200);
    // A page sends its own address, so each origin of the table becomes one of the shop's.
    let urls = addresses["secret"].as_array().unwrap().iter().chain(addresses["harmless"].as_array().unwrap());
    let urls: Vec<&str> = urls.map(|row| row["url"].as_str().unwrap()).collect();
    let origin = |url: &str| page_url::origin_of(&page_url::clean(url, &PageParameters::default()).unwrap()).to_owned();
    let origins: BTreeSet<String> = urls.iter().map(|url| origin(url)).collect();
    let execute = "UPDATE shops SET origins = ?2 WHERE id = ?1";
    let list = serde_json::to_string(&origins).unwrap();
    service.platform.sqlite("DB_0").connection().execute(execute, [&shop.id, &list]).unwrap();
    // The change of the settings publishes the config with these origins.
    clock::set(clock::now_ms() + 120_000);
    shop.call("PUT", "/v1/shop/settings", &settings).expect(200);

    let mut stored = BTreeMap::new();
    for (number, url) in (1..).zip(&urls) {
        let mut submission = shop.submission(&survey, number, 9);
        submission["context"]["url"] = (*url).into();
        let headers = [("origin", origin(url)), ("content-type", "text/plain".to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        service.send("POST", "/v1/submissions", &headers, submission.to_string()).expect(201);
        let response = shop.get(&format!("/v1/responses/{}", id(number)));
        stored.insert(*url, response["url"].as_str().unwrap().to_owned());
    }
    for row in addresses["secret"].as_array().unwrap() {
        let url = &stored[row["url"].as_str().unwrap()];
        for secret in row["secrets"].as_array().unwrap() {
            assert!(!url.contains(secret.as_str().unwrap()), "{row} -> {url}");
        }
    }
    for row in addresses["harmless"].as_array().unwrap() {
        assert_eq!(stored[row["url"].as_str().unwrap()], row["kept"].as_str().unwrap(), "{row}");
    }
}

#[test]
fn the_address_of_another_site_is_dropped_and_the_response_is_kept() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, url, stored) in [
        (1, "https://shop.example/thank-you?token=x", json!("https://shop.example/thank-you")),
        (2, "https://evil.example/login", Value::Null),
        (3, "https://shop.example@evil.example/", Value::Null),
        (4, "http://shop.example/", Value::Null),
        (5, "https://", Value::Null),
    ] {
        let mut submission = shop.submission(&survey, number, 9);
        submission["context"]["url"] = url.into();
        shop.submit(&submission).expect(201);
        assert_eq!(shop.get(&format!("/v1/responses/{}", id(number)))["url"], stored, "{url}");
    }
}
