//! The rules of the repository as tests. A rule is a function from a source to complaints. Each rule is also run on
//! samples that break it, so that a rule that cannot fail is noticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test program whose failures are read by developers"
)]

#[path = "tidy/crates.rs"]
mod crates;
#[path = "tidy/docs.rs"]
mod docs;
#[path = "tidy/edge.rs"]
mod edge;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/pure.rs"]
mod pure;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/versions.rs"]
mod versions;
#[path = "tidy/widget.rs"]
mod widget;
#[path = "tidy/words.rs"]
mod words;

use source::Source;

/// Fails with the complaints about all sources.
#[track_caller]
fn check(rule: &str, sources: &[Source], complain: impl Fn(&Source) -> Vec<String>) {
    assert!(!sources.is_empty(), "{rule}: no source files found");
    let mut complaints = Vec::new();
    for source in sources {
        complaints.extend(complain(source).iter().map(|complaint| format!("{}{complaint}", source.path)));
    }
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}

/// Asserts that a rule complains about this text and names the line.
#[track_caller]
fn catches(complain: impl Fn(&Source) -> Vec<String>, path: &str, text: &str, line: usize) {
    let complaints = complain(&Source::new(path, text));
    let at = format!(":{line}: ");
    assert!(
        complaints.iter().any(|complaint| complaint.starts_with(&at)),
        "{path}: no complaint about {text}\n{complaints:?}"
    );
}

/// Asserts that a rule accepts this text.
#[track_caller]
fn allows(complain: impl Fn(&Source) -> Vec<String>, path: &str, text: &str) {
    let complaints = complain(&Source::new(path, text));
    assert!(complaints.is_empty(), "{path}: {text}\n{complaints:?}");
}
