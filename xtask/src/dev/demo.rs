//! The demo shop: a shop with the surveys of `xtask/demo/surveys.json`, created through the public API.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::server::Server;
use crate::paths;

/// A shop created by a run.
#[derive(Clone)]
pub struct Shop {
    /// The origin of its pages.
    pub origin: String,
    /// The key for pages.
    pub public_key: String,
    /// The secret key of the owner.
    pub api_key: String,
    /// `(id, name)`, in the order of the file.
    pub surveys: Vec<(String, String)>,
    /// The hash of the survey definitions it was created from.
    pub seed: String,
}

impl Shop {
    /// The values of a run without a shop.
    pub fn none(origin: String) -> Self {
        let empty = String::new;
        Self { origin, public_key: empty(), api_key: empty(), surveys: Vec::new(), seed: empty() }
    }
}

/// The URL that runs the cron trigger; `wrangler dev` does not run it on schedule.
const EVERY_MINUTE: &str = "/cdn-cgi/handler/scheduled?cron=*+*+*+*+*";

/// The surveys to create.
pub struct Surveys {
    bodies: Vec<Value>,
    /// Changes when the definitions change.
    pub hash: String,
}

/// Reads the survey definitions.
pub fn surveys() -> Result<Surveys> {
    let path = paths::root().join("xtask/demo/surveys.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let bodies =
        serde_json::from_slice(&text).with_context(|| format!("{} is not an array of surveys", path.display()))?;
    let hash = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Surveys { bodies, hash })
}

/// Creates the shop, then creates and publishes its surveys.
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
    // The published configuration is refreshed at most once a second, and the last change by the cron job only. The
    // reload of the pages ends the Worker's background work.
    thread::sleep(Duration::from_millis(1_100));
    server.call("GET", EVERY_MINUTE, admin_token, None)?;
    Ok(Shop { origin: origin.to_owned(), public_key, api_key, surveys: ids, seed: surveys.hash.clone() })
}

/// Sends a request that has to succeed.
fn post(server: &Server, path: &str, token: &str, body: Option<&Value>) -> Result<Value> {
    let reply = server.call("POST", path, token, body)?;
    if !(200..300).contains(&reply.status) {
        let sent = body.and_then(|body| body.get("name")).map(|name| format!(" for {name}")).unwrap_or_default();
        bail!("POST {path}{sent} failed with {}: {}", reply.status, reply.body);
    }
    serde_json::from_str(&reply.body)
        .with_context(|| format!("the response to POST {path} is not JSON: {}", reply.body))
}

fn word(value: &Value, name: &str) -> Result<String> {
    match value.get(name).and_then(Value::as_str) {
        Some(word) => Ok(word.to_owned()),
        None => bail!("the API response has no `{name}`: {value}"),
    }
}
