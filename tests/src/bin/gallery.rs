//! `cargo xtask gallery`: screenshots of every mode and question kind, light and dark, left to right and right to left,
//! on a phone and on a desktop, for people to look at.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a command-line program prints and panics on failure")]

use std::fs;
use tests::{
    browser::{Browser, Window},
    gallery,
    site::Site,
    worker::{Worker, tool},
};

fn main() {
    let folder = tool("GLAS_SITE").with_file_name("gallery");
    fs::create_dir_all(&folder).expect("a folder");
    let site = Site::open(Worker::shared());
    let surveys = gallery::open(&site);
    let mut pictures = 0;
    for (window, size) in [(Window::Phone, "phone"), (Window::Desktop, "desktop")] {
        for (dark, scheme) in [(false, "light"), (true, "dark")] {
            for language in ["en", "ar"] {
                let browser = Browser::open(window);
                browser.dark(dark);
                let mut keep = |name: &str| {
                    let name = format!("{size}-{scheme}-{language}-{}.png", name.replace([' ', ','], "-"));
                    fs::write(folder.join(name), browser.screenshot()).expect("a file");
                    pictures += 1;
                };
                for (at, (mode, id)) in surveys.iter().enumerate() {
                    let path = if *mode == "button" { "/button" } else { "/page" };
                    gallery::page(&site, path, language);
                    browser.visit(&format!("{}{path}", site.origin));
                    if *mode == "button" {
                        browser.until_true("document.querySelector('glas-button')");
                        keep("button, closed");
                    }
                    gallery::show(&browser, id);
                    keep(&format!("mode {mode}"));
                    if at == 0 {
                        gallery::walk(&browser, &mut keep);
                    }
                }
            }
        }
    }
    println!("{pictures} screenshots in {}", folder.display());
}
