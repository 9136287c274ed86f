//! Files are short, have descriptive names, and contain no unfinished code.

use crate::source::{Source, lines_with, rust, sources};
use crate::{allows, catches, check};

/// Maximum number of lines per file.
const LINES: usize = 400;

/// Files that may be longer, each with the reason. Should stay empty.
const LONGER: [(&str, &str); 0] = [];

/// Names that do not describe the content of a file.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "types", "models"];

const ALL: [&str; 8] = ["survey", "insight", "widget", "edge", "www", "tests", "fuzz", "xtask"];

fn is_short(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let excused = LONGER.iter().any(|(path, _)| *path == source.path);
    if lines <= LINES || excused {
        return Vec::new();
    }
    vec![format!(":{lines}: a file has at most {LINES} lines; split or shorten this one")]
}

fn has_a_name(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for part in source.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if EMPTY_NAMES.contains(&stem) {
            complaints.push(format!(":1: `{stem}` does not describe the content"));
        }
        if part == "mod.rs" {
            complaints.push(":1: use `foo.rs` next to `foo/`, not `foo/mod.rs`".to_owned());
        }
    }
    complaints
}

fn is_finished(source: &Source) -> Vec<String> {
    let mut complaints = source.lines_with(&["todo!", "unimplemented!", "dbg!"], "unfinished code");
    complaints.extend(source.lines_with(&["#[ignore"], "ignored tests prove nothing; fix or remove the test"));
    complaints
}

/// No committed file names the registry or mirror of one machine.
fn names_no_registry(source: &Source) -> Vec<String> {
    let text = source.text.replace(CRATES_IO, "");
    lines_with(&text, &["\"resolved\":", "registry+", "sparse+"], "names a registry host")
}

/// The source that `Cargo.lock` records for every crate of the public registry, whichever mirror was used.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn files_are_short() {
    check("at most 400 lines", &sources(&ALL, &[".rs", ".js", ".css", ".html"]), is_short);
}

#[test]
fn files_have_descriptive_names() {
    check("descriptive names", &sources(&ALL, &[".rs", ".js", ".css", ".html"]), has_a_name);
}

#[test]
fn no_file_contains_unfinished_code() {
    let mut all = rust(&ALL);
    // This file contains the markers that it looks for.
    all.retain(|source| source.path != "xtask/tests/tidy/files.rs");
    check("no unfinished code", &all, is_finished);
}

#[test]
fn lock_files_name_no_registry_host() {
    check("no registry host", &sources(&["Cargo.lock", "xtask/npm"], &[".lock", ".json"]), names_no_registry);
}

#[test]
fn the_rules_can_fail() {
    catches(is_short, "a.rs", &"\n".repeat(401), 401);
    allows(is_short, "a.rs", &"\n".repeat(400));
    for path in ["edge/src/utils.rs", "widget/loader/helpers.js", "edge/src/common/a.rs", "survey/src/wire/mod.rs"] {
        catches(has_a_name, path, "", 1);
    }
    allows(has_a_name, "survey/src/metric.rs", "");
    catches(is_finished, "a.rs", "\nfn a() { todo!() }", 2);
    catches(is_finished, "a.rs", "#[ignore]\nfn a() {}", 1);
    allows(is_finished, "a.rs", "// todo!");
    catches(names_no_registry, "package-lock.json", "{\n\"resolved\": \"https://mirror/x.tgz\"", 2);
    catches(names_no_registry, "Cargo.lock", "source = \"registry+https://mirror/index\"", 1);
    allows(names_no_registry, "Cargo.lock", &format!("source = \"{CRATES_IO}\""));
}
