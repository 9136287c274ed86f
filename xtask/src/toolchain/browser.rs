//! The browser of the outside tests.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::cache::Cache;
use super::debian;
use crate::step::{already, step};
use crate::{paths, pins};

/// Chromium and the program that drives it.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its WebDriver.
    pub chromedriver: PathBuf,
}

impl Browser {
    /// Finds both, or installs them where Debian's packages can be installed.
    pub fn ensure() -> Result<Self> {
        if let Some(browser) = find()? {
            already(&format!("{} and its driver", browser.name()));
            return Ok(browser);
        }
        let packages = pins::DEBIAN_BROWSER;
        if paths::on_path("apt-get").is_none() {
            bail!(
                "the browser tests need Chromium (or Chrome) and chromedriver of the same version on the PATH; \
                 CHROME and CHROMEDRIVER can name them"
            );
        }
        let cache = Cache::open()?;
        step("chromium and its driver, from Debian's packages", || debian::install(&cache, &packages))?;
        match find()? {
            Some(browser) => Ok(browser),
            None => bail!(
                "{} are installed but not on the PATH; CHROME and CHROMEDRIVER can name them",
                packages.join(" and ")
            ),
        }
    }

    fn name(&self) -> String {
        let words = version_text(&self.chromium);
        words.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }
}

/// `None` when something is missing; an error when what is there cannot work.
fn find() -> Result<Option<Browser>> {
    let chromium = named("CHROME")?.or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
            .iter()
            .find_map(|name| paths::on_path(name))
    });
    let chromedriver = named("CHROMEDRIVER")?.or_else(|| paths::on_path("chromedriver"));
    let (Some(chromium), Some(chromedriver)) = (chromium, chromedriver) else {
        return Ok(None);
    };
    let (browser, driver) = (version_text(&chromium), version_text(&chromedriver));
    match (major(&browser), major(&driver)) {
        (Some(left), Some(right)) if left == right => Ok(Some(Browser { chromium, chromedriver })),
        _ => bail!(
            "{} says it is `{}` and {} says it is `{}`: the tests need the same major version of both; \
             CHROME and CHROMEDRIVER can name others",
            chromium.display(),
            browser.trim(),
            chromedriver.display(),
            driver.trim()
        ),
    }
}

/// A program that a variable names.
fn named(variable: &str) -> Result<Option<PathBuf>> {
    match env::var_os(variable).map(PathBuf::from) {
        Some(path) if !paths::is_executable(&path) => {
            bail!("{variable} names {}, which is not a program", path.display())
        }
        found => Ok(found),
    }
}

fn version_text(program: &Path) -> String {
    match Command::new(program).arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => error.to_string(),
    }
}

/// `Chromium 156.0.8078.79 built on …` → `156`.
fn major(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors() {
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian"), Some(156));
        assert_eq!(major("Google Chrome 155.0.1.2"), Some(155));
        assert_eq!(major("ChromeDriver 156.0.8078.79 (abc)"), Some(156));
        assert_eq!(major("No such file or directory (os error 2)"), None);
    }
}
