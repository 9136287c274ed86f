//! A shop of its own for each test: creates surveys, answers them like a page, and reads results like the owner.

use crate::{
    http::{Client, Reply},
    shopper::{ADDRESS_HEADER, address, client_secret, new_address},
    worker::Worker,
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The origin of the pages of test shops.
pub const ORIGIN: &str = "https://shop.example";

/// A shop.
#[derive(Debug, Clone)]
pub struct Shop {
    /// A client of the Worker.
    pub client: Client,
    /// The public key, used by pages.
    pub public_key: String,
    /// The secret key of the owner.
    pub secret_key: String,
}

/// A published survey.
#[derive(Debug, Clone)]
pub struct Published {
    /// Id.
    pub id: String,
    /// Version.
    pub version: u64,
}

impl Shop {
    /// Creates a shop with pages at [`ORIGIN`].
    #[must_use]
    pub fn new(worker: &Worker) -> Self {
        Self::with_origins(worker, &[ORIGIN])
    }

    /// Creates a shop with pages at these origins.
    #[must_use]
    pub fn with_origins(worker: &Worker, origins: &[&str]) -> Self {
        Self::make(worker, "Testowy Sklep", origins)
    }

    /// Creates a shop with this name and pages at [`ORIGIN`].
    #[must_use]
    pub fn named(worker: &Worker, name: &str) -> Self {
        Self::make(worker, name, &[ORIGIN])
    }

    fn make(worker: &Worker, name: &str, origins: &[&str]) -> Self {
        Self::at(worker.client(), &worker.dev.admin_token, name, origins)
    }

    /// Creates a shop as the operator of the service that `client` talks to.
    #[must_use]
    pub fn at(client: Client, admin_token: &str, name: &str, origins: &[&str]) -> Self {
        let body = json!({ "name": name, "language": "en", "origins": origins });
        let made = as_operator(&client, admin_token, "POST", "/v1/shops", &body).expect(201).json();
        let key = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { client, public_key: key("public_key"), secret_key: key("secret_key") }
    }

    /// Creates a shop with a time zone, a daily quota and pages at [`ORIGIN`].
    #[must_use]
    pub fn in_zone(client: Client, admin_token: &str, time_zone: &str, daily_answers: u32) -> Self {
        let body = json!({
            "name": time_zone, "language": "en", "origins": [ORIGIN], "time_zone": time_zone,
            "daily_answers": daily_answers,
        });
        let made = as_operator(&client, admin_token, "POST", "/v1/shops", &body).expect(201).json();
        let key = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { client, public_key: key("public_key"), secret_key: key("secret_key") }
    }

    /// The demo shop.
    #[must_use]
    pub fn demo(worker: &Worker) -> Self {
        let (public_key, secret_key) = (worker.dev.public_key.clone(), worker.dev.api_key.clone());
        Self { client: worker.client(), public_key, secret_key }
    }

    /// Sends a request of the owner.
    #[must_use]
    #[track_caller]
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        let authorization = format!("Bearer {}", self.secret_key);
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.client.send(method, path, &headers, body)
    }

    /// Sends a `GET` of the owner that has to succeed.
    #[must_use]
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.call("GET", path, &Value::Null).expect(200).json()
    }

    /// Imports a file of another tool.
    #[must_use]
    #[track_caller]
    pub fn import(&self, query: &str, file: impl Into<Vec<u8>>) -> Reply {
        let authorization = format!("Bearer {}", self.secret_key);
        let headers = [("authorization", authorization.as_str()), ("content-type", "text/csv; charset=utf-8")];
        self.client.send("POST", &format!("/v1/imports?{query}"), &headers, file)
    }

    /// Creates and publishes a survey.
    #[must_use]
    #[track_caller]
    pub fn publish(&self, definition: &Value) -> Published {
        let id = self.call("POST", "/v1/surveys", definition).expect(201).json()["id"].as_str().unwrap().to_owned();
        self.publish_again(&id)
    }

    /// Publishes the draft of a survey.
    #[must_use]
    #[track_caller]
    pub fn publish_again(&self, id: &str) -> Published {
        let survey = self.call("POST", &format!("/v1/surveys/{id}/publish"), &Value::Null).expect(200).json();
        Published { id: id.to_owned(), version: survey["version"].as_u64().unwrap() }
    }

    /// A submission as the widget writes it.
    #[must_use]
    pub fn submission(&self, survey: &Published, id: &str, revision: u32, answers: &Value) -> Value {
        json!({
            "id": id, "client_secret": client_secret(id), "revision": revision, "key": self.public_key,
            "survey": survey.id, "version": survey.version,
            "answers": answers, "complete": false,
            "context": { "url": format!("{ORIGIN}/thank-you"), "language": "en", "device": "mobile", "trigger": "load" },
        })
    }

    /// Sends a submission that the shop's server vouches for: with its secret key and the origin [`ORIGIN`].
    #[must_use]
    #[track_caller]
    pub fn submit(&self, submission: &Value) -> Reply {
        let authorization = format!("Bearer {}", self.secret_key);
        let headers =
            [("origin", ORIGIN), ("content-type", "application/json"), ("authorization", authorization.as_str())];
        self.submit_text(submission.to_string(), &headers)
    }

    /// Sends a submission from a page at [`ORIGIN`], unchanged. Each response comes from a visitor of its own.
    #[must_use]
    #[track_caller]
    pub fn submit_from_page(&self, submission: &Value) -> Reply {
        self.submit_text(submission.to_string(), &page_headers(&address(&submission["id"].to_string())))
    }

    /// The view token that a page receives with the texts of a survey, fetched by a new visitor; `None` if the survey has
    /// no texts for pages.
    #[must_use]
    #[track_caller]
    pub fn view_token(&self, survey: &Published) -> Option<String> {
        let path = format!("/w/{}/{}/{}/en.json", self.public_key, survey.id, survey.version);
        let reply = self.client.send("GET", &path, &[(ADDRESS_HEADER, &new_address())], "");
        reply.json()["t"].as_str().map(str::to_owned)
    }

    /// Sends a raw body as a submission.
    #[must_use]
    #[track_caller]
    pub fn submit_text(&self, body: impl Into<Vec<u8>>, headers: &[(&str, &str)]) -> Reply {
        self.client.send("POST", "/v1/submissions", headers, body)
    }

    /// Sends funnel events from a page at [`ORIGIN`] on a phone: survey, version and step of each. Each event has the view
    /// token of its survey, if there is one.
    #[must_use]
    #[track_caller]
    pub fn send_events(&self, events: &[(&str, u64, &str)]) -> Reply {
        let mut tokens = HashMap::new();
        let mut sent = Vec::new();
        for &(survey, version, step) in events {
            let viewed = Published { id: survey.to_owned(), version };
            let token = tokens.entry((survey, version)).or_insert_with(|| self.view_token(&viewed));
            sent.push(json!({
                "survey": survey, "version": version, "event": step, "device": "mobile", "language": "en",
                "token": token,
            }));
        }
        self.send_raw_events(
            json!({ "key": self.public_key, "events": sent }).to_string(),
            &page_headers(&new_address()),
        )
    }

    /// Sends a raw body as funnel events.
    #[must_use]
    #[track_caller]
    pub fn send_raw_events(&self, body: impl Into<Vec<u8>>, headers: &[(&str, &str)]) -> Reply {
        self.client.send("POST", "/v1/events", headers, body)
    }

    /// The configuration that its pages load.
    #[must_use]
    #[track_caller]
    pub fn config(&self) -> Value {
        self.client.send("GET", &format!("/w/{}.json", self.public_key), &[], "").expect(200).json()
    }

    /// The number of responses with a score, flagged or not, and of those with this score. A program answers faster than
    /// people do, so its responses may have flags.
    #[must_use]
    #[track_caller]
    pub fn scored(&self, metric: &str, score: u64) -> (u64, u64) {
        let found = self.get(&format!("/v1/metrics?metric={metric}&flag=any"));
        let number = |value: &Value| value.as_u64().expect("a number");
        (number(&found["n"]), number(&found["distribution"][score.to_string()]))
    }

    /// All responses that match a query, over all pages of the list.
    #[must_use]
    #[track_caller]
    pub fn all_responses(&self, query: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/v1/responses?limit=100&cursor={cursor}&{query}"));
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return all,
            }
        }
    }
}

