//! Which crate may depend on which.

use std::fs;

use toml::{Table, Value};

use crate::source::root;

/// Each crate and the workspace crates that it may import. `tests` and `xtask` use built artefacts only.
const MAY_IMPORT: [(&str, &[&str]); 7] = [
    ("survey", &[]),
    ("insight", &["survey"]),
    ("widget", &["survey"]),
    ("edge", &["survey", "insight"]),
    ("tests", &[]),
    ("fuzz", &["survey", "insight"]),
    ("xtask", &[]),
];

/// Crates that the pure crates must not depend on, not even behind a feature.
const IMPURE: [&str; 14] = [
    "worker",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "tokio",
    "futures",
    "async-trait",
    "reqwest",
    "getrandom",
    "rand",
    "chrono",
    "jiff",
    "time",
];

fn forbidden(name: &str, manifest: &Table) -> Vec<String> {
    let Some((_, may)) = MAY_IMPORT.iter().find(|(krate, _)| *krate == name) else {
        return vec![format!("{name} is not in the table MAY_IMPORT")];
    };
    let pure = name == "survey" || name == "insight";
    let mut complaints = Vec::new();
    for (dependency, for_tests) in dependencies(manifest) {
        let ours = MAY_IMPORT.iter().any(|(krate, _)| *krate == dependency);
        if ours && !may.contains(&dependency.as_str()) {
            complaints.push(format!("{name} must not import {dependency}"));
        }
        if pure && !for_tests && IMPURE.contains(&dependency.as_str()) {
            complaints.push(format!("{name} is pure and must not import {dependency}"));
        }
        if name == "xtask" || name == "tests" {
            continue;
        }
        if !for_tests && dependency == "anyhow" {
            complaints.push(format!("{name} defines its own error types and must not import {dependency}"));
        }
    }
    complaints
}

/// The package names of all dependencies, and whether each is for tests only.
fn dependencies(manifest: &Table) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    for table in tables {
        for (section, for_tests) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let Some(section) = table.get(section).and_then(Value::as_table) else {
                continue;
            };
            for (name, how) in section {
                let renamed = how.get("package").and_then(Value::as_str);
                found.push((renamed.unwrap_or(name).to_owned(), for_tests));
            }
        }
    }
    found
}

#[test]
fn crates_import_only_allowed_crates() {
    let workspace: Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let mut complaints = Vec::new();
    for member in members {
        let path = root().join(member.as_str().unwrap()).join("Cargo.toml");
        let manifest: Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        complaints.extend(forbidden(manifest["package"]["name"].as_str().unwrap(), &manifest));
    }
    assert!(members.len() >= MAY_IMPORT.len());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_rule_can_fail() {
    #[track_caller]
    fn reports(name: &str, manifest: &str, complaint: &str) {
        let complaints = forbidden(name, &manifest.parse().unwrap());
        assert_eq!(complaints, if complaint.is_empty() { vec![] } else { vec![complaint.to_owned()] });
    }
    reports("widget", "[dependencies]\nedge = { path = \"../edge\" }", "widget must not import edge");
    reports("edge", "[dev-dependencies]\nwidget.workspace = true", "edge must not import widget");
    reports(
        "tests",
        "[dependencies]\nx = { package = \"survey\", path = \"../survey\" }",
        "tests must not import survey",
    );
    reports("survey", "[target.'cfg(unix)'.dependencies]\nchrono = \"0\"", "survey is pure and must not import chrono");
    reports("survey", "[dev-dependencies]\nrand = \"0\"", "");
    reports("insight", "[dependencies]\nsurvey.workspace = true", "");
    reports("common", "", "common is not in the table MAY_IMPORT");
}
