//! A real browser: Chromium, driven as a person would, by WebDriver.

mod driver;
mod notes;
mod panel;

pub use panel::Panel;
pub use thirtyfour::Key;

use crate::{scratch, worker::tool};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::{Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use thirtyfour::{By, TypingData, WebDriver, WebElement, error::WebDriverResult};
use tokio::runtime::Runtime;

/// A state that does not come within this will not come.
const PATIENCE: Duration = Duration::from_secs(15);

/// Browsers at a time. Each is a dozen processes.
const AT_ONCE: usize = 2;

/// Nothing that calls home, nothing that a machine without a screen has not.
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

/// What it is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 390 × 844 CSS pixels, touched.
    Phone,
    /// 320 × 640 CSS pixels, touched: the narrowest that counts.
    Narrow,
    /// 1280 pixels wide, with a mouse.
    Desktop,
}

/// A browser of a test's own, with an empty profile. Dropping it ends it; if the test failed, a picture is kept.
#[derive(Debug)]
pub struct Browser {
    driver: Option<WebDriver>,
    runtime: Runtime,
    /// Removed when the browser has ended.
    _profile: TempDir,
    _turn: Turn,
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn open(window: Window) -> Self {
        let turn = Turn::take();
        let profile = scratch::folder();
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({ "binary": tool("GLAS_CHROMIUM"), "args": flags });
        let touched =
            |width, height| json!({ "width": width, "height": height, "pixelRatio": 2, "touch": true, "mobile": true });
        match window {
            Window::Phone => options["mobileEmulation"] = json!({ "deviceMetrics": touched(390, 844) }),
            Window::Narrow => options["mobileEmulation"] = json!({ "deviceMetrics": touched(320, 640) }),
            Window::Desktop => {}
        }
        let wanted = json!({
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": 30_000, "pageLoad": 30_000 },
        });
        let wanted: thirtyfour::Capabilities = serde_json::from_value(wanted).expect("capabilities");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let driver = runtime
            .block_on(async { WebDriver::builder(driver::url(), wanted).client(driver::Carrier::new()).await })
            .expect("a browser");
        let browser = Self { driver: Some(driver), runtime, _profile: profile, _turn: turn };
        browser.before_each_page(notes::NOTES);
        browser
    }

    /// Does something with WebDriver itself.
    #[track_caller]
    fn drive<T>(&self, what: &str, act: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<T>) -> T {
        let driver = self.driver.as_ref().expect("an open browser");
        self.runtime.block_on(act(driver)).unwrap_or_else(|error| panic!("{what}: {error:#}"))
    }