/// The headers of a request of a page at [`ORIGIN`], from this address.
#[must_use]
pub fn page_headers(address: &str) -> [(&'static str, &str); 3] {
    [("origin", ORIGIN), ("content-type", "text/plain;charset=UTF-8"), (ADDRESS_HEADER, address)]
}

/// Sends a request of the operator.
#[must_use]
#[track_caller]
pub fn operator(worker: &Worker, method: &str, path: &str, body: &Value) -> Reply {
    as_operator(&worker.client(), &worker.dev.admin_token, method, path, body)
}

/// Sends a request of the operator with this token.
#[must_use]
#[track_caller]
pub fn as_operator(client: &Client, token: &str, method: &str, path: &str, body: &Value) -> Reply {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.send(method, path, &headers, body)
}

/// A survey with a question of each kind; `why` is shown to detractors only.
#[must_use]
pub fn every_kind() -> Value {
    json!({
        "name": "Every kind", "touchpoint": "purchase", "language": "en",
        "display": { "pages": ["/thank-you"], "delay_ms": 300 },
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely to recommend {shop}?", "pl": "Na ile polecisz {shop}?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" }, "ask_when": { "question": "nps", "to": 6 } },
            { "id": "ces", "kind": "ces", "text": { "en": "How easy?" } },
            { "id": "csat", "kind": "csat", "text": { "en": "How good?" } },
            { "id": "reason", "kind": "choice", "text": { "en": "What?" }, "other": { "en": "Something else" },
              "choices": [{ "id": "price", "text": { "en": "Price" } }, { "id": "delivery", "text": { "en": "Delivery" } }] },
        ],
    })
}
