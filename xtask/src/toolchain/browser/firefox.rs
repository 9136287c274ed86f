//! Firefox, and geckodriver, which is built from its crate: Debian does not package it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::cache::Cache;
use super::super::crates;
use super::{program, version, version_text};
use crate::versions;

/// Browser and driver.
pub struct Firefox {
    /// The browser.
    pub browser: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
}

impl Firefox {
    /// Finds a driver for this browser: the installed one if it is new enough, otherwise our own build.
    pub fn with_driver(browser: PathBuf) -> Result<Self> {
        let fits =
            |driver: &Path| version(&version_text(driver)).is_some_and(|it| it >= versions::GECKODRIVER_AT_LEAST);
        let driver = match program("GECKODRIVER", &["geckodriver"])?.filter(|driver| fits(driver)) {
            Some(driver) => driver,
            None => {
                let cache = Cache::open()?;
                let built = crates::ensure(&cache, "geckodriver", "geckodriver", versions::GECKODRIVER)?;
                crates::remove_intermediates(&cache);
                built
            }
        };
        Ok(Self { browser, driver })
    }

    /// `Mozilla Firefox 153.7.0esr`.
    pub fn name(&self) -> String {
        version_text(&self.browser).trim().to_owned()
    }
}

/// The browser.
pub fn find() -> Result<Option<PathBuf>> {
    let of_a_mac = PathBuf::from("/Applications/Firefox.app/Contents/MacOS/firefox");
    let found = program("FIREFOX", &["firefox-esr", "firefox"])?;
    Ok(found.or_else(|| of_a_mac.exists().then_some(of_a_mac)))
}
