//! A real browser, driven through WebDriver as a person would use it: Chromium, Firefox or WebKit.
//!
//! Functions that need `DevTools` work in Chromium only; their documentation says so.

mod devtools;
mod driver;
mod notes;
mod panel;
mod session;

pub(crate) use notes::NOTES;
pub use panel::Panel;
pub use thirtyfour::Key;

use crate::worker::tool;
use serde::de::DeserializeOwned;
use serde_json::Value;
use session::{Session, Slot};
use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};
use thirtyfour::{By, TypingData, WebDriver, WebElement, error::WebDriverResult};

/// Default timeout for a state to be reached.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chrome, Edge, Opera and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari and every browser on iOS; tested as WebKitGTK.
    WebKit,
}

/// The window that a page is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 390 × 844 CSS pixels, with touch.
    Phone,
    /// 320 × 640 CSS pixels, with touch: the narrowest supported width.
    Narrow,
    /// 1280 pixels wide, with a mouse.
    Desktop,
    /// 1280 pixels wide, with a preference for dark pages.
    Night,
}

impl Window {
    /// Width and height in CSS pixels.
    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Narrow => (320, 640),
            Self::Desktop | Self::Night => (1280, 900),
        }
    }
}

/// A browser session of a test. If the test fails, a screenshot is saved.
#[derive(Debug)]
pub struct Browser {
    session: Option<Session>,
    /// Whether another test may reuse the session.
    shared: bool,
    _slot: Slot,
}

impl Browser {
    /// Starts a Chromium of its own with an empty profile; it stops when dropped.
    ///
    /// # Panics
    /// If the browser does not start.
    #[must_use]
    pub fn open(window: Window) -> Self {
        let slot = Slot::take(Engine::Chromium);
        Self { session: Some(Session::start(Engine::Chromium, window)), shared: false, _slot: slot }
    }

    /// A browser of this engine. It may be reused from an earlier test: it then has a history, but no open page.
    ///
    /// # Panics
    /// If the browser does not start.
    #[must_use]
    pub fn open_in(engine: Engine, window: Window) -> Self {
        let slot = Slot::take(engine);
        Self { session: Some(session::take(engine, window)), shared: true, _slot: slot }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.session().engine
    }

    fn session(&self) -> &Session {
        self.session.as_ref().expect("an open browser")
    }

    /// Runs a WebDriver command.
    #[track_caller]
    fn drive<T>(&self, what: &str, act: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<T>) -> T {
        let session = self.session();
        session.runtime.block_on(act(&session.driver)).unwrap_or_else(|error| panic!("{what}: {error:#}"))
    }

