//! Starts a limited number of browsers and reuses them.

use super::{Engine, Window, driver, notes};
use crate::{temp_dir, worker::tool};
use serde_json::{Value, json};
use std::sync::{Condvar, Mutex};
use tempfile::TempDir;
use thirtyfour::WebDriver;
use tokio::runtime::Runtime;

/// Flags that disable background traffic and features that need a display.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--lang=en-US",
    "--window-size=1280,900",
];

/// A running browser.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) engine: Engine,
    window: Window,
    pub(super) driver: WebDriver,
    pub(super) runtime: Runtime,
    /// Removed after the browser has stopped.
    _profile: TempDir,
}

impl Session {
    pub(super) fn start(engine: Engine, window: Window) -> Self {
        let profile = temp_dir::create();
        let mut wanted = match engine {
            Engine::Chromium => chromium(window, &profile),
            Engine::Firefox => firefox(window),
            Engine::WebKit => webkit(window),
        };
        wanted["timeouts"] = json!({ "script": 30_000, "pageLoad": 30_000 });
        let wanted: thirtyfour::Capabilities = serde_json::from_value(wanted).expect("capabilities");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let builder = WebDriver::builder(driver::url(engine), wanted).client(driver::Transport::new());
        let driver = runtime.block_on(async { builder.await }).expect("a browser");
        if engine == Engine::Chromium {
            let noting = json!({ "source": notes::NOTES });
            let devtools = driver.cdp();
            let noted = runtime.block_on(devtools.send_raw("Page.addScriptToEvaluateOnNewDocument", &noting));
            let _ = noted.expect("notes on each page");
        }
        let session = Self { engine, window, driver, runtime, _profile: profile };
        if engine != Engine::Chromium {
            if matches!(window, Window::Phone | Window::Narrow) {
                session.without_bars();
            }
            session.resize();
        }
        session
    }

    /// Replaces the window with one without toolbars, which would enforce a minimum width.
    fn without_bars(&self) {
        let (width, height) = self.window.size();
        let script = format!("open('about:blank', '', 'popup,width={width},height={height}')");
        self.runtime.block_on(async {
            let _ = self.driver.execute(script, []).await.expect("a script");
            self.driver.close_window().await.expect("the first window closes");
            let windows = self.driver.windows().await.expect("the windows");
            self.driver.switch_to_window(windows[0].clone()).await.expect("the window without bars");
        });
    }

    /// Resizes the window so that the page has the requested size; the window borders differ between browsers.
    fn resize(&self) {
        let (width, height) = self.window.size();
        self.runtime.block_on(async {
            self.driver.set_window_rect(0, 0, width, height).await.expect("the window is resized");
            let inner =
                self.driver.execute("return [innerWidth, innerHeight]", []).await.expect("the size of the page");
            let (inside, inside_height): (u32, u32) = inner.convert().expect("two numbers");
            self.driver
                .set_window_rect(0, 0, 2 * width - inside, 2 * height - inside_height)
                .await
                .expect("the window is resized");
        });
    }

    pub(super) fn end(self) {
        let _ = self.runtime.block_on(self.driver.quit());
    }

    /// Closes all tabs but one, and clears the page in it.
    fn tidy(&self) -> thirtyfour::error::WebDriverResult<()> {
        self.runtime.block_on(async {
            let tabs = self.driver.windows().await?;
            for tab in tabs.iter().skip(1) {
                self.driver.switch_to_window(tab.clone()).await?;
                self.driver.close_window().await?;
            }
            self.driver.switch_to_window(tabs[0].clone()).await?;
            self.driver.goto("about:blank").await?;
            if self.engine == Engine::Chromium {
                // Discard the console output, which belongs to the previous test.
                let _ = self.driver.browser_log().await?;
            }
            Ok(())
        })
    }
}

fn chromium(window: Window, profile: &TempDir) -> Value {
    let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
    flags.push(format!("--user-data-dir={}", profile.path().display()));
    if window == Window::Night {
        flags.push("--force-dark-mode".to_owned());
    }
    let mut options = json!({ "binary": tool("GLAS_CHROMIUM"), "args": flags });
    let touched =
        |width, height| json!({ "width": width, "height": height, "pixelRatio": 2, "touch": true, "mobile": true });
    match window {
        Window::Phone => options["mobileEmulation"] = json!({ "deviceMetrics": touched(390, 844) }),
        Window::Narrow => options["mobileEmulation"] = json!({ "deviceMetrics": touched(320, 640) }),
        Window::Desktop | Window::Night => {}
    }
    json!({ "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } })
}

fn firefox(window: Window) -> Value {
    let touched = i32::from(matches!(window, Window::Phone | Window::Narrow));
    let preferences = json!({
        // Coarse pointers for touch, otherwise fine ones with hover.
        "ui.primaryPointerCapabilities": if touched == 1 { 1 } else { 6 },
        "ui.allPointerCapabilities": if touched == 1 { 1 } else { 6 },
        "intl.accept_languages": "en-US",
        "layout.css.prefers-color-scheme.content-override": i32::from(window != Window::Night),
    });
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": { "binary": tool("GLAS_FIREFOX"), "args": ["-headless"], "prefs": preferences },
    })
}

fn webkit(window: Window) -> Value {
    let mut flags = vec!["--automation", "--javascript-can-open-windows-automatically=true"];
    if window == Window::Night {
        flags.push("--dark-mode");
    }
    json!({
        "browserName": "MiniBrowser",
        "webkitgtk:browserOptions": { "binary": tool("GLAS_WEBKIT"), "args": flags },
    })
}

/// Idle browsers, at most one per engine.
static IDLE: Mutex<Vec<Session>> = Mutex::new(Vec::new());

/// Takes an idle browser or starts one. The caller holds a slot of the engine.
pub(super) fn take(engine: Engine, window: Window) -> Session {
    let idle = {
        let mut idle = IDLE.lock().expect("a list");
        let at = idle.iter().position(|each| each.engine == engine);
        at.map(|at| idle.swap_remove(at))
    };
    match idle {
        Some(session) if session.window == window => session,
        other => {
            if let Some(other) = other {
                other.end();
            }
            Session::start(engine, window)
        }
    }
}

/// Keeps a browser for the next test. Its processes exit with this one.
pub(super) fn give_back(session: Session) {
    if session.tidy().is_err() {
        session.end();
        return;
    }
    let mut idle = IDLE.lock().expect("a list");
    if idle.iter().all(|each| each.engine != session.engine) {
        idle.push(session);
    } else {
        drop(idle);
        session.end();
    }
}

/// Permission to run one of a limited number of browsers.
#[derive(Debug)]
pub(super) struct Slot(Engine);

/// Used slots of each engine.
static TAKEN: Mutex<[usize; 3]> = Mutex::new([0; 3]);
static FREED: Condvar = Condvar::new();

impl Slot {
    pub(super) fn take(engine: Engine) -> Self {
        // A browser is a dozen processes, and the drivers of the other engines support one browser at a time.
        let at_once = if engine == Engine::Chromium { 2 } else { 1 };
        let full = |taken: &mut [usize; 3]| taken[engine as usize] >= at_once;
        let mut taken = FREED.wait_while(TAKEN.lock().expect("counts"), full).expect("counts");
        taken[engine as usize] += 1;
        Self(engine)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Ok(mut taken) = TAKEN.lock() {
            taken[self.0 as usize] -= 1;
        }
        FREED.notify_all();
    }
}