    /// Runs a script on every page from now on, before the page's own, and whatever the page's policy.
    #[track_caller]
    pub fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
    }

    /// Opens a page, up to its `load` event.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.drive(url, async |driver| driver.goto(url).await);
    }

    /// Where it is now.
    #[must_use]
    #[track_caller]
    pub fn url(&self) -> String {
        self.drive("the address", async |driver| driver.current_url().await).to_string()
    }

    /// Runs the body of a JavaScript function on the page and takes what it returns. A promise is waited for.
    #[track_caller]
    pub fn run<T: DeserializeOwned>(&self, script: &str) -> T {
        self.run_with(script, Vec::new())
    }

    /// The same, with `arguments`.
    #[track_caller]
    pub fn run_with<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let returned = self.drive(script, async |driver| driver.handle().execute(script, arguments).await);
        returned.convert().unwrap_or_else(|error| panic!("{script}: {error}: {}", returned.json()))
    }

    /// Asks until there is an answer.
    ///
    /// # Panics
    /// After a while.
    #[track_caller]
    pub fn until<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(begin.elapsed() < PATIENCE, "still waiting for {what} at {}: {}", self.url(), self.panel_text());
            thread::sleep(Duration::from_millis(15));
        }
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn until_true(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.until(expression, || self.run::<bool>(&script).then_some(()));
    }

    /// An element of the page, as soon as it is there.
    #[must_use]
    #[track_caller]
    pub fn element(&self, selector: &str) -> WebElement {
        self.until(selector, || {
            let found = self.drive(selector, async |driver| driver.find_all(By::Css(selector)).await);
            found.into_iter().next()
        })
    }

    /// Clicks an element of the page where a person would.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.drive(selector, async |_| element.click().await);
    }

    /// Writes into a field of the page.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.drive(selector, async |_| element.send_keys(text).await);
    }

    /// Text of an element of the page.
    #[must_use]
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        self.drive(selector, async |_| element.text().await)
    }

    /// Presses keys, wherever the focus is.
    #[track_caller]
    pub fn press(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        self.drive("keys", async |driver| driver.action_chain().send_keys(keys).perform().await);
    }

    /// Presses Tab backwards.
    #[track_caller]
    pub fn press_tab_backwards(&self) {
        self.drive("Shift+Tab", async |driver| {
            let chain = driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab);
            chain.key_up(Key::Shift).perform().await
        });
    }

    /// Names of everything in a role, as assistive technology is told them.
    #[must_use]
    #[track_caller]
    pub fn names(&self, role: &str) -> Vec<String> {
        let tree = self.devtools("Accessibility.getFullAXTree", &json!({}));
        let nodes = tree["nodes"].as_array().expect("nodes").iter();
        let here = nodes.filter(|node| node["role"]["value"] == role && node["ignored"] == false);
        here.map(|node| node["name"]["value"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.drive(command, async |driver| driver.cdp().send_raw(command, parameters).await)
    }

    /// Cuts the page off the network, or connects it again.
    #[track_caller]
    pub fn offline(&self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.enable", &json!({}));
        self.devtools("Network.emulateNetworkConditions", &conditions);
    }

    /// Makes the page this big, in CSS pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Says that the reader likes dark pages, or light ones.
    #[track_caller]
    pub fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", &media);
        // Colours that take their time have it.
        self.run::<Value>("document.getAnimations().forEach((each) => each.finish())");
    }

    /// Moves the mouse, in CSS pixels from the upper left corner of the page.
    #[track_caller]
    pub fn point(&self, x: i32, y: i32) {
        self.devtools("Input.dispatchMouseEvent", &json!({ "type": "mouseMoved", "x": x, "y": y }));
    }

    /// Lets time pass in which something should not happen. Whatever should happen is waited for by [`Self::until`].
    #[track_caller]
    pub fn passes(&self, milliseconds: u32) {
        self.run_with::<Value>(
            "return new Promise((done) => setTimeout(() => done(null), arguments[0]))",
            vec![milliseconds.into()],
        );
    }

    /// Presses the browser's back button.
    #[track_caller]
    pub fn back(&self) {
        self.drive("back", async |driver| driver.back().await);
    }

    /// Waits until the page has nothing to do.
    #[track_caller]
    pub fn idle(&self) {
        self.run::<Value>("return new Promise((done) => requestIdleCallback(() => done(null)))");
    }

    /// Goes to another tab and comes back.
    #[track_caller]
    pub fn look_away(&self) {
        self.tab();
        self.close_tab();
    }

    /// Opens a tab and goes there; the other stays, hidden.
    #[track_caller]
    pub fn tab(&self) {
        self.drive("a tab", async |driver| {
            let tab = driver.new_tab().await?;
            driver.switch_to_window(tab).await
        });
        self.before_each_page(notes::NOTES);
    }

    /// Closes the tab as a person does, without asking the page, and goes to the one that was there before.
    #[track_caller]
    pub fn close_tab(&self) {
        self.drive("closing a tab", async |driver| {
            driver.close_window().await?;
            let left = driver.windows().await?;
            driver.switch_to_window(left[0].clone()).await
        });
    }

    /// The survey on this page, as soon as there is one that stands still.
    #[must_use]
    #[track_caller]
    pub fn panel(&self) -> Panel<'_> {
        Panel::appears(self)
    }

    /// Takes a picture.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        self.drive("a picture", async |driver| driver.screenshot_as_png().await)
    }

    fn panel_text(&self) -> String {
        self.run(panel::TEXT)
    }

    /// A picture of what a failed test saw, and where it is.
    fn keep_picture(&self) -> anyhow::Result<PathBuf> {
        let driver = self.driver.as_ref().ok_or_else(|| anyhow::anyhow!("no browser"))?;
        let png = self.runtime.block_on(driver.screenshot_as_png())?;
        let folder = tool("GLAS_SITE").with_file_name("failures");
        fs::create_dir_all(&folder)?;
        let test = thread::current().name().unwrap_or("test").replace("::", ".");
        let path = folder.join(format!("{test}.png"));
        fs::write(&path, png)?;
        Ok(path)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if thread::panicking() {
            match self.keep_picture() {
                Ok(path) => eprintln!("what the shopper saw: {}", path.display()),
                Err(error) => eprintln!("no picture of what the shopper saw: {error:#}"),
            }
        }
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
    }
}

/// One of the few places for browsers.
#[derive(Debug)]
struct Turn;

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let full = |taken: &mut usize| *taken >= AT_ONCE;
        let mut taken = FREED.wait_while(TAKEN.lock().expect("a count"), full).expect("a count");
        *taken += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(mut taken) = TAKEN.lock() {
            *taken -= 1;
        }
        FREED.notify_one();
    }
}
