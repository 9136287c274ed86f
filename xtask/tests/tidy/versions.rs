//! The versions that xtask installs equal those in the lock files.

use std::fs;

use toml::{Table, Value};

use crate::source::root;

#[path = "../../src/versions.rs"]
#[allow(dead_code, reason = "not every version has a lock file to compare with")]
mod installed;

/// The versions of a package in `Cargo.lock`.
fn locked<'a>(lock: &'a Table, package: &str) -> Vec<&'a str> {
    let packages = lock["package"].as_array().unwrap().iter();
    packages
        .filter(|entry| entry["name"].as_str() == Some(package))
        .filter_map(|entry| entry["version"].as_str())
        .collect()
}

fn json(path: &str) -> serde_json::Value {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn wasm_bindgen_and_its_tool_have_the_same_version() {
    let lock: Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    assert_eq!(locked(&lock, "wasm-bindgen"), [installed::WASM_BINDGEN], "Cargo.lock and xtask/src/versions.rs");
}

#[test]
fn the_worker_crate_and_its_tool_have_the_same_version() {
    let lock: Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    assert_eq!(locked(&lock, "worker"), [installed::WORKER_BUILD], "Cargo.lock and xtask/src/versions.rs");
}

#[test]
fn npm_packages_match_the_lock_file() {
    let wanted = json("xtask/npm/tools/package.json");
    let lock = json("xtask/npm/tools/package-lock.json");
    let wanted = wanted["devDependencies"].as_object().unwrap();
    assert_eq!(wanted.len(), installed::NPM.len());
    for (name, version) in installed::NPM {
        assert_eq!(wanted[name], version, "{name} in xtask/npm/tools/package.json");
        assert_eq!(lock["packages"][format!("node_modules/{name}")]["version"], version, "{name} in its lock file");
    }
}

#[test]
fn posthog_matches_its_lock_file() {
    assert_eq!(json("xtask/npm/bench/package.json")["devDependencies"]["posthog-js"], installed::POSTHOG);
    let lock = json("xtask/npm/bench/package-lock.json");
    assert_eq!(lock["packages"]["node_modules/posthog-js"]["version"], installed::POSTHOG);
}

#[test]
fn node_matches_its_package_file() {
    let wanted = json("xtask/npm/node/package.json");
    for (name, version) in wanted["optionalDependencies"].as_object().unwrap() {
        assert_eq!(version, installed::NODE, "{name}");
    }
    let (major, minor) = installed::NODE_AT_LEAST;
    let numbers: Vec<u32> = installed::NODE.split('.').map(|number| number.parse().unwrap()).collect();
    assert!((numbers[0], numbers[1]) >= (major, minor));
    let lock = json("xtask/npm/tools/package-lock.json");
    let wrangler = &lock["packages"]["node_modules/wrangler"]["engines"]["node"];
    assert_eq!(*wrangler, format!(">={major}.{minor}.0"), "the lowest version that wrangler supports");
}

#[test]
fn schemathesis_matches_its_lock_file() {
    let read = |name: &str| fs::read_to_string(root().join("xtask/python").join(name)).unwrap();
    let wanted = format!("schemathesis=={}", installed::SCHEMATHESIS);
    assert_eq!(read("schemathesis.in").trim(), wanted);
    let lock = read("schemathesis.txt");
    assert!(
        lock.lines().any(|line| line.split_whitespace().next() == Some(wanted.as_str())),
        "{wanted} in the lock file"
    );
    for line in lock.lines().filter(|line| !line.is_empty() && !line.starts_with("    --hash=sha256:")) {
        assert!(line.contains("==") && line.ends_with('\\') && !line.contains("://"), "an exact version: {line}");
    }
}

#[test]
fn locked_versions_are_found_in_a_lock_file() {
    let lock: Table =
        "[[package]]\nname = \"a\"\nversion = \"1\"\n[[package]]\nname = \"a\"\nversion = \"2\"".parse().unwrap();
    assert_eq!(locked(&lock, "a"), ["1", "2"]);
    assert!(locked(&lock, "b").is_empty());
    assert!(lock.get("package").is_some_and(Value::is_array));
}
