//! What a shopper's browser downloads, compressed as static assets are: its weight is a feature.

use std::{fmt::Write, fs, path::Path};
use tests::{
    compress::compress,
    shop::Shop,
    worker::{Worker, tool},
};

/// What was promised: for every page view, for whoever is asked, and the module as JavaScript for pages that let no wasm
/// run.
const PROMISED: (usize, usize, usize) = (2_048, 14_000, 30_000);

/// Bytes after that.
fn brotli(bytes: &[u8]) -> usize {
    compress(bytes).len()
}

#[test]
fn a_shopper_downloads_little_and_nobody_more_than_promised() {
    let demo = Shop::demo(Worker::shared());
    let loader = demo.client.send("GET", &format!("/w/{}.js", demo.public_key), &[], "").expect(200).text;
    assert!(loader.matches("srv_").count() >= 4, "a typical config: four surveys");

    let site = tool("GLAS_SITE");
    let (_, hash) = loader.split_once("/a/").expect("the loader knows the widget's folder");
    let hash: String = hash.chars().take_while(char::is_ascii_hexdigit).collect();
    let file = |name: &str| fs::read(Path::new(&site).join("a").join(&hash).join(name)).expect("a built file");

    // The longest words of any survey in any of its languages.
    let mut words = Vec::new();
    for survey in demo.get("/v1/surveys")["items"].as_array().unwrap() {
        let (id, version) = (survey["id"].as_str().unwrap(), &survey["version"]);
        for language in ["en", "pl", "ro"] {
            let path = format!("/w/{}/{id}/{version}/{language}.json", demo.public_key);
            words.push((format!("words of \"{}\" in {language}", survey["name"].as_str().unwrap()), path));
        }
    }
    let words = words.into_iter().map(|(name, path)| (name, demo.client.send("GET", &path, &[], "").expect(200).text));
    let (words_name, words) = words.max_by_key(|(_, text)| brotli(text.as_bytes())).expect("surveys");

    let mut table = format!("{:>9} {:>9}  file\n", "bytes", "brotli");
    let mut sums = (0, 0);
    for (name, bytes) in [
        ("loader with the demo shop's config", loader.as_bytes().to_vec()),
        ("run.js", file("run.js")),
        ("glas.js", file("glas.js")),
        ("glas_bg.wasm", file("glas_bg.wasm")),
        (words_name.as_str(), words.into_bytes()),
    ] {
        let packed = brotli(&bytes);
        sums = (sums.0 + bytes.len(), sums.1 + packed);
        writeln!(table, "{:>9} {packed:>9}  {name}", bytes.len()).unwrap();
    }
    writeln!(table, "{:>9} {:>9}  for a shopper who is asked", sums.0, sums.1).unwrap();
    let instead = file("glas_js.js");
    writeln!(table, "{:>9} {:>9}  glas_js.js, where wasm may not run", instead.len(), brotli(&instead)).unwrap();
    fs::write(site.with_file_name("bytes.txt"), &table).unwrap();

    for (what, measured, promised) in [
        ("on every page view", brotli(loader.as_bytes()), PROMISED.0),
        ("for a shopper who is asked", sums.1, PROMISED.1),
        ("where wasm may not run", brotli(&instead), PROMISED.2),
    ] {
        assert!(measured <= promised, "{what}: {measured} bytes, promised are {promised}\n{table}");
    }
}
