//! The survey on a page, as a shopper meets it.

use super::Browser;
use serde_json::Value;
use thirtyfour::WebElement;

/// What can be read on it, for messages.
pub(super) const TEXT: &str = r"
const element = document.querySelector('glas-survey');
return element ? `the survey is in state ${element.dataset.state}: ${element.shadowRoot.textContent}` : 'there is no survey';
";

/// The survey that is on the page.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    browser: &'a Browser,
}

impl<'a> Panel<'a> {
    /// Waits until it is there and has stopped moving, as a person does before touching it.
    #[track_caller]
    pub(super) fn appears(browser: &'a Browser) -> Self {
        browser.until_true(
            "document.querySelector('glas-survey')?.shadowRoot?.querySelector('legend, .live')
             && document.querySelector('glas-survey').shadowRoot.getAnimations().every((each) => each.playState === 'finished')",
        );
        Self { browser }
    }

    /// Without waiting for anything.
    pub(super) const fn unready(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// Runs JavaScript in which `root` is the survey's shadow root and `element` its host.
    #[track_caller]
    pub fn run<T: serde::de::DeserializeOwned>(&self, script: &str) -> T {
        self.browser.run(&format!(
            "const element = document.querySelector('glas-survey'); const root = element?.shadowRoot; {script}"
        ))
    }

    /// A part of it, as soon as it is there and can be seen.
    #[must_use]
    #[track_caller]
    pub fn part(&self, selector: &str) -> WebElement {
        let script = "const part = document.querySelector('glas-survey')?.shadowRoot.querySelector(arguments[0]);
                      return part?.checkVisibility() ? part : null";
        self.browser.until(selector, || {
            let found: Value = self.browser.run_with(script, vec![selector.into()]);
            (!found.is_null()).then(|| {
                WebElement::from_json(found, self.browser.session().driver.handle().clone()).expect("an element")
            })
        })
    }

    /// Whether there is such a part.
    #[must_use]
    #[track_caller]
    pub fn has(&self, selector: &str) -> bool {
        self.browser.run_with(
            "return Boolean(document.querySelector('glas-survey')?.shadowRoot.querySelector(arguments[0]))",
            vec![selector.into()],
        )
    }

    /// Where it is in its course; empty when it is gone.
    #[must_use]
    #[track_caller]
    pub fn state(&self) -> String {
        self.run("return element?.dataset.state ?? ''")
    }

    /// Waits for a state.
    #[track_caller]
    pub fn reaches(&self, state: &str) {
        self.browser.until(&format!("the survey to be in state `{state}`"), || (self.state() == state).then_some(()));
    }

    /// Waits until it is gone.
    #[track_caller]
    pub fn goes(&self) {
        self.browser.until_true("!document.querySelector('glas-survey')");
    }

    /// The question that is asked.
    #[must_use]
    #[track_caller]
    pub fn question(&self) -> String {
        self.run("return root.querySelector('legend')?.textContent ?? ''")
    }

    /// What it says once there are no questions left.
    #[must_use]
    #[track_caller]
    pub fn message(&self) -> String {
        self.run("return root.querySelector('.live').innerText")
    }

    /// The `name`s or values that hold the focus: value of a button of a scale or a list, else the tag; empty if the
    /// focus is elsewhere.
    #[must_use]
    #[track_caller]
    pub fn focus(&self) -> String {
        self.run("const at = root?.activeElement; return !at ? '' : /radio|checkbox/.test(at.type) ? at.value : at.className || at.localName")
    }

    /// Clicks a part where a person would, and not so soon after a click at the same place that it is a double-click.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let part = self.part(selector);
        let soon: u32 = self.browser.run_with(
            "const [part] = arguments, [time, x, y] = notes.press;
             part.scrollIntoView({ block: 'nearest' });
             const { left, top, width, height } = part.getBoundingClientRect();
             const far = Math.hypot(left + width / 2 - x, top + height / 2 - y) > 50;
             return far ? 0 : Math.max(0, Math.ceil(600 - (performance.now() - time)))",
            vec![part.to_json().expect("an element")],
        );
        if soon > 0 {
            self.browser.passes(soon);
        }
        self.browser.drive(selector, async |_| part.click().await);
    }

    /// Taps a score.
    #[track_caller]
    pub fn tap(&self, score: u8) {
        self.click(&format!("input[name=score][value='{score}']"));
    }

    /// Picks from a list.
    #[track_caller]
    pub fn choose(&self, choice: &str) {
        self.click(&format!("input[name=choice][value='{choice}']"));
    }

    /// Writes into a field.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        let part = self.part(selector);
        self.browser.drive(selector, async |_| part.send_keys(text).await);
    }

    /// Sends.
    #[track_caller]
    pub fn send(&self) {
        self.click(".send");
    }
}
