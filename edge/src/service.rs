//! The whole Worker in one process: the real router and store over SQLite, for tests.
//!
//! What only the platform can show (D1's limits and counters, KV, queues that redeliver, resets, browsers) is tested on
//! workerd by the crate `tests`.

mod budgets;
mod closing;
mod counting;
mod embedding;
mod identity;
mod operator;
mod owner;
mod page;
mod privacy;
mod renewal;
mod routes;
mod trust;

use crate::{
    app::App,
    platform::in_process::{ADMIN_TOKEN, InProcess, ready},
    router,
    time::clock,
};
use axum::{body::Body, response::Response};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::{cell::RefCell, collections::BTreeSet, sync::Arc};
use tower_service::Service as _;

/// An origin whose pages may send responses.
const ORIGIN: &str = "https://shop.example";

/// A deployment.
struct Service {
    platform: Arc<InProcess>,
    /// The routes that were called with success: method and pattern of the path.
    called: RefCell<BTreeSet<(String, String)>>,
}

/// A reply.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The codes of the problems, each with its place.
    #[track_caller]
    fn problems(&self) -> Vec<(String, String)> {
        let text = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
        let body = self.json();
        let problems = body["problems"].as_array().unwrap();
        problems.iter().map(|problem| (text(problem, "code"), text(problem, "at"))).collect()
    }
}

impl Service {
    fn new() -> Self {
        Self::with_databases(1)
    }

    fn with_databases(count: usize) -> Self {
        Self { platform: InProcess::new(count), called: RefCell::default() }
    }

    /// Sends a request, and runs what the handler left for after the reply.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let uri = format!("https://glas.example{path}");
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        let app = App::new(self.platform.platform());
        request.extensions_mut().insert(app);
        let response: Response = ready(router::shared().call(request)).unwrap();
        ready(self.platform.run_after_reply());
        let (parts, body) = response.into_parts();
        let bytes = ready(body.collect()).unwrap().to_bytes();
        if parts.status.is_success() || parts.status.is_redirection() {
            self.called.borrow_mut().insert((method.to_lowercase(), path.split('?').next().unwrap().to_owned()));
        }
        Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// Sends a request of the operator.
    fn operate(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.authorized(ADMIN_TOKEN, method, path, body)
    }

    fn authorized(&self, key: &str, method: &str, path: &str, body: &Value) -> Reply {
        let authorization = format!("Bearer {key}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &headers, body)
    }

    /// Creates a shop with pages at [`ORIGIN`].
    fn shop(&self) -> Shop<'_> {
        self.shop_in_zone("UTC")
    }

    fn shop_in_zone(&self, time_zone: &str) -> Shop<'_> {
        let body = json!({ "name": "Sklep", "language": "en", "origins": [ORIGIN], "time_zone": time_zone });
        let created = self.operate("POST", "/v1/shops", &body).expect(201).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Shop {
            service: self,
            id: text(&created["shop"]["id"]),
            public_key: text(&created["public_key"]),
            secret_key: text(&created["secret_key"]),
        }
    }
}

/// A shop of a deployment.
struct Shop<'a> {
    service: &'a Service,
    id: String,
    public_key: String,
    secret_key: String,
}

impl Shop<'_> {
    /// Sends a request of the owner.
    fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.service.authorized(&self.secret_key, method, path, body)
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.call("GET", path, &Value::Null).expect(200).json()
    }

    /// Creates and publishes a survey with an NPS question and a comment; its id.
    #[track_caller]
    fn publish(&self) -> String {
        let definition = json!({
            "name": "After the purchase", "touchpoint": "purchase", "language": "en",
            "questions": [
                { "id": "q1", "kind": "nps", "text": { "en": "How likely are you to recommend {shop}?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
            ],
        });
        let id = self.call("POST", "/v1/surveys", &definition).expect(201).json()["id"].as_str().unwrap().to_owned();
        self.call("POST", &format!("/v1/surveys/{id}/publish"), &Value::Null).expect(200);
        id
    }

    /// Sends a submission that the shop's server vouches for.
    fn submit(&self, submission: &Value) -> Reply {
        let authorization = format!("Bearer {}", self.secret_key);
        let headers =
            [("origin", ORIGIN), ("content-type", "application/json"), ("authorization", authorization.as_str())];
        self.service.send("POST", "/v1/submissions", &headers, submission.to_string())
    }

    /// Sends a submission of a page, unchanged: without a view token nothing vouches for it.
    fn submit_from_page(&self, submission: &Value) -> Reply {
        let headers = [("origin", ORIGIN), ("content-type", "text/plain")];
        self.service.send("POST", "/v1/submissions", &headers, submission.to_string())
    }

    /// The view token that a page receives with the texts of version 1 of a survey.
    #[track_caller]
    fn view_token(&self, survey: &str) -> String {
        let texts = self.service.send("GET", &format!("/w/{}/{survey}/1/en.json", self.public_key), &[], "");
        texts.expect(200).json()["t"].as_str().expect("a view token").to_owned()
    }

    /// A complete submission to version 1 of a survey. `number` makes the id, `score` is the NPS.
    fn submission(&self, survey: &str, number: u32, score: u8) -> Value {
        json!({
            "id": id(number), "client_secret": client_secret(number), "revision": 1, "key": self.public_key,
            "survey": survey, "version": 1, "complete": true,
            "answers": [{ "question": "q1", "score": score }, { "question": "why", "text": format!("reason {number}") }],
            "context": { "language": "en", "device": "mobile", "url": format!("{ORIGIN}/p/{number}"),
                "order": { "id": format!("o-{number}"), "value": 1_000, "currency": "PLN" },
                "customer": format!("c-{}", number % 3) },
        })
    }
}

/// A UUIDv7 of the current time.
fn id(number: u32) -> String {
    let ms = clock::now_ms();
    format!("{:08x}-{:04x}-7000-8000-{number:012x}", ms >> 16, ms & 0xffff)
}

/// The client secret of the response with this number: 22 characters of base64url.
fn client_secret(number: u32) -> String {
    format!("secret-of-{number:011}A")
}
