//! The demo shop: one shop and the surveys of `xtask/demo/surveys.json`, made through the API like anybody's.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::server::Server;
use crate::paths;

/// A shop that a run has made.
#[derive(Clone)]
pub struct Shop {
    /// Where its pages are.
    pub origin: String,
    /// For the page.
    pub public_key: String,
    /// For the owner.
    pub api_key: String,
    /// `(id, name)` in the order of the file.
    pub surveys: Vec<(String, String)>,
    /// The hash of the surveys it was made with.
    pub seed: String,
}

impl Shop {
    /// What a run without a shop says of itself.
    pub fn none(origin: String) -> Self {
        let empty = String::new;
        Self { origin, public_key: empty(), api_key: empty(), surveys: Vec::new(), seed: empty() }
    }
}

/// What runs every minute where there is a clock.
const EVERY_MINUTE: &str = "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*";

/// The surveys to create.
pub struct Surveys {
    bodies: Vec<Value>,
    /// Changes when they do.
    pub hash: String,
}

/// Reads the file.
pub fn surveys() -> Result<Surveys> {
    let path = paths::root().join("xtask/demo/surveys.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let bodies =
        serde_json::from_slice(&text).with_context(|| format!("{} is not an array of surveys", path.display()))?;
    let hash = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Surveys { bodies, hash })
}

/// Makes the shop, its surveys, and publishes them.
pub fn create(server: &Server, admin_token: &str, origin: &str, surveys: &Surveys) -> Result<Shop> {
    let made = post(
        server,
        "/v1/shops",
        admin_token,
        Some(&json!({
            "name": "Zielona Półka",
            "language": "pl",
            "time_zone": "Europe/Warsaw",
            "origins": [origin, origin.replace("127.0.0.1", "localhost")],
        })),
    )?;
    let public_key = word(&made, "public_key")?;
    let api_key = word(&made, "secret_key")?;
    let mut ids = Vec::new();
    for body in &surveys.bodies {
        let survey = post(server, "/v1/surveys", &api_key, Some(body))?;
        let id = word(&survey, "id")?;
        post(server, &format!("/v1/surveys/{id}/publish"), &api_key, None)?;
        ids.push((id, word(&survey, "name")?));
    }
    // Pages learn of changes once a second at most; of the last of these by the clock, which nobody starts here. What the
    // Worker meant to do after its reply ends with the reload that new pages bring.
    thread::sleep(Duration::from_millis(1_100));
    server.call("GET", EVERY_MINUTE, admin_token, None)?;
    Ok(Shop { origin: origin.to_owned(), public_key, api_key, surveys: ids, seed: surveys.hash.clone() })
}

/// A call that has to succeed.
fn post(server: &Server, path: &str, token: &str, body: Option<&Value>) -> Result<Value> {
    let reply = server.call("POST", path, token, body)?;
    if !(200..300).contains(&reply.status) {
        let sent = body.and_then(|body| body.get("name")).map(|name| format!(" for {name}")).unwrap_or_default();
        bail!("POST {path}{sent} was refused with {}: {}", reply.status, reply.body);
    }
    serde_json::from_str(&reply.body)
        .with_context(|| format!("POST {path} was answered with something that is not JSON: {}", reply.body))
}

fn word(value: &Value, name: &str) -> Result<String> {
    match value.get(name).and_then(Value::as_str) {
        Some(word) => Ok(word.to_owned()),
        None => bail!("the API's reply has no `{name}`: {value}"),
    }
}
