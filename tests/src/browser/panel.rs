//! The survey panel on a page, as a shopper uses it.

use super::Browser;
use serde_json::Value;
use thirtyfour::WebElement;

/// A script that returns its text, for messages.
pub(super) const TEXT: &str = r"
const element = document.querySelector('glas-survey');
return element ? `the survey is in state ${element.dataset.state}: ${element.shadowRoot.textContent}` : 'there is no survey';
";

/// The survey panel on the page.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    browser: &'a Browser,
}

impl<'a> Panel<'a> {
    /// Waits until the panel is visible and its animation has ended.
    #[track_caller]
    pub(super) fn appears(browser: &'a Browser) -> Self {
        browser.until_true(
            "document.querySelector('glas-survey')?.shadowRoot?.querySelector('legend, .live')
             && document.querySelector('glas-survey').shadowRoot.getAnimations().every((each) => each.playState === 'finished')",
        );
        Self { browser }
    }

    /// Returns the panel without waiting.
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

    /// Waits for a visible element of the panel.
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

    /// Whether the panel contains such an element.
    #[must_use]
    #[track_caller]
    pub fn has(&self, selector: &str) -> bool {
        self.browser.run_with(
            "return Boolean(document.querySelector('glas-survey')?.shadowRoot.querySelector(arguments[0]))",
            vec![selector.into()],
        )
    }

    /// The state of the panel; empty if it has been removed.
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

    /// Waits until the panel is removed.
    #[track_caller]
    pub fn goes(&self) {
        self.browser.until_true("!document.querySelector('glas-survey')");
    }

    /// The current question.
    #[must_use]
    #[track_caller]
    pub fn question(&self) -> String {
        self.run("return root.querySelector('legend')?.textContent ?? ''")
    }

    /// The message shown after the last question.
    #[must_use]
    #[track_caller]
    pub fn message(&self) -> String {
        self.run("return root.querySelector('.live').innerText")
    }

    /// The focused element: the value of a scale or list button, otherwise the class or tag name; empty if the focus is
    /// outside the panel.
    #[must_use]
    #[track_caller]
    pub fn focus(&self) -> String {
        self.run("const at = root?.activeElement; return !at ? '' : /radio|checkbox/.test(at.type) ? at.value : at.className || at.localName")
    }

    /// Clicks an element, with enough delay after a click at the same place to avoid a double-click.
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

    /// Picks a choice.
    #[track_caller]
    pub fn choose(&self, choice: &str) {
        self.click(&format!("input[name=choice][value='{choice}']"));
    }

    /// Types into a field.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        let part = self.part(selector);
        self.browser.drive(selector, async |_| part.send_keys(text).await);
    }

    /// Presses the send button.
    #[track_caller]
    pub fn send(&self) {
        self.click(".send");
    }
}
