//! The row counts assumed by the model of docs/scale.md match the real Worker.

use serde_json::json;
use std::{
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tests::{
    http::Reply,
    random::Random,
    scale::{EVENTS, FIRST, LATER, Rows},
    shop::{ORIGIN, Shop, every_kind},
    supervisor::{Entry, Supervisor},
};

/// The rows that the local D1 counted for a request.
fn counted(reply: &Reply) -> Rows {
    let rows = |name: &str| reply.header(name).parse().unwrap();
    Rows { written: rows("x-rows-written"), read: rows("x-rows-read") }
}

#[test]
fn a_response_costs_the_modelled_number_of_rows() {
    let supervisor = Supervisor::start(Entry::Faulty);
    let shop = Shop::at(supervisor.client(), &supervisor.dev().admin_token, "Waga", &[ORIGIN]);
    let survey = shop.publish(&every_kind());
    let token = json!(shop.view_token(&survey));
    // Load the view like a shopper would; otherwise the flag of a missing view is counted too.
    thread::sleep(Duration::from_secs(1));
    let mut random = Random::seeded(60);
    // The first response of a day creates the day's rows; the second one is typical.
    for is_first in [true, false] {
        let ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let id = format!("{:08x}-{:04x}{}", (ms >> 16) & 0xffff_ffff, ms & 0xffff, &random.uuid()[13..]);
        let score = json!({ "question": "nps", "score": 4 });
        let mut first = shop.submission(&survey, &id, 1, &json!([score]));
        let words = json!({ "question": "why", "text": "slow" });
        let mut later = shop.submission(&survey, &id, 2, &json!([score, words]));
        later["complete"] = json!(true);
        (first["token"], later["token"]) = (token.clone(), token.clone());
        let events = [(survey.id.as_str(), survey.version, "impression"), (survey.id.as_str(), survey.version, "view")];
        let found = [
            counted(&shop.submit_from_page(&first).expect(201)),
            counted(&shop.submit_from_page(&later).expect(201)),
            counted(&shop.send_events(&events).expect(202)),
        ];
        if is_first {
            assert!(found[0].written > FIRST.written, "{found:?}");
        } else {
            assert_eq!(found, [FIRST, LATER, EVENTS], "a response, a later revision, an event batch");
        }
    }
    assert_eq!(shop.get("/v1/responses?flag=none")["items"].as_array().unwrap().len(), 2, "no flags");
}
