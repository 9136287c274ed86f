//! The compared pages, which differ in their script tag only.

use crate::{figures::Figures, server::Server};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write};
use tests::browser::Browser;

const QUESTION: &str = "How likely is it that you would recommend us to a friend or colleague?";
const LOW: &str = "Not at all likely";
const HIGH: &str = "Extremely likely";

/// How long a page is observed after the question appears, or after loading if none does.
const WATCHED_MS: u32 = 3_000;

/// Runs before the page's own scripts. Records layout shifts, long tasks, and the time when a scale with eleven scores
/// becomes visible, for both products.
pub(crate) const WATCH: &str = r"
window.bench = { shift: 0, blocking: 0, shown: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) bench.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) bench.blocking += Math.max(0, entry.duration - 50);
}).observe({ type: 'longtask', buffered: true });
new MutationObserver((_, observer) => {
  const host = document.querySelector('glas-survey, [class^=PostHogSurvey]');
  if (!host) return;
  observer.disconnect();
  const look = () => {
    const scores = host.shadowRoot?.querySelectorAll('input[type=radio], button') ?? [];
    if ([...scores].filter((score) => score.getBoundingClientRect().height > 0).length < 11) requestAnimationFrame(look);
    else bench.shown = performance.now();
  };
  look();
}).observe(document, { childList: true, subtree: true });
";

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// No tag.
    Untagged,
    /// Glas on a page without a question.
    GlasQuiet,
    /// Glas with a question.
    Glas,
    /// posthog-js on a page without a question.
    PostHogQuiet,
    /// posthog-js with a question.
    PostHog,
}

impl Case {
    pub(crate) const ALL: [Self; 5] = [Self::Untagged, Self::GlasQuiet, Self::Glas, Self::PostHogQuiet, Self::PostHog];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Untagged => "page without a tag",
            Self::GlasQuiet => "Glas, no question",
            Self::Glas => "Glas, asked",
            Self::PostHogQuiet => "posthog-js, no question",
            Self::PostHog => "posthog-js, asked",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Untagged => "/untagged",
            Self::GlasQuiet => "/glas/quiet",
            Self::Glas => "/glas/asks",
            Self::PostHogQuiet => "/posthog/quiet",
            Self::PostHog => "/posthog/asks",
        }
    }

    const fn asks(self) -> bool {
        matches!(self, Self::Glas | Self::PostHog)
    }

    /// Opens the page in a fresh profile and measures it.
    pub(crate) fn measure(self, browser: &Browser, server: &Server, slowdown: u32) -> Figures {
        browser.visit("about:blank");
        browser.devtools("Network.enable", &json!({}));
        browser.devtools("Network.clearBrowserCache", &json!({}));
        let storage = json!({ "origin": server.origin(), "storageTypes": "all" });
        browser.devtools("Storage.clearDataForOrigin", &storage);
        browser.devtools("Performance.enable", &json!({}));
        browser.devtools("HeapProfiler.collectGarbage", &json!({}));
        browser.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": slowdown }));
        let before = metrics(browser);
        server.reset();
        browser.visit(&format!("{}{}", server.origin(), self.path()));
        if self.asks() {
            browser.until_true("bench.shown");
        }
        browser.passes(WATCHED_MS);
        let after = metrics(browser);
        let (bytes, requests) = server.seen();
        let noted: BTreeMap<String, f64> = browser.run("return bench");
        browser.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": 1 }));
        browser.devtools("HeapProfiler.collectGarbage", &json!({}));
        let spent = |name: &str| (after[name] - before[name]) * 1_000.0;
        Figures {
            bytes,
            requests,
            script_ms: spent("ScriptDuration"),
            task_ms: spent("TaskDuration"),
            blocking_ms: noted["blocking"],
            shift: noted["shift"],
            heap: metrics(browser)["JSHeapUsedSize"] - before["JSHeapUsedSize"],
            shown_ms: noted["shown"],
        }
    }
}

fn metrics(browser: &Browser) -> BTreeMap<String, f64> {
    let reply = browser.devtools("Performance.getMetrics", &json!({}));
    let metrics = reply["metrics"].as_array().expect("metrics").iter();
    metrics
        .map(|each| (each["name"].as_str().unwrap_or_default().to_owned(), each["value"].as_f64().unwrap_or(0.0)))
        .collect()
}

/// The question for Glas.
pub(crate) fn survey() -> Value {
    json!({
        "name": "Bench", "touchpoint": "purchase", "language": "en", "display": { "pages": [Case::Glas.path()] },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": QUESTION }, "low": { "en": LOW }, "high": { "en": HIGH } }],
    })
}

/// The question for posthog-js.
fn posthog_survey() -> Value {
    json!({
        "id": "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", "name": "Bench", "type": "popover", "description": "",
        "linked_flag_key": null, "targeting_flag_key": null, "internal_targeting_flag_key": null,
        "questions": [{
            "id": "nps", "type": "rating", "display": "number", "scale": 10, "question": QUESTION, "description": "",
            "lowerBoundLabel": LOW, "upperBoundLabel": HIGH, "buttonText": "Submit",
        }],
        "conditions": { "url": Case::PostHog.path(), "urlMatchType": "icontains" },
        "start_date": "2026-01-01T00:00:00Z", "end_date": null, "appearance": { "position": "right" },
        "current_iteration": null, "schedule": "always", "enable_partial_responses": true,
    })
}

/// Responses of the PostHog service that its script requests before it shows a survey.
pub(crate) fn posthog_service() -> [(&'static str, &'static str, String); 4] {
    let config = json!({
        "token": "phc_bench", "supportedCompression": ["gzip", "gzip-js"], "hasFeatureFlags": false,
        "surveys": [posthog_survey()], "sessionRecording": false, "autocapture_opt_out": true,
        "capturePerformance": false, "heatmaps": false, "defaultIdentifiedOnly": true, "siteApps": [],
    });
    let script = format!(
        "(window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {{}})['phc_bench'] = {{ config: {config}, siteApps: [] }}"
    );
    [
        ("/array/phc_bench/config.js", "text/javascript", script),
        ("/api/surveys/", "application/json", json!({ "surveys": [posthog_survey()] }).to_string()),
        ("/flags/", "application/json", json!({ "flags": {}, "featureFlags": {}, "surveys": true }).to_string()),
        ("/e/", "application/json", json!({ "status": 1 }).to_string()),
    ]
}

/// The pages: a product list of realistic length.
pub(crate) fn pages(public_key: &str) -> BTreeMap<String, String> {
    let mut goods = String::new();
    for number in 1..=60 {
        let _ = write!(
            goods,
            "<li><h2>Tea pot no. {number}</h2><p>Stoneware, 0.8 l, hand-glazed.</p><p>{number},99 zł</p></li>"
        );
    }
    let glas = format!("<script async src=\"/w/{public_key}.js\"></script>");
    // Session recording, autocapture and the robot filter are off, so that only surveys are compared.
    let posthog = "<script>window.posthog = []</script><script async src=\"/static/array.js\" onload=\"posthog.init('phc_bench', \
        { api_host: location.origin, disable_session_recording: true, autocapture: false, opt_out_useragent_filter: true })\"></script>";
    let page = |case: Case| {
        let tag = match case {
            Case::Untagged => "",
            Case::GlasQuiet | Case::Glas => &glas,
            Case::PostHogQuiet | Case::PostHog => posthog,
        };
        let html = format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
             <link rel=icon href=data:,><title>Tea pots</title>{tag}</head><body><h1>Tea pots</h1><ul>{goods}</ul></body></html>"
        );
        (case.path().to_owned(), html)
    };
    Case::ALL.map(page).into()
}
