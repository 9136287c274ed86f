//! Chromium or Chrome, and chromedriver.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::super::cache::Cache;
use super::super::debian;
use super::{by_hand, program, version, version_text};
use crate::process::{already, step};
use crate::versions;

/// Browser and driver of the same version.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its WebDriver.
    pub chromedriver: PathBuf,
}

impl Browser {
    /// Finds both, or installs them if Debian packages can be installed.
    pub fn ensure() -> Result<Self> {
        let packages = versions::DEBIAN_CHROMIUM;
        if find()?.is_none() && debian::can_install() {
            let cache = Cache::open()?;
            step("Chromium and its driver from Debian packages", || debian::install(&cache, &packages))?;
        }
        let Some(browser) = find()? else {
            bail!(
                "the browser tests need Chromium (or Chrome) and chromedriver of the same version on the PATH; \
                 CHROME and CHROMEDRIVER can name them{}",
                by_hand(&packages)
            );
        };
        already(&format!("{} and its driver", browser.name()));
        Ok(browser)
    }

    /// `Chromium 156.0.8078.79`.
    fn name(&self) -> String {
        let words = version_text(&self.chromium);
        words.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }
}

/// `None` if one is missing; an error if the installed versions do not match.
pub fn find() -> Result<Option<Browser>> {
    let chromium = program("CHROME", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?;
    let chromedriver = program("CHROMEDRIVER", &["chromedriver"])?;
    let (Some(chromium), Some(chromedriver)) = (chromium, chromedriver) else {
        return Ok(None);
    };
    let (left, right) = (version_text(&chromium), version_text(&chromedriver));
    let major = |text: &str| version(text).map(|(major, _)| major);
    match (major(&left), major(&right)) {
        (Some(left), Some(right)) if left == right => Ok(Some(Browser { chromium, chromedriver })),
        _ => bail!(
            "{} reports version `{}` and {} reports `{}`; the tests need the same major version of both; \
             set CHROME and CHROMEDRIVER to use others",
            chromium.display(),
            left.trim(),
            chromedriver.display(),
            right.trim()
        ),
    }
}
