//! A real browser, driven as a person would, by WebDriver: Chromium, Firefox or WebKit.
//!
//! What only `DevTools` can do works in Chromium alone, and says so elsewhere.

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

/// A state that does not come within this will not come.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What draws the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chrome's, Edge's, Opera's …
    Chromium,
    /// Firefox's own.
    Firefox,
    /// Safari's, and that of every browser on an iPhone; here as WebKitGTK.
    WebKit,
}

/// What it is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 390 × 844 CSS pixels, touched.
    Phone,
    /// 320 × 640 CSS pixels, touched: the narrowest that counts.
    Narrow,
    /// 1280 pixels wide, with a mouse.
    Desktop,
    /// The same, of somebody who likes dark pages.
    Night,
}

impl Window {
    /// In CSS pixels.
    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Narrow => (320, 640),
            Self::Desktop | Self::Night => (1280, 900),
        }
    }
}

/// A browser as a test needs it. If the test fails, a picture is kept.
#[derive(Debug)]
pub struct Browser {
    session: Option<Session>,
    /// Whether the next test may have it.
    shared: bool,
    _slot: Slot,
}

impl Browser {
    /// Starts a Chromium of the test's own, with an empty profile. Dropping it ends it.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn open(window: Window) -> Self {
        let slot = Slot::take(Engine::Chromium);
        Self { session: Some(Session::start(Engine::Chromium, window)), shared: false, _slot: slot }
    }

    /// A browser of this engine, maybe one that an earlier test has left: it has seen other sites and has no page open.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn open_in(engine: Engine, window: Window) -> Self {
        let slot = Slot::take(engine);
        Self { session: Some(session::take(engine, window)), shared: true, _slot: slot }
    }

    /// Which one this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.session().engine
    }

    fn session(&self) -> &Session {
        self.session.as_ref().expect("an open browser")
    }

    /// Does something with WebDriver itself.
    #[track_caller]
    fn drive<T>(&self, what: &str, act: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<T>) -> T {
        let session = self.session();
        session.runtime.block_on(act(&session.driver)).unwrap_or_else(|error| panic!("{what}: {error:#}"))
    }

    /// Opens a page, up to its `load` event.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.drive(url, async |driver| driver.goto(url).await);
    }

    /// Loads the page once more.
    #[track_caller]
    pub fn reload(&self) {
        self.drive("a reload", async |driver| driver.refresh().await);
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
            assert!(begin.elapsed() < TIMEOUT, "still waiting for {what} at {}: {}", self.url(), self.panel_text());
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

    /// Waits until the page has nothing to do, or for as long as a page without idle callbacks would wait.
    #[track_caller]
    pub fn idle(&self) {
        self.run::<Value>(
            "return new Promise((done) => (window.requestIdleCallback ?? ((run) => setTimeout(run, 200)))(() => done(null)))",
        );
    }

    /// Goes on in the frame that the survey shows instead of itself.
    #[track_caller]
    pub fn enter_frame(&self) {
        let frame = Panel::unready(self).part("iframe");
        self.drive("the frame", async |_| frame.enter_frame().await);
    }

    /// Goes on in the page around all frames.
    #[track_caller]
    pub fn leave_frame(&self) {
        self.drive("the page", async |driver| driver.enter_default_frame().await);
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
            // WebKitGTK's tabs stay in the background, and nothing moves there.
            let tab =
                if self.engine() == Engine::WebKit { driver.new_window().await? } else { driver.new_tab().await? };
            driver.switch_to_window(tab).await
        });
        if self.engine() == Engine::Chromium {
            self.before_each_page(NOTES);
        }
    }

    /// Goes to the tab that was opened last, as soon as it has a page.
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
    ///
    /// # Panics
    /// In WebKit: its driver never answers.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        assert!(self.engine() != Engine::WebKit, "WebKitGTK's driver takes no pictures");
        self.drive("a picture", async |driver| driver.screenshot_as_png().await)
    }

    fn panel_text(&self) -> String {
        self.run(panel::TEXT)
    }

    /// A picture of what a failed test saw, and where it is.
    fn keep_picture(&self) -> anyhow::Result<PathBuf> {
        let session = self.session.as_ref().ok_or_else(|| anyhow::anyhow!("no browser"))?;
        anyhow::ensure!(session.engine != Engine::WebKit, "WebKitGTK's driver takes none");
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
            match self.keep_picture() {
                Ok(path) => eprintln!("what the shopper saw: {}", path.display()),
                Err(error) => eprintln!("no picture of what the shopper saw: {error:#}"),
            }
        }
        match self.session.take() {
            Some(session) if self.shared && !thread::panicking() => session::give_back(session),
            Some(session) => session.end(),
            None => {}
        }
    }
}
