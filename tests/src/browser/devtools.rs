//! Commands of the `DevTools` protocol, for Chromium only.

use super::{Browser, Engine};
use serde_json::{Value, json};

impl Browser {
    /// Injects a script into every page before the page's own scripts, regardless of the page's policy. For other
    /// engines, use [`Site::before_each_page`](crate::site::Site::before_each_page).
    #[track_caller]
    pub fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
    }

    /// The accessible names of all elements with a role.
    #[must_use]
    #[track_caller]
    pub fn names(&self, role: &str) -> Vec<String> {
        let tree = self.devtools("Accessibility.getFullAXTree", &json!({}));
        let nodes = tree["nodes"].as_array().expect("nodes").iter();
        let here = nodes.filter(|node| node["role"]["value"] == role && node["ignored"] == false);
        here.map(|node| node["name"]["value"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Sends a command of the `DevTools` protocol.
    ///
    /// # Panics
    /// If the engine is not Chromium.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let engine = self.engine();
        assert!(engine == Engine::Chromium, "{engine:?} has no DevTools protocol; `{command}` needs Chromium");
        self.drive(command, async |driver| driver.cdp().send_raw(command, parameters).await)
    }

    /// Cuts or restores the page's network connection.
    #[track_caller]
    pub fn offline(&self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.enable", &json!({}));
        self.devtools("Network.emulateNetworkConditions", &conditions);
    }

    /// Resizes the page, in CSS pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Sets the preference for dark or light pages.
    #[track_caller]
    pub fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", &media);
        // Wait for colour transitions to end.
        self.run::<Value>(
            "const roots = [...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot).filter(Boolean);
             [document, ...roots].forEach((root) => root.getAnimations().forEach((each) => each.finish()))",
        );
    }

    /// Moves the mouse to a position on the page, in CSS pixels.
    #[track_caller]
    pub fn point(&self, x: i32, y: i32) {
        self.devtools("Input.dispatchMouseEvent", &json!({ "type": "mouseMoved", "x": x, "y": y }));
    }
}
