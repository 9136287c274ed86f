//! The loader's scripts know every trigger: each has a part, which the pinned tag contains as well.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::PathBuf};
use survey::Trigger;

/// Parts of the loader that are no triggers. The trigger `load` needs no part.
const OTHER_PARTS: [&str; 3] = ["button", "consent_platforms", "memory"];

fn loader() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../widget/loader")
}

fn parts() -> BTreeSet<String> {
    let names = fs::read_dir(loader().join("parts")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".js")?.to_owned()));
    names.filter(|name| !name.ends_with(".test")).collect()
}

#[test]
fn every_trigger_has_a_part() {
    let triggers = Trigger::NAMES.into_iter().filter(|name| *name != "load");
    let expected: BTreeSet<String> = triggers.chain(OTHER_PARTS).map(str::to_owned).collect();
    assert_eq!(parts(), expected, "the scripts in widget/loader/parts");
}

/// The tag starts when it is imported, so its source is read instead.
#[test]
fn the_pinned_tag_contains_every_part() {
    let tag = fs::read_to_string(loader().join("tag.js")).unwrap();
    let list = tag.split_once("  boot(").unwrap().1.split_once("{ ").unwrap().1.split_once(" }").unwrap().0;
    let members: BTreeSet<&str> = list.split(", ").map(|member| member.split(':').next().unwrap()).collect();
    for part in parts() {
        assert!(tag.contains(&format!("from './parts/{part}.js';")), "tag.js does not import the part {part}");
        // The built name of `consent_platforms` is `auto`.
        let member = if part == "consent_platforms" { "auto" } else { &part };
        assert!(members.contains(member), "tag.js does not pass the part {part} to `boot`");
    }
}
