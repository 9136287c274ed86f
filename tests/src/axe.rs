//! axe-core, an accessibility checker.

use crate::{browser::Browser, worker::tool};
use std::fs;

/// Checks the whole page, including open shadow roots; returns one line per finding.
const CHECK: &str = "
return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) =>
    `${id}: ${help}: ${target.flat().join(' ')}: ${any.map(({ message }) => message).join(' ')}`)))";

/// Injects axe-core into every page loaded from now on.
///
/// # Panics
/// If axe-core is not installed.
pub fn ready(browser: &Browser) {
    browser.before_each_page(&fs::read_to_string(tool("GLAS_NPM").join("axe-core/axe.min.js")).expect("axe-core"));
}

/// The findings on the current page.
#[must_use]
#[track_caller]
pub fn findings(browser: &Browser) -> Vec<String> {
    browser.run(CHECK)
}
