//! The service does not send the widget's default colours, so both must agree on them.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::Path};
use survey::theme::Tokens;

/// The contents of all stylesheets below a folder.
fn styles(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            all.push_str(&styles(&path));
        } else if path.extension().is_some_and(|ending| ending == "css") {
            all.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    all
}

#[test]
fn default_colours_equal_those_of_the_stylesheet() {
    let css = styles(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/src"));
    for (letter, tokens) in [("l", Tokens::LIGHT), ("d", Tokens::DARK)] {
        for (name, color) in tokens.named() {
            let long = format!("var(--{letter}-{name}, {color})");
            let short = long.replace("#ffffff", "#fff");
            assert!(css.contains(&long) || css.contains(&short), "no stylesheet has {short}");
        }
    }
}
