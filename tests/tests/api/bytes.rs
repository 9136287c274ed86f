//! Size budgets: what a shopper's browser downloads, compressed like static assets.

use std::{fmt::Write, fs, path::Path};
use tests::{
    compress::compress,
    shop::Shop,
    worker::{Worker, tool},
};

/// The budgets: every page view, a shopper who sees a survey, and the JavaScript module for pages that forbid wasm.
const BUDGETS: (usize, usize, usize) = (2_048, 14_600, 30_000);

/// Random characters of a typical distribution.
const SHOP: &str = "q4w8e1r7t2y5k9m3";
const TOKEN: &str = "mg3k9x2p7f4wq8z1cah6v0tjr5ys2ne8bd7uq4ox";

/// The size after compression.
fn brotli(bytes: &[u8]) -> usize {
    compress(bytes).len()
}

/// The text with fixed characters in place of the shop's key, the survey ids and a view token. These are random in
/// every demo shop and would change the compressed size by about ten bytes.
fn steady(text: &str, public_key: &str) -> String {
    let (shop, own) = public_key["pk_".len()..].split_at(16);
    let drawn = text.replace(shop, SHOP).replace(own, "z0x6c8v2b5n1h7j4");
    let (mut text, mut rest) = (String::new(), drawn.as_str());
    for own in ["8fm2xw0qzt", "k1v9r4c7ye", "3h6np5sj0d", "b7tg2z8wqx"] {
        let Some((before, after)) = rest.split_once(&format!("srv_{SHOP}")) else { break };
        write!(text, "{before}srv_{SHOP}{own}").unwrap();
        rest = &after[own.len()..];
    }
    text.push_str(rest);
    match text.split_once("\"t\":\"") {
        Some((before, after)) => {
            let end = after.find('"').expect("the end of the token");
            format!("{before}\"t\":\"{}{}", &TOKEN[..end], &after[end..])
        }
        None => text,
    }
}

#[test]
fn downloads_stay_within_the_size_budgets() {
    let demo = Shop::demo(Worker::shared());
    let get = |path: &str| steady(&demo.client.send("GET", path, &[], "").expect(200).text, &demo.public_key);
    let loader = get(&format!("/w/{}.js", demo.public_key));
    assert!(!loader.contains(&demo.public_key) && loader.contains("pk_q4w8e1r7t2y5k9m3z0x6c8v2b5n1h7j4"));
    assert!(loader.matches("srv_").count() >= 4, "a typical config: four surveys");

    let site = tool("GLAS_SITE");
    let (_, hash) = loader.split_once("/a/").expect("the loader names the widget's folder");
    let hash: String = hash.chars().take_while(char::is_ascii_hexdigit).collect();
    let file = |name: &str| fs::read(Path::new(&site).join("a").join(&hash).join(name)).expect("a built file");

    // The longest texts of any survey in any of its languages.
    let mut words = Vec::new();
    for survey in demo.get("/v1/surveys")["items"].as_array().unwrap() {
        let (id, version) = (survey["id"].as_str().unwrap(), &survey["version"]);
        for language in ["en", "pl", "ro"] {
            let path = format!("/w/{}/{id}/{version}/{language}.json", demo.public_key);
            words.push((format!("texts of \"{}\" in {language}", survey["name"].as_str().unwrap()), path));
        }
    }
    let words = words.into_iter().map(|(name, path)| (name, get(&path)));
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
    writeln!(table, "{:>9} {:>9}  for a shopper who sees a survey", sums.0, sums.1).unwrap();
    let instead = file("glas_js.js");
    writeln!(table, "{:>9} {:>9}  glas_js.js, if the page forbids wasm", instead.len(), brotli(&instead)).unwrap();
    fs::write(site.with_file_name("bytes.txt"), &table).unwrap();

    for (what, measured, budget) in [
        ("on every page view", brotli(loader.as_bytes()), BUDGETS.0),
        ("for a shopper who sees a survey", sums.1, BUDGETS.1),
        ("if the page forbids wasm", brotli(&instead), BUDGETS.2),
    ] {
        assert!(measured <= budget, "{what}: {measured} bytes, the budget is {budget}\n{table}");
    }
}
