//! Which texts are masked, and which are kept.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod emails;
mod invariants;
mod numbers;
mod phones;
mod submissions;
mod unchanged;

use insight::redact;

/// Checks rows like `write to <email|jan@poczta.example>`: the angle brackets contain the kind and the text to be
/// masked. Reports every row with another result.
#[track_caller]
fn masked(rows: &[&str]) {
    let mut wrong = Vec::new();
    for row in rows {
        let (mut input, mut expected) = (String::new(), String::new());
        let mut kinds = Vec::new();
        for (at, piece) in row.split(['<', '>']).enumerate() {
            match piece.split_once('|').filter(|_| at % 2 == 1) {
                Some((kind, text)) => {
                    input.push_str(text);
                    expected.push_str(&format!("[{kind}]"));
                    kinds.push(kind);
                }
                None => {
                    input.push_str(piece);
                    expected.push_str(piece);
                }
            }
        }
        assert!(!kinds.is_empty(), "{row} has nothing to mask");
        let found = redact::text(&input);
        let counted = |kind: &&str| u32::try_from(kinds.iter().filter(|other| *other == kind).count()).unwrap();
        let counts_fit = found.counts.each().iter().all(|(kind, count)| *count == counted(kind));
        if found.text != expected || !counts_fit {
            wrong.push(format!("{input}\n    became {}\n    not    {expected}  {:?}", found.text, found.counts));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Checks that nothing is masked in these texts.
#[track_caller]
fn unchanged(rows: &[&str]) {
    let mut wrong = Vec::new();
    for row in rows {
        let found = redact::text(row);
        if found.text != *row || found.counts.total() != 0 {
            wrong.push(format!("{row}\n    became {}", found.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
