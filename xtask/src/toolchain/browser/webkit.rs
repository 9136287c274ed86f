//! WebKitGTK: its MiniBrowser, its driver, and Xvfb as a virtual display.

use std::env::consts::OS;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::program;
use crate::paths;

/// Browser, driver and display.
pub struct WebKit {
    /// The browser.
    pub browser: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
    /// Xvfb.
    pub screen: PathBuf,
}

/// `None` if one is missing.
pub fn find() -> Result<Option<WebKit>> {
    let browser = program("MINIBROWSER", &["MiniBrowser"])?.or_else(mini_browser);
    let driver = program("WEBKITWEBDRIVER", &["WebKitWebDriver"])?;
    let screen = program("XVFB", &["Xvfb"])?;
    let (Some(browser), Some(driver), Some(screen)) = (browser, driver, screen) else {
        return Ok(None);
    };
    Ok(Some(WebKit { browser, driver, screen }))
}

/// The reason why WebKit is unavailable.
pub fn why_not() -> String {
    match OS {
        "linux" => "WebKitWebDriver, MiniBrowser (both from WebKitGTK) or Xvfb was not found; WEBKITWEBDRIVER, \
                    MINIBROWSER and XVFB set their paths"
            .to_owned(),
        "macos" => "WebKitGTK runs on Linux only, and the tests do not support Safari".to_owned(),
        _ => format!("WebKitGTK runs on Linux only, not on {OS}"),
    }
}

/// Not installed on the PATH but next to the library; on Debian, in an architecture-specific folder.
fn mini_browser() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = [PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib64")];
    folders.into_iter().chain(libraries).find_map(|folder| in_folder(&folder))
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    let all = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    all.iter().map(|library| folder.join(library).join("MiniBrowser")).find(|file| paths::is_executable(file))
}
