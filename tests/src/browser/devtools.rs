//! What only Chromium can be told, by the `DevTools` protocol.

use super::{Browser, Engine};
use serde_json::{Value, json};

impl Browser {
    /// Runs a script on every page from now on, before the page's own, and whatever the page's policy. Where this does
    /// not work, [`Site::before_each_page`](crate::site::Site::before_each_page) does.
    #[track_caller]
    pub fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
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

    /// A command of the `DevTools` protocol.
    ///
    /// # Panics
    /// In another engine than Chromium.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let engine = self.engine();
        assert!(engine == Engine::Chromium, "{engine:?} has no DevTools protocol, so `{command}` is for Chromium only");
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
        self.run::<Value>(
            "const roots = [...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot).filter(Boolean);
             [document, ...roots].forEach((root) => root.getAnimations().forEach((each) => each.finish()))",
        );
    }

    /// Moves the mouse, in CSS pixels from the upper left corner of the page.
    #[track_caller]
    pub fn point(&self, x: i32, y: i32) {
        self.devtools("Input.dispatchMouseEvent", &json!({ "type": "mouseMoved", "x": x, "y": y }));
    }
}
