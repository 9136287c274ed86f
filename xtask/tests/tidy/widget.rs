//! The widget's views say what happened and do nothing about it.

use crate::source::{Source, lines_with, rust, sources};
use crate::{allows, catches, check};

fn neither_sends_nor_stores(source: &Source) -> Vec<String> {
    let mut complaints = source.words_against(|word| {
        let word = word.to_ascii_lowercase();
        let sends =
            word.starts_with("fetch") || word.starts_with("xmlhttp") || word == "post" || word.contains("beacon");
        let stores = word.contains("storage") || word.contains("indexed_db") || word.contains("cookie");
        if sends {
            Some("a view emits an event; sending is the app's")
        } else {
            stores.then_some("a view emits an event; remembering is the app's")
        }
    });
    // The same by name, through a binding.
    let names = ["localStorage", "sessionStorage", "sendBeacon", "indexedDB", "document.cookie"];
    complaints.extend(lines_with(&source.text, &names, "a view neither sends nor stores"));
    complaints
}

/// What a guest must not put on somebody else's page, by its name in JavaScript.
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
        "blocked by page policies, or harmful to the page",
    )
}

#[test]
fn views_emit_events() {
    check("views neither send nor store", &rust(&["widget/src/view.rs", "widget/src/view"]), neither_sends_nor_stores);
}

#[test]
fn the_guest_behaves() {
    check("the widget harms no page", &sources(&["widget/src", "widget/loader"], &[".rs", ".js"]), harms_no_page);
}

#[test]
fn they_can_fail() {
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "\nwindow.fetch_with_str(x)", 2);
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "local_storage().set(a, b)", 1);
    catches(neither_sends_nor_stores, "widget/src/view/scale.rs", "#[wasm_bindgen(js_name = \"localStorage\")]", 1);
    allows(neither_sends_nor_stores, "widget/src/view/scale.rs", "emit(Event::Answered) // the app will fetch");
    catches(harms_no_page, "widget/src/host.js", "\na.innerHTML = b", 2);
    allows(harms_no_page, "widget/src/host.js", "a.textContent = b");
}
