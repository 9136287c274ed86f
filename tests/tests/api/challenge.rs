//! Turnstile challenges, for shops that require them.

use serde_json::{Value, json};
use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc::{self, Receiver},
    thread,
};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

/// A verification service that accepts each valid token once, and reports the requests it received.
fn verifier() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/siteverify", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        let mut used = HashSet::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            if body.contains("response=broken") {
                write!(stream, "HTTP/1.1 500 Oops\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops").unwrap();
            } else {
                let success = body.contains("response=right") && used.insert(body.clone());
                let reply = json!({ "success": success }).to_string();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{reply}",
                    reply.len()
                )
                .unwrap();
            }
            sender.send(body).unwrap();
        }
    });
    (address, requests)
}

struct Fixture {
    shop: Shop,
    survey: Published,
}

impl Fixture {
    fn answer(&self, id: &str, revision: u32, proof: Option<&str>, status: u16) {
        let answers = json!([{ "question": "nps", "score": revision }]);
        let mut body = self.shop.submission(&self.survey, id, revision, &answers);
        body["challenge"] = proof.map_or(Value::Null, |proof| json!(proof));
        let _ = self.shop.submit(&body).expect(status);
    }

    fn is_flagged(&self, id: &str) -> bool {
        let rows = self.shop.all_responses("flag=no_challenge");
        rows.iter().any(|row| row["id"] == id)
    }
}

#[test]
fn a_response_without_a_passed_challenge_is_flagged_if_the_shop_requires_one() {
    let (address, requests) = verifier();
    let worker = Worker::start_with(&[("TURNSTILE_SECRET", "secret-of-the-test"), ("TURNSTILE_URL", &address)]);
    let shop = Shop::new(&worker);
    let survey = shop.publish(&every_kind());
    let fixture = Fixture { shop, survey };
    let mut random = Random::seeded(71);
    let mut id = || random.uuid();

    let unasked = id();
    fixture.answer(&unasked, 1, None, 201);
    assert!(!fixture.is_flagged(&unasked), "the shop requires no challenge");
    assert!(requests.try_recv().is_err(), "the verification service is not called");

    let settings = json!({ "challenge": true });
    assert_eq!(fixture.shop.call("PUT", "/v1/shop/settings", &settings).expect(200).json()["challenge"], true);
    let (right, wrong, none, away) = (id(), id(), id(), id());
    fixture.answer(&right, 1, Some("right-1"), 201);
    let request = requests.recv().unwrap();
    assert_eq!(request, "secret=secret-of-the-test&response=right-1", "no data of the visitor is sent");
    fixture.answer(&wrong, 1, Some("wrong"), 201);
    fixture.answer(&none, 1, None, 201);
    fixture.answer(&away, 1, Some("broken"), 201);
    assert_eq!([&right, &wrong, &none, &away].map(|id| fixture.is_flagged(id)), [false, true, true, false]);

    // A token is valid once, but pages send it with every revision: the first one to arrive counts.
    fixture.answer(&right, 1, Some("right-1"), 200);
    fixture.answer(&right, 2, Some("right-1"), 201);
    assert!(!fixture.is_flagged(&right));
    fixture.answer(&none, 2, Some("right-2"), 201);
    assert!(fixture.is_flagged(&none));
    assert_eq!(fixture.shop.get("/v1/metrics?metric=nps")["n"], 5, "flagged responses are counted too");
}
