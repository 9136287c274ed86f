//! Records what happens on a page.

use super::{Browser, Engine};

/// A script that records errors and events from before the page's own scripts. Idempotent.
pub(crate) const NOTES: &str = r"
if (!window.notes) {
  window.notes = { errors: [], violations: [], shifts: [], events: [], states: [], press: [-1e9, 0, 0] };
  addEventListener('error', (event) => notes.errors.push(event.message || `no ${event.target.src || event.target.href}`), true);
  addEventListener('unhandledrejection', (event) => notes.errors.push(`unhandled: ${event.reason}`));
  addEventListener('securitypolicyviolation', (event) =>
    notes.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, hadRecentInput, sources }) => {
    if (!hadRecentInput) notes.shifts.push(`${value}: ${sources.map(({ node }) => node?.id || node?.className || node?.nodeName)}`);
  }))
    .observe({ type: 'layout-shift', buffered: true });
  new MutationObserver((changes) => changes.forEach(({ target }) => notes.states.push(target.dataset.state)))
    .observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
  addEventListener('pointerdown', ({ timeStamp, clientX, clientY }) => { notes.press = [timeStamp, clientX, clientY]; }, true);
  for (const name of ['shown', 'answered', 'completed', 'dismissed'])
    document.addEventListener(`glas:${name}`, ({ detail }) => notes.events.push(`${name} ${Object.keys(detail)}`));
}";

impl Browser {
    /// Errors on this page: exceptions, rejected promises, policy violations, and console messages.
    #[must_use]
    #[track_caller]
    pub fn complaints(&self) -> Vec<String> {
        let mut all: Vec<String> = self.run("return [...notes.errors, ...notes.violations]");
        // Only Chromium exposes its console.
        if self.engine() == Engine::Chromium {
            let lines = self.drive("the console", async |driver| driver.browser_log().await);
            all.extend(lines.into_iter().map(|line| format!("{}: {}", line.level, line.message)));
        }
        all
    }

    /// Unexpected layout shifts on this page, with their size.
    #[must_use]
    #[track_caller]
    pub fn shifts(&self) -> Vec<String> {
        // Wait two frames, so that the latest shift is included.
        self.run(
            "return new Promise((done) =>
               requestAnimationFrame(() => requestAnimationFrame(() => done(notes.shifts))))",
        )
    }

    /// The widget's events on this page, each with the names of its members.
    #[must_use]
    #[track_caller]
    pub fn events(&self) -> Vec<String> {
        self.run("return notes.events")
    }

    /// The states that the survey has had on this page.
    #[must_use]
    #[track_caller]
    pub fn states(&self) -> Vec<String> {
        self.run("return notes.states")
    }
}
