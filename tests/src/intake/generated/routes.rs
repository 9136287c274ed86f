//! Every route with a valid request and the required members of its response.

use super::{
    super::{
        Fixture,
        fixture::{anything, new_id},
    },
    mutation,
};
use crate::{
    checker,
    load::Call,
    random::Random,
    shop::{ORIGIN, every_kind},
    supervisor::Supervisor,
};
use serde_json::{Value, json};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Parameters, each with valid or almost valid values.
type Query = &'static [(&'static str, &'static [&'static str])];

const PAGING: Query = &[("limit", &["1", "50", "100"]), ("cursor", &["", "x"])];
const DAYS: Query = &[("from", &["2026-01-01", "2026-11-22"]), ("to", &["2026-12-31"]), ("survey", &["srv_none"])];
const CUSTOMER: Query = &[("customer", &["c-1", "c-none"]), ("limit", &["1", "200"]), ("cursor", &["x"])];
const METRICS: Query = &[
    ("metric", &["nps", "ces", "csat", "agree"]),
    ("from", &["2026-01-01", "2026-11-22"]),
    ("to", &["2026-12-31"]),
    ("touchpoint", &["purchase"]),
    ("flag", &["none"]),
];
const RESPONSES: Query = &[
    ("survey", &["srv_none"]),
    ("touchpoint", &["purchase"]),
    ("flag", &["none", "any", "no_token"]),
    ("from", &["2026-01-01", "2026-11-22T00:00:00Z"]),
    ("to", &["2027-01-01"]),
    ("limit", &["1", "500"]),
    ("cursor", &["", "x"]),
];
const ANSWERS: Query = &[
    ("metric", &["nps", "ces"]),
    ("class", &["detractor", "easy", "neutral"]),
    ("score_min", &["1", "7"]),
    ("score_max", &["5"]),
    ("question", &["nps", "reason"]),
    ("choice", &["price", "~other"]),
    ("words", &["kurier", "za%20drogo"]),
    ("has_text", &["true", "false"]),
    ("currency", &["PLN"]),
    ("order_min", &["0", "100"]),
    ("trait.plan", &["pro"]),
    ("page", &["/thank-you", "/*"]),
    ("excluded", &["false"]),
    ("tag", &["vip"]),
    ("form", &["usual", "complete"]),
    ("fields", &["id,answers", "survey_name"]),
];

/// The credentials of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Page,
    Bearer(String),
}

/// A route with a valid request.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) method: &'static str,
    path: String,
    query: Query,
    body: Value,
    who: Who,
    /// Required members of a JSON response.
    pub(super) members: &'static [&'static str],
    /// The response is HTML or CSV.
    pub(super) is_page: bool,
}

impl Route {
    /// An almost valid request.
    pub(super) fn call(&self, random: &mut Random) -> Call {
        let method = if random.below(12) == 0 { random.pick(&METHODS) } else { self.method };
        let mut path = self.path.clone();
        // Other paths belong to the static site.
        if path.starts_with("/v1/") && random.below(12) == 0 {
            path = format!("{}/{}", path.rsplit_once('/').map_or("", |(above, _)| above), mutation::word(random));
        }
        let mut mark = '?';
        for (name, values) in self.query {
            if random.below(3) == 0 {
                continue;
            }
            let value = if random.below(4) == 0 { mutation::word(random) } else { (*random.pick(values)).to_owned() };
            path.push_str(&format!("{mark}{name}={value}"));
            mark = '&';
        }
        let mut headers = Vec::new();
        match &self.who {
            Who::Page => headers.push(("origin", ORIGIN.to_owned())),
            Who::Bearer(_) if random.below(20) == 0 => headers.push(("authorization", "Bearer sk_unknown".to_owned())),
            Who::Bearer(token) => headers.push(("authorization", format!("Bearer {token}"))),
        }
        let kind = if random.below(20) == 0 { "text/html" } else { "application/json" };
        headers.push(("content-type", kind.to_owned()));
        let mut body = self.body.clone();
        if body.get("revision").is_some() {
            body["id"] = json!(new_id(random));
        }
        let has_body = !body.is_null() && !matches!(method, "GET" | "HEAD");
        let body = if has_body { mutation::text(&body, random) } else { Vec::new() };
        Call { method, path, headers, body: body.into() }
    }
}