    /// Opens a page and waits for its `load` event.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.drive(url, async |driver| driver.goto(url).await);
    }

    /// Reloads the page.
    #[track_caller]
    pub fn reload(&self) {
        self.drive("a reload", async |driver| driver.refresh().await);
    }

    /// The current URL.
    #[must_use]
    #[track_caller]
    pub fn url(&self) -> String {
        self.drive("the address", async |driver| driver.current_url().await).to_string()
    }

    /// Runs the body of a JavaScript function on the page and returns its result. Promises are awaited.
    #[track_caller]
    pub fn run<T: DeserializeOwned>(&self, script: &str) -> T {
        self.run_with(script, Vec::new())
    }

    /// Like [`Self::run`], with `arguments`.
    #[track_caller]
    pub fn run_with<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let returned = self.drive(script, async |driver| driver.handle().execute(script, arguments).await);
        returned.convert().unwrap_or_else(|error| panic!("{script}: {error}: {}", returned.json()))
    }

    /// Polls until `ask` returns a value.
    ///
    /// # Panics
    /// After the timeout.
    #[track_caller]
    pub fn until<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(begin.elapsed() < TIMEOUT, "timed out waiting for {what} at {}: {}", self.url(), self.panel_text());
            thread::sleep(Duration::from_millis(15));
        }
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn until_true(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.until(expression, || self.run::<bool>(&script).then_some(()));
    }

    /// Waits for an element of the page.
    #[must_use]
    #[track_caller]
    pub fn element(&self, selector: &str) -> WebElement {
        self.until(selector, || {
            let found = self.drive(selector, async |driver| driver.find_all(By::Css(selector)).await);
            found.into_iter().next()
        })
    }

    /// Clicks an element of the page.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.drive(selector, async |_| element.click().await);
    }

    /// Types into a field of the page.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.drive(selector, async |_| element.send_keys(text).await);
    }

    /// The text of an element of the page.
    #[must_use]
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        self.drive(selector, async |_| element.text().await)
    }

    /// Sends keys to the focused element.
    #[track_caller]
    pub fn press(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        self.drive("keys", async |driver| driver.action_chain().send_keys(keys).perform().await);
    }

    /// Presses Shift+Tab.
    #[track_caller]
    pub fn press_tab_backwards(&self) {
        self.drive("Shift+Tab", async |driver| {
            let chain = driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab);
            chain.key_up(Key::Shift).perform().await
        });
    }

    /// Waits for a fixed time in which nothing should happen. To wait for something, use [`Self::until`].
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

    /// Waits until the page is idle, or for a fixed time if it has no idle callbacks.
    #[track_caller]
    pub fn idle(&self) {
        self.run::<Value>(
            "return new Promise((done) => (window.requestIdleCallback ?? ((run) => setTimeout(run, 200)))(() => done(null)))",
        );
    }

    /// Clicks at a point of the window, whatever is there.
    #[track_caller]
    pub fn click_at(&self, x: i64, y: i64) {
        self.drive("a click", async |driver| driver.action_chain().move_to(x, y).click().perform().await);
    }

    /// Switches to a frame of the page.
    #[track_caller]
    pub fn enter(&self, selector: &str) {
        let frame = self.element(selector);
        self.drive(selector, async |_| frame.enter_frame().await);
    }

    /// Switches to the frame that shows the survey.
    #[track_caller]
    pub fn enter_frame(&self) {
        let frame = Panel::unready(self).part("iframe");
        self.drive("the frame", async |_| frame.enter_frame().await);
    }

    /// Switches back to the top-level page.
    #[track_caller]
    pub fn leave_frame(&self) {
        self.drive("the page", async |driver| driver.enter_default_frame().await);
    }

    /// Switches to another tab and back.
    #[track_caller]
    pub fn look_away(&self) {
        self.tab();
        self.close_tab();
    }

    /// Opens a tab and switches to it; the first tab becomes hidden.
    #[track_caller]
    pub fn tab(&self) {
        self.drive("a tab", async |driver| {
            // WebKitGTK opens tabs in the background, where animations do not run.
            let tab =
                if self.engine() == Engine::WebKit { driver.new_window().await? } else { driver.new_tab().await? };
            driver.switch_to_window(tab).await
        });
        if self.engine() == Engine::Chromium {
            self.before_each_page(NOTES);
        }
    }

    /// Switches to the most recent tab once it has loaded a page.
    #[track_caller]
    pub fn newest_tab(&self) {
        self.until("another tab", || {
            self.drive("the tabs", async |driver| {
                let tabs = driver.windows().await?;
                let newest = tabs.last().filter(|_| tabs.len() > 1).cloned();
                if let Some(newest) = newest.clone() {
                    driver.switch_to_window(newest).await?;
                }
                Ok(newest.map(|_| ()))
            })
        });
        self.until_true("location.protocol !== 'about:' && document.readyState === 'complete'");
    }

    /// Closes the tab without running unload prompts, and switches to the previous one.
    #[track_caller]
    pub fn close_tab(&self) {
        self.drive("closing a tab", async |driver| {
            driver.close_window().await?;
            let left = driver.windows().await?;
            driver.switch_to_window(left[0].clone()).await
        });
    }

    /// Waits for the survey panel on this page to finish its animation.
    #[must_use]
    #[track_caller]
    pub fn panel(&self) -> Panel<'_> {
        Panel::appears(self)
    }

    /// Takes a screenshot.
    ///
    /// # Panics
    /// In WebKit, whose driver never responds to the command.
    #[track_caller]
    pub fn screenshot(&self) -> Vec<u8> {
        assert!(self.engine() != Engine::WebKit, "WebKitGTK's driver cannot take screenshots");
        self.drive("a screenshot", async |driver| driver.screenshot_as_png().await)
    }

    fn panel_text(&self) -> String {
        self.run(panel::TEXT)
    }

    /// Saves a screenshot of a failed test and returns its path.
    fn save_screenshot(&self) -> anyhow::Result<PathBuf> {
        let session = self.session.as_ref().ok_or_else(|| anyhow::anyhow!("no browser"))?;
        anyhow::ensure!(session.engine != Engine::WebKit, "WebKitGTK's driver cannot take screenshots");
        let png = session.runtime.block_on(session.driver.screenshot_as_png())?;
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
            match self.save_screenshot() {
                Ok(path) => eprintln!("screenshot of the failure: {}", path.display()),
                Err(error) => eprintln!("no screenshot of the failure: {error:#}"),
            }
        }
        match self.session.take() {
            Some(session) if self.shared && !thread::panicking() => session::give_back(session),
            Some(session) => session.end(),
            None => {}
        }
    }
}
