//! The browsers of the end-to-end tests, one per engine, and their WebDrivers.

mod chromium;
mod firefox;
mod webkit;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::cache::Cache;
use super::debian;
use crate::process::{already, step};
use crate::{paths, versions};
use chromium::Browser;
use firefox::Firefox;
use webkit::WebKit;

/// The browsers. Chromium is required; another engine may be missing, with the reason.
pub struct Browsers {
    chromium: Browser,
    firefox: Result<Firefox, String>,
    webkit: Result<WebKit, String>,
}

impl Browsers {
    /// Finds the browsers, or installs them if Debian packages can be installed.
    pub fn ensure() -> Result<Self> {
        let missing = missing()?;
        if !missing.is_empty() && debian::can_install() {
            let cache = Cache::open()?;
            step(&format!("{} from Debian packages", missing.join(", ")), || debian::install(&cache, &missing))?;
        }
        let chromium = Browser::ensure()?;
        let firefox = match firefox::find()? {
            Some(program) => Ok(Firefox::with_driver(program)?),
            None => Err(format!(
                "`firefox` was not found on the PATH; set FIREFOX to its path{}",
                by_hand(&versions::DEBIAN_FIREFOX)
            )),
        };
        if let Ok(firefox) = &firefox {
            already(&format!("{} and its driver", firefox.name()));
        }
        let webkit = webkit::find()?.ok_or_else(|| webkit::why_not() + &by_hand(&versions::DEBIAN_WEBKIT));
        if webkit.is_ok() {
            already("WebKitGTK, its driver and Xvfb");
        }
        let browsers = Self { chromium, firefox, webkit };
        for (engine, why) in browsers.absent() {
            println!("  --    {engine}: {why}");
        }
        Ok(browsers)
    }

    /// The engines missing on this machine, each with the reason.
    pub fn absent(&self) -> Vec<(&'static str, &str)> {
        let firefox = self.firefox.as_ref().err().map(|why| ("firefox", why.as_str()));
        let webkit = self.webkit.as_ref().err().map(|why| ("webkit", why.as_str()));
        firefox.into_iter().chain(webkit).collect()
    }

    /// Passes the paths of the browsers to a command in environment variables.
    pub fn set_env(&self, command: &mut Command) {
        let mut all =
            vec![("GLAS_CHROMIUM", &self.chromium.chromium), ("GLAS_CHROMEDRIVER", &self.chromium.chromedriver)];
        if let Ok(firefox) = &self.firefox {
            all.extend([("GLAS_FIREFOX", &firefox.browser), ("GLAS_GECKODRIVER", &firefox.driver)]);
        }
        if let Ok(webkit) = &self.webkit {
            all.extend([("GLAS_WEBKIT", &webkit.browser), ("GLAS_WEBKITDRIVER", &webkit.driver)]);
            all.push(("GLAS_XVFB", &webkit.screen));
        }
        command.envs(all);
    }
}

/// Debian packages of the engines missing on this machine.
pub fn missing() -> Result<Vec<&'static str>> {
    let mut packages = Vec::new();
    if chromium::find()?.is_none() {
        packages.extend(versions::DEBIAN_CHROMIUM);
    }
    if firefox::find()?.is_none() {
        packages.extend(versions::DEBIAN_FIREFOX);
    }
    if webkit::find()?.is_none() {
        packages.extend(versions::DEBIAN_WEBKIT);
    }
    Ok(packages)
}

/// The command that installs the packages, on a system with apt.
fn by_hand(packages: &[&str]) -> String {
    match paths::on_path("apt-get") {
        Some(_) => format!("; or run\n    {}", debian::by_hand(packages)),
        None => String::new(),
    }
}

/// The program named by a variable, otherwise the first of these names on the `PATH`.
fn program(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    match env::var_os(variable).map(PathBuf::from) {
        Some(path) if !paths::is_executable(&path) => {
            bail!("{variable} is set to {}, which is not an executable file", path.display())
        }
        Some(path) => Ok(Some(path)),
        None => Ok(names.iter().find_map(|name| paths::on_path(name))),
    }
}

fn version_text(program: &Path) -> String {
    match Command::new(program).arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => error.to_string(),
    }
}

/// `Chromium 156.0.8078.79 built on …` → `(156, 0)`.
fn version(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut numbers = word.split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
        Some((major, minor.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_versions_are_parsed() {
        for (text, expected) in [
            ("Chromium 156.0.8078.79 built on Debian", Some((156, 0))),
            ("Google Chrome 155.0.1.2", Some((155, 0))),
            ("ChromeDriver 156.0.8078.79 (abc)", Some((156, 0))),
            ("Mozilla Firefox 153.7.0esr", Some((153, 7))),
            ("Mozilla Firefox 160.0a1", Some((160, 0))),
            ("geckodriver 0.37.1 (abc 2026-01-01)\n\nThe source", Some((0, 37))),
            ("WebKitGTK 2.50.6", Some((2, 50))),
            ("No such file or directory (os error 2)", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
