//! The widget's views emit events and have no side effects.

use crate::source::{Source, lines_with, rust, sources};
use crate::{allows, catches, check};

fn neither_sends_nor_stores(source: &Source) -> Vec<String> {
    let mut complaints = source.words_against(|word| {
        let word = word.to_ascii_lowercase();
        let sends =
            word.starts_with("fetch") || word.starts_with("xmlhttp") || word == "post" || word.contains("beacon");
        let stores = word.contains("storage") || word.contains("indexed_db") || word.contains("cookie");
        if sends {
            Some("views emit events; the app sends")
        } else {
            stores.then_some("views emit events; the app stores")
        }
    });
    // The same APIs by name, through a binding.
    let names = ["localStorage", "sessionStorage", "sendBeacon", "indexedDB", "document.cookie"];
    complaints.extend(lines_with(&source.text, &names, "views neither send nor store"));
    complaints
}

/// JavaScript APIs that the widget must not use on a host page.
fn harms_no_page(source: &Source) -> Vec<String> {
    if source.path.ends_with(".test.js") {
        return Vec::new();
    }
    lines_with(
        &source.text,
        &[
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "beforeunload",
            "document.cookie",
        ],
        "blocked by content security policies, or harmful to the host page",
    )
}

#[test]
fn views_neither_send_nor_store() {
    check("views neither send nor store", &rust(&["widget/src/view.rs", "widget/src/view"]), neither_sends_nor_stores);
}

#[test]
fn the_widget_does_not_harm_the_page() {
    check("the widget harms no page", &sources(&["widget/src", "widget/loader"], &[".rs", ".js"]), harms_no_page);
}

#[test]
fn the_rules_can_fail() {
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "\nwindow.fetch_with_str(x)", 2);
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "local_storage().set(a, b)", 1);
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "#[wasm_bindgen(js_name = \"localStorage\")]", 1);
    allows(neither_sends_nor_stores, "widget/src/view/scale.rs", "emit(Event::Answered) // the app will fetch");
    catches(harms_no_page, "widget/src/host.js", "\na.innerHTML = b", 2);
    allows(harms_no_page, "widget/src/host.js", "a.textContent = b");
}
