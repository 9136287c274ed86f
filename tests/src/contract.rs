//! Tests the API against its OpenAPI document: schemathesis generates valid and invalid requests from the document and
//! checks every response against it.

mod strict;

use crate::{
    random::Random,
    shop::{ORIGIN, Published, Shop, every_kind},
    temp_dir,
    worker::{Worker, tool},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The schemathesis configuration.
const CONFIG: &str = include_str!("contract/schemathesis.toml");
/// Hooks that supply ids of existing resources.
const HOOKS: &str = include_str!("contract/hooks.py");

/// How much to test.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Generated requests per operation, in addition to boundary values.
    pub examples: u32,
    /// The seed of the generated requests.
    pub seed: u64,
    /// Phases to run.
    pub phases: &'static str,
}

/// The results.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Report {
    /// Operation totals.
    pub operations: Operations,
    /// Request totals.
    pub test_cases: Cases,
    /// Responses that violate the document.
    pub failures: Vec<Value>,
    /// Errors that prevented tests.
    pub errors: Vec<Value>,
    /// Accepted requests per operation.
    pub valid_rates: Value,
}

/// Number of operations.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Operations {
    /// In the document.
    pub total: u64,
    /// Tested.
    pub tested: u64,
}

/// Number of requests.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Cases {
    /// Sent.
    pub generated: u64,
    /// With a response that violates the document.
    pub with_failures: u64,
}

/// Runs schemathesis against the Worker.
///
/// # Panics
/// If a response violates the document, with the output of schemathesis.
#[must_use]
pub fn attempt(worker: &Worker, effort: Effort) -> Report {
    let folder = temp_dir::create();
    let served = worker.client().send("GET", "/openapi.json", &[], "").expect(200);
    assert_eq!(served.header("access-control-allow-origin"), "*", "the document may be read from any origin");
    let document = strict::strict(served.json());
    for (name, text) in
        [("openapi.json", document.to_string().as_str()), ("schemathesis.toml", CONFIG), ("hooks.py", HOOKS)]
    {
        fs::write(folder.path().join(name), text).expect("a file for schemathesis");
    }
    let (shop, survey) = furnished(worker);
    let keys = shop.get("/v1/keys");
    let key = keys["items"].as_array().and_then(|keys| keys.iter().find(|key| key["current"] == true));
    let key = key.and_then(|key| key["id"].as_str()).expect("the requesting key has an id");
    let output = Command::new(tool("GLAS_SCHEMATHESIS"))
        .args(["-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", "openapi.json"])
        .args(["--url", &worker.dev.origin, "--no-color", "--no-shrink", "--generation-database", "none"])
        .args(["--seed", &effort.seed.to_string(), "--max-examples", &effort.examples.to_string()])
        .args(["--phases", effort.phases, "--report", "json", "--report-json-path", "report.json"])
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", folder.path())
        .env("GLAS_SECRET_KEY", &shop.secret_key)
        .env("GLAS_OPERATOR_TOKEN", &worker.dev.admin_token)
        .env("GLAS_PUBLIC_KEY", &shop.public_key)
        .env("GLAS_KEY", key)
        .env("GLAS_SURVEY", &survey.id)
        .env("GLAS_PAGE_ORIGIN", ORIGIN)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("schemathesis starts");
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    keep(&printed);
    let report = read(&folder.path().join("report.json"));
    let report = report.unwrap_or_else(|| panic!("schemathesis ended with {}:\n{printed}", output.status));
    let broken = !output.status.success() || !report.failures.is_empty() || !report.errors.is_empty();
    assert!(!broken, "responses violate the document (seed {}):\n{printed}", effort.seed);
    report
}

/// A shop with data of every kind.
fn furnished(worker: &Worker) -> (Shop, Published) {
    let shop = Shop::new(worker);
    let survey = shop.publish(&every_kind());
    let _ = shop.call("POST", "/v1/surveys", &every_kind()).expect(201);
    let mut random = Random::seeded(98);
    for number in 0..12 {
        let id = random.uuid();
        let answers =
            json!([{ "question": "nps", "score": number % 11 }, { "question": "csat", "score": 1 + number % 5 }]);
        let mut submission = shop.submission(&survey, &id, 1, &answers);
        submission["context"]["customer"] = json!("c-1");
        submission["context"]["order"] = json!({ "id": "1001", "value": 12_990, "currency": "PLN" });
        let _ = shop.submit(&submission).expect(201);
    }
    let _ =
        shop.send_events(&[(&survey.id, survey.version, "view"), (&survey.id, survey.version, "start")]).expect(202);
    (shop, survey)
}

fn read(path: &Path) -> Option<Report> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Saves the output next to the build.
fn keep(printed: &str) {
    let _ = fs::write(tool("GLAS_SITE").with_file_name("schemathesis.log"), printed);
}

impl Report {
    /// Operations none of whose requests were accepted; they would count as tested although they were not.
    #[must_use]
    pub fn never_accepted(&self) -> Vec<String> {
        let rates: BTreeMap<String, Value> = serde_json::from_value(self.valid_rates.clone()).unwrap_or_default();
        rates.into_iter().filter(|(_, rate)| rate["accepted"] == 0).map(|(operation, _)| operation).collect()
    }
}
