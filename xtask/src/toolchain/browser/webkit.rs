//! WebKit as Linux has it: WebKitGTK's small browser, its driver, and a screen in memory for it.

use std::env::consts::OS;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::program;
use crate::paths;

/// All three.
pub struct WebKit {
    /// The browser.
    pub browser: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
    /// Xvfb.
    pub screen: PathBuf,
}

/// `None` when something is missing.
pub fn find() -> Result<Option<WebKit>> {
    let browser = program("MINIBROWSER", &["MiniBrowser"])?.or_else(mini_browser);
    let driver = program("WEBKITWEBDRIVER", &["WebKitWebDriver"])?;
    let screen = program("XVFB", &["Xvfb"])?;
    let (Some(browser), Some(driver), Some(screen)) = (browser, driver, screen) else {
        return Ok(None);
    };
    Ok(Some(WebKit { browser, driver, screen }))
}

/// Why it is not here.
pub fn why_not() -> String {
    match OS {
        "linux" => "WebKitWebDriver, MiniBrowser (both of WebKitGTK) and Xvfb are not all here; WEBKITWEBDRIVER, \
                    MINIBROWSER and XVFB can name them"
            .to_owned(),
        "macos" => "WebKitGTK is for Linux only, and Safari is not driven by these tests".to_owned(),
        _ => format!("WebKitGTK is for Linux only, and this is {OS}"),
    }
}

/// It is no program for users, so it lies beside the library: in a folder of the machine's architecture on Debian.
fn mini_browser() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = [PathBuf::from("/usr/lib"), PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib64")];
    folders.into_iter().chain(libraries).find_map(|folder| in_folder(&folder))
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    let all = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
    all.iter().map(|library| folder.join(library).join("MiniBrowser")).find(|file| paths::is_executable(file))
}