/// All routes.
pub(super) fn all(fixture: &Fixture, supervisor: &Supervisor) -> Vec<Route> {
    let owner = Who::Bearer(fixture.shop.secret_key.clone());
    let operator = Who::Bearer(supervisor.dev().admin_token.clone());
    let (shop, survey) = (checker::shop_of(&fixture.shop.public_key), &fixture.survey.id);
    let draft =
        fixture.shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json()["id"].as_str().unwrap().to_owned();
    let content = anything(&mut Random::seeded(1));
    let mut submission = fixture.body("0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee", 1, &content);
    submission["context"]["order"] = json!({ "id": "o-1", "value": 12_990, "currency": "PLN" });
    submission["context"]["customer"] = json!("c-1");
    submission["context"]["traits"] = json!({ "plan": "pro", "orders": 3 });
    submission["website"] = json!("");
    let event =
        json!({ "survey": survey, "version": 1, "event": "view", "device": "mobile", "language": "en", "token": "t" });
    let events = json!({ "key": fixture.shop.public_key, "events": [event.clone(), event] });
    let plain = |method, path: &str, body: Value, who: &Who, members| Route {
        method,
        path: path.to_owned(),
        query: &[],
        body,
        who: who.clone(),
        members,
        is_page: false,
    };
    let asking =
        |path: &str, query: Query, who: &Who, members| Route { query, ..plain("GET", path, Value::Null, who, members) };
    let page = |path: String| Route { is_page: true, ..plain("GET", &path, Value::Null, &Who::Page, &[]) };
    let file = |path: &str| Route { is_page: true, ..asking(path, ANSWERS, &owner, &[]) };
    let answer = "/v1/responses/0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee";
    let list = &["items", "next_cursor"][..];
    let survey_path = |action: &str| format!("/v1/surveys/{draft}{action}");
    vec![
        plain("POST", "/v1/submissions", submission.clone(), &Who::Page, &["id", "revision", "result"]),
        plain("POST", "/v1/submissions", submission, &owner, &["id", "revision", "result"]),
        plain("POST", "/v1/events", events, &Who::Page, &[]),
        plain("POST", "/v1/surveys", every_kind(), &owner, &["id", "status", "version"]),
        plain("PUT", &survey_path(""), every_kind(), &owner, &["id", "status", "version"]),
        plain("POST", &survey_path("/publish"), Value::Null, &owner, &["id", "status", "version"]),
        plain("POST", &survey_path("/pause"), Value::Null, &owner, &["id", "status", "version"]),
        plain("POST", &survey_path("/resume"), Value::Null, &owner, &["id", "status", "version"]),
        plain("POST", &survey_path("/archive"), Value::Null, &owner, &["id", "status", "version"]),
        plain(
            "PUT",
            "/v1/shop/settings",
            json!({ "consent": "auto", "cooldown_days": 30, "retention_days": 365 }),
            &owner,
            &["consent"],
        ),
        plain("POST", "/v1/erasures", json!({ "customer": "c-none" }), &owner, &["erased", "more"]),
        plain(
            "POST",
            "/v1/erasures",
            json!({ "response": "0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee" }),
            &owner,
            &["erased", "more"],
        ),
        plain("POST", "/v1/erasures", json!({ "receipt": "0".repeat(50) }), &owner, &["erased", "more"]),
        plain(
            "POST",
            "/v1/shops",
            json!({ "name": "Generated", "language": "pl", "time_zone": "Europe/Warsaw", "origins": [ORIGIN] }),
            &operator,
            &["shop", "public_key", "secret_key"],
        ),
        plain(
            "PUT",
            &format!("/v1/shops/{shop}/quota"),
            json!({ "daily_answers": 1_000_000 }),
            &operator,
            &["daily_answers"],
        ),
        plain("POST", "/v1/dead-letters/none/retry", Value::Null, &owner, &[]),
        plain("DELETE", "/v1/dead-letters/none", Value::Null, &owner, &[]),
        plain("POST", "/v1/operator/dead-letters/none/retry", Value::Null, &operator, &[]),
        plain(
            "POST",
            "/v1/keys",
            json!({ "label": "Generated", "scopes": ["read"] }),
            &owner,
            &["id", "scopes", "key"],
        ),
        plain("PATCH", "/v1/keys/key_none", json!({ "label": "None" }), &owner, &[]),
        plain("POST", "/v1/keys/key_none/rotate", json!({ "overlap_hours": 1 }), &owner, &[]),
        plain("DELETE", "/v1/keys/key_none", Value::Null, &owner, &[]),
        plain("GET", "/v1/shop/settings", Value::Null, &owner, &["consent", "cooldown_days"]),
        plain("GET", &format!("/v1/surveys/{survey}"), Value::Null, &owner, &["id", "status", "version"]),
        plain("GET", "/v1/templates", Value::Null, &Who::Page, &[]),
        plain("GET", "/v1/templates/post_purchase_nps", Value::Null, &Who::Page, &[]),
        asking("/v1/keys", PAGING, &owner, list),
        asking("/v1/audit", PAGING, &owner, list),
        asking("/v1/surveys", PAGING, &owner, &["items"]),
        asking("/v1/responses", RESPONSES, &owner, list),
        asking("/v1/responses", ANSWERS, &owner, list),
        file("/v1/responses.csv"),
        file("/v1/responses.ndjson"),
        plain("PATCH", answer, json!({ "tags": ["vip"], "excluded": { "reason": "test" } }), &owner, &["id", "tags"]),
        plain("DELETE", answer, Value::Null, &owner, &[]),
        plain("GET", answer, Value::Null, &owner, &["id", "answers", "survey_name"]),
        asking("/v1/tags", PAGING, &owner, list),
        asking("/v1/metrics", METRICS, &owner, &["metric", "n", "distribution", "trend"]),
        asking("/v1/funnel", DAYS, &owner, &[]),
        asking("/v1/exports", CUSTOMER, &owner, &["customer", "items"]),
        asking("/v1/erasures", PAGING, &owner, list),
        asking("/v1/dead-letters", PAGING, &owner, list),
        asking("/v1/operator/dead-letters", PAGING, &operator, list),
        asking("/v1/counters", &DAYS[..2], &operator, &["total", "days"]),
        asking("/healthz", &[], &Who::Page, &["status"]),
        page(format!("/w/{}.js", fixture.shop.public_key)),
        page(format!("/w/{}/{survey}/1/en.json", fixture.shop.public_key)),
        page(format!("/s/{survey}")),
        page("/r/none".to_owned()),
    ]
}
