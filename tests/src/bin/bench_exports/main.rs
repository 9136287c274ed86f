//! `cargo xtask bench exports`: a million responses as CSV and NDJSON during concurrent writes: each exactly once, a
//! short time to first byte, constant memory. Also tests how LibreOffice reads hostile texts.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command-line program prints, measures time and panics on failure"
)]

use serde_json::{Value, json};
use std::{env, time::Instant};
use tests::{
    exports::{self, Export},
    load::percentile,
    random::Random,
    results,
    shop::{Shop, every_kind},
    supervisor::Entry,
    worker::tool,
};

const HELP: &str = "bench exports [--responses N] [--no-libreoffice]: default 1000000";
const TIMES: usize = 20;
const LEADS: [&str; 8] = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];

fn main() {
    let (mut size, mut with_libreoffice) = (1_000_000, true);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--responses" => size = words.next().and_then(|value| value.parse().ok()).expect(HELP),
            "--no-libreoffice" => with_libreoffice = false,
            _ => panic!("`{word}`: {HELP}"),
        }
    }
    let folder = tool("GLAS_SITE").with_file_name("bench-exports").join(size.to_string());
    let begin = Instant::now();
    let archive = results::open_as(Entry::Product, &folder, size);
    println!("{size} responses, ready after {} s", begin.elapsed().as_secs());
    if with_libreoffice {
        spreadsheet(&Shop::at(
            archive.supervisor.client(),
            &archive.supervisor.dev().admin_token,
            "Tabela",
            &[tests::shop::ORIGIN],
        ));
    }
    let form = "fields=id,survey,complete,touchpoint,language,device,answers,order,customer,flags,received_at";
    for path in ["/v1/responses.csv", "/v1/responses.ndjson"] {
        let mut times = exports::first_bytes(&archive, path, TIMES);
        let [p50, p95] = [50.0, 95.0].map(|share| percentile(&mut times, share));
        println!("{path}: first byte after {p50:.0} ms (p50), {p95:.0} ms (p95) of {TIMES}");
    }
    for path in
        ["/v1/responses.csv".to_owned(), "/v1/responses.ndjson".to_owned(), format!("/v1/responses.ndjson?{form}")]
    {
        let Export { path, first_byte_ms, seconds, bytes, rows, written, memory_mb: [before, tenth, most] } =
            exports::exact(&archive, &path);
        println!(
            "{path}: {rows} rows, {} MB in {seconds:.0} s, first byte after {first_byte_ms:.0} ms; {written} written \
             meanwhile, none missing, none twice; memory {before} MB before, {tenth} after a tenth, at most {most}",
            bytes >> 20
        );
    }
}

/// Texts with each formula prefix wherever some spreadsheet begins a cell.
fn hostile() -> Vec<String> {
    let places = [("", "1+1"), (" \u{a0}", "1+1"), ("\"", "1+1\""), ("a;", "1+1"), ("a\t", "1+1"), ("a\n", "1+1;")];
    LEADS.iter().flat_map(|lead| places.map(|(before, after)| format!("{before}{lead}{after}"))).collect()
}

fn spreadsheet(shop: &Shop) {
    let Some((taken, _)) = exports::formulas("a,b\r\n=1+1,\"x\"\r\n", ',') else {
        panic!(
            "LibreOffice is not installed; run `apt-get install --no-install-recommends libreoffice-calc`, or use --no-libreoffice"
        );
    };
    assert_eq!(taken, 1, "LibreOffice detects no formula in the control file, so the check would prove nothing");
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(72);
    for text in hostile() {
        let answers = json!([
            { "question": "nps", "score": 3 }, { "question": "why", "text": text },
            { "question": "reason", "choices": [], "other": text },
        ]);
        let mut body = shop.submission(&survey, &random.uuid(), 1, &answers);
        body["context"]["customer"] = json!(text);
        body["context"]["order"] = json!({ "id": text, "value": 1, "currency": "PLN" });
        body["context"]["traits"] = json!({ "plan": text });
        assert_eq!(shop.submit(&body).status, 201);
    }
    for query in ["", "?bom=true"] {
        let table = shop.call("GET", &format!("/v1/responses.csv{query}"), &Value::Null).expect(200).text;
        for delimiter in [',', ';', '\t'] {
            let (taken, cells) = exports::formulas(&table, delimiter).expect("LibreOffice");
            assert!(cells > 48, "{cells} cells");
            assert_eq!(taken, 0, "formulas, split at {delimiter:?}{query}");
            println!("LibreOffice, split at {delimiter:?}{query}: {cells} cells, {taken} formulas");
        }
    }
}
