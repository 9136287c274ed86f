//! axe-core, the checker of accessibility rules.

use crate::{browser::Browser, worker::tool};
use std::fs;

/// Runs on the whole page, and through open shadow roots; returns a line for each finding.
const CHECK: &str = "
return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) =>
    `${id}: ${help}: ${target.flat().join(' ')}: ${any.map(({ message }) => message).join(' ')}`)))";

/// Loads it with every page from now on.
///
/// # Panics
/// If it was not installed.
pub fn ready(browser: &Browser) {
    browser.before_each_page(&fs::read_to_string(tool("GLAS_NPM").join("axe-core/axe.min.js")).expect("axe-core"));
}

/// What it finds on the page as it is now.
#[must_use]
#[track_caller]
pub fn findings(browser: &Browser) -> Vec<String> {
    browser.run(CHECK)
}
