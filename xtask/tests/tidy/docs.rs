//! `ARCHITECTURE.md` names every top-level folder. It, `CONTRIBUTING.md` and `SECURITY.md` name no path that does not exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::source::root;

/// Generated folders, and git's own.
const GENERATED: [&str; 3] = [".git", "target", "node_modules"];

/// Build output inside the repository.
const BUILD_OUTPUT: [&str; 4] = ["target/", "edge/build", "widget/pkg", "edge/.wrangler"];

/// Pages for people who work on the repository.
const PAGES: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Extensions by which a name without a slash is recognised as a file.
const FILE_ENDINGS: [&str; 10] = [".rs", ".toml", ".md", ".js", ".css", ".html", ".sql", ".json", ".lock", ".yml"];

fn unnamed(map: &str, folders: &[String]) -> Vec<String> {
    let named = |folder: &String| map.contains(&format!("{folder}/")) || map.contains(&format!("`{folder}`"));
    folders.iter().filter(|folder| !named(folder)).cloned().collect()
}

/// The repository paths in backquotes. Globs, URL paths and `crate::item` are not paths.
fn paths(map: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut in_block = false;
    for line in map.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        for word in line.split('`').skip(1).step_by(2) {
            let path = word.strip_suffix('/').unwrap_or(word);
            let file = FILE_ENDINGS.iter().any(|ending| path.ends_with(ending));
            let plain = path.chars().all(|character| character.is_ascii_alphanumeric() || "._-/".contains(character));
            if plain && !path.starts_with('/') && (path.contains('/') || word.ends_with('/') || file) {
                found.insert(path.to_owned());
            }
        }
    }
    found.retain(|path| !BUILD_OUTPUT.iter().any(|made| format!("{path}/").starts_with(made)));
    found
}

fn missing(map: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    paths(map).into_iter().filter(|path| !exists(path)).collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_architecture_page_names_every_folder() {
    let mut folders = Vec::new();
    for entry in fs::read_dir(root()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() && !GENERATED.contains(&name.as_str()) {
            folders.push(name);
        }
    }
    let unnamed = unnamed(&page("ARCHITECTURE.md"), &folders);
    assert!(unnamed.is_empty(), "ARCHITECTURE.md does not name {}", unnamed.join(", "));
}

#[test]
fn pages_name_only_existing_paths() {
    let root = root();
    // A file may be given by its path or, within a crate's section, by its name.
    let exists = |path: &str| root.join(path).exists() || (!path.contains('/') && exists_below(&root, path));
    for name in PAGES {
        let missing = missing(&page(name), exists);
        assert!(missing.is_empty(), "{name} names paths that do not exist: {}", missing.join(", "));
    }
}

fn exists_below(folder: &Path, name: &str) -> bool {
    fs::read_dir(folder).unwrap().map(Result::unwrap).any(|entry| {
        let skipped = GENERATED.iter().any(|made| entry.file_name() == *made);
        entry.file_name() == name
            || (!skipped && entry.file_type().unwrap().is_dir() && exists_below(&entry.path(), name))
    })
}

#[test]
fn the_rules_can_fail() {
    let folders = ["survey".to_owned(), "edge".to_owned(), ".ci".to_owned()];
    assert_eq!(unnamed("`survey/` and `edge`", &folders), [".ci"]);

    let map = "`survey/src/id.rs`, `Cargo.toml`, `/v1/surveys`, `a::b`, `edge/*`, `target/dev`, `edge/build/`, `www/`, `D1`\n```\n`no/path`\n```";
    assert_eq!(paths(map).into_iter().collect::<Vec<_>>(), ["Cargo.toml", "survey/src/id.rs", "www"]);
    assert_eq!(missing(map, |path| path != "www"), ["www"]);
}
