//! The rules of the repository as tests. Each rule is a function from a source to complaints; each is tried on a sample
//! that breaks it as well, so that a rule which can never complain is noticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test program: whoever reads its failure is a developer"
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

use source::Source;

/// Fails with every complaint about every source.
#[track_caller]
fn check(rule: &str, sources: &[Source], complain: impl Fn(&Source) -> Vec<String>) {
    assert!(!sources.is_empty(), "{rule}: there is no source to check");
    let mut complaints = Vec::new();
    for source in sources {
        complaints.extend(complain(source).iter().map(|complaint| format!("{}{complaint}", source.path)));
    }
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}

/// A rule must complain about this text, and name the line.
#[track_caller]
fn catches(complain: impl Fn(&Source) -> Vec<String>, path: &str, text: &str, line: usize) {
    let complaints = complain(&Source::new(path, text));
    let at = format!(":{line}: ");
    assert!(complaints.iter().any(|complaint| complaint.starts_with(&at)), "{path} passed: {text}\n{complaints:?}");
}

/// A rule must have nothing against this text.
#[track_caller]
fn allows(complain: impl Fn(&Source) -> Vec<String>, path: &str, text: &str) {
    let complaints = complain(&Source::new(path, text));
    assert!(complaints.is_empty(), "{path}: {text}\n{complaints:?}");
}
