//! `cargo xtask bench widget`: the cost of the same NPS question for a shop's page, with Glas and with posthog-js.
//!
//! One Chromium with a phone-sized screen and a throttled CPU. Every round opens the page without a tag, with each tag
//! but no question, and with each tag and a question, so that noise of the machine affects all cases alike. All files
//! are served from this process's memory with the same compression; no network and no service is included.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a command-line program prints and panics on failure"
)]

mod case;
mod figures;
mod server;

use case::Case;
use figures::{Figures, table};
use server::Server;
use std::{env, fs};
use tests::{
    browser::{Browser, Window},
    shop::Shop,
    worker::{Worker, tool},
};

const HELP: &str = "bench widget [--rounds N] [--slowdown N]: default 15 rounds at a quarter of the CPU speed";

fn main() {
    let (mut rounds, mut slowdown) = (15_usize, 4_u32);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_default();
        match word.as_str() {
            "--rounds" => rounds = value.parse().expect(HELP),
            "--slowdown" => slowdown = value.parse().expect(HELP),
            _ => panic!("`{word}`: {HELP}"),
        }
    }
    assert!(rounds > 0, "{HELP}");

    let worker = Worker::shared();
    let server = Server::start();
    let shop = Shop::with_origins(worker, &[server.origin()]);
    let _ = shop.publish(&case::survey());
    server.serve(case::pages(&shop.public_key), worker);

    let browser = Browser::open(Window::Phone);
    browser.before_each_page(case::WATCH);
    let mut all: Vec<(Case, Vec<Figures>)> = Case::ALL.map(|case| (case, Vec::new())).into();
    // The first round warms up the server's compressor and the browser's caches; it is not counted.
    for round in 0..=rounds {
        // Rotates the order, so that each case follows each other one.
        for place in 0..all.len() {
            let at = (place + round) % all.len();
            let (case, figures) = &mut all[at];
            let measured = case.measure(&browser, &server, slowdown);
            if round > 0 {
                figures.push(measured);
            }
        }
        println!("round {round} of {rounds}{}", if round == 0 { " (not counted)" } else { "" });
    }

    let table = table(&all, rounds, slowdown);
    print!("\n{table}");
    let path = tool("GLAS_SITE").with_file_name("bench-widget.md");
    fs::write(&path, table).expect("a file for the table");
    println!("\nalso in {}", path.display());
}
