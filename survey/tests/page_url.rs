//! Which part of a page's address is stored.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use serde_json::Value;
use survey::{
    ShopSettings,
    submission::{PageParameters, page_url},
};

/// The addresses that the widget and the service are tested with, too.
fn addresses() -> Value {
    serde_json::from_str(include_str!("addresses.json")).unwrap()
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn parameters(names: &[&str]) -> PageParameters {
    let page_parameters = names.iter().map(|name| (*name).to_owned()).collect();
    PageParameters::new(&ShopSettings { page_parameters, ..ShopSettings::default() }, [])
}

fn shop_parameters() -> PageParameters {
    parameters(&["category", "route"])
}

#[test]
fn no_secret_is_kept() {
    let addresses = addresses();
    let rows = addresses["secret"].as_array().unwrap();
    assert!(rows.len() >= 200, "{} addresses", rows.len());
    let mut failures = Vec::new();
    for row in rows {
        let url = row["url"].as_str().unwrap();
        let cleaned = page_url::clean(url, &shop_parameters()).unwrap_or_else(|| panic!("{url} is dropped"));
        if strings(&row["secrets"]).iter().any(|secret| cleaned.contains(secret)) {
            failures.push(format!("{url} -> {cleaned}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), rows.len(), failures.join("\n"));
}

#[test]
fn a_harmless_address_keeps_its_path_and_its_campaign() {
    let addresses = addresses();
    let rows = addresses["harmless"].as_array().unwrap();
    assert!(rows.len() >= 100, "{} addresses", rows.len());
    let mut failures = Vec::new();
    for row in rows {
        let (url, expected) = (row["url"].as_str().unwrap(), row["kept"].as_str().unwrap());
        let cleaned = page_url::clean(url, &shop_parameters());
        if cleaned.as_deref() != Some(expected) {
            failures.push(format!("{url} -> {cleaned:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), rows.len(), failures.join("\n"));
}

#[test]
fn only_the_kept_parts_are_left() {
    let none = PageParameters::default();
    for (url, expected) in [
        ("HTTPS://Shop.Example:443/A?x=1", Some("https://shop.example/A")),
        ("https://shop.example/?utm_source=a&category=b", Some("https://shop.example/?utm_source=a")),
        ("https://shop.example/order/8f14e45fceea167a", Some("https://shop.example/order/[secret]")),
        (
            "https://shop.example/?utm_id=8f14e45fceea167a&utm_term=b",
            Some("https://shop.example/?utm_id=[secret]&utm_term=b"),
        ),
        ("https://shop.example/#/a/8f14e45fceea167a?sid=1", Some("https://shop.example/#/a/[secret]")),
        ("https://jan:pw@shop.example/a", Some("https://shop.example/a")),
        ("https://shop.example", Some("https://shop.example")),
        // Malformed.
        ("https://", None),
        ("https:///a", None),
        ("https://shop example/a", None),
        ("https://shop.example:99999/", None),
        ("https://shop.example\\@evil.example/", None),
        ("https://[::1]/", None),
        ("shop.example/a", None),
        ("javascript:alert(1)", None),
        ("", None),
    ] {
        assert_eq!(page_url::clean(url, &none).as_deref(), expected, "{url}");
    }
}

#[test]
fn parameters_come_from_settings_and_page_patterns() {
    let definition = r#"{"name":"S","touchpoint":"purchase","language":"en",
        "display":{"pages":["/index.php?route=checkout/success","~[?&]page_id=12","!/x?token=1"]},
        "questions":[{"id":"q","kind":"nps","text":{"en":"How likely?"}}]}"#;
    let survey = survey::wire::read_definition(definition).unwrap();
    let settings = ShopSettings { page_parameters: ["category".to_owned()].into(), ..ShopSettings::default() };
    let parameters = PageParameters::new(&settings, [&survey]);
    assert_eq!(parameters.names(), ["category", "page_id", "route"]);
}

#[test]
fn origins_are_read_from_cleaned_addresses() {
    for (url, origin) in [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/a?b", "https://shop.example"),
        ("https://shop.example?b", "https://shop.example"),
        ("http://localhost:8787/#/a", "http://localhost:8787"),
    ] {
        assert_eq!(page_url::origin_of(url), origin);
    }
}

/// A pseudo-random sequence, so that a failure repeats.
fn tokens(alphabet: &str, length: usize) -> impl Iterator<Item = String> {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
            })
            .collect()
    })
}

#[test]
fn random_tokens_are_recognised() {
    const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut report = Vec::new();
    for (name, alphabet, length, tolerated) in [
        ("hex", "0123456789abcdef", 16, 10),
        ("hex", "0123456789abcdef", 32, 0),
        ("base36", "abcdefghijklmnopqrstuvwxyz0123456789", 20, 20),
        ("base62", &BASE64[..62], 22, 20),
        ("base64", BASE64, 22, 300),
        ("base64", BASE64, 32, 100),
        ("base64", BASE64, 43, 20),
    ] {
        let url = |token: String| format!("https://shop.example/x/{token}");
        let none = PageParameters::default();
        let sample = tokens(alphabet, length).take(2_000).map(url);
        let missed = sample.filter(|url| page_url::clean(url, &none).as_ref() == Some(url)).count();
        report.push((name, length, missed, missed <= tolerated));
    }
    assert!(report.iter().all(|(.., is_tolerated)| *is_tolerated), "missed of 2,000: {report:?}");
}

proptest! {
    #[test]
    fn cleaning_is_idempotent(
        tail in "[/?#&;=%@:a-zA-Z0-9_.!+-]{0,60}|(/(reset|%72eset|a%2Fb|[A-Za-z0-9_-]{1,40}|%25{0,3}[0-9a-f]{2}))*(\\?(utm_(id|term)|route|x)=[^#]{0,30})?(#!?/[^ ]{0,40})?|.{0,60}",
    ) {
        let url = format!("https://shop.example/{tail}");
        if let Some(once) = page_url::clean(&url, &shop_parameters()) {
            prop_assert_eq!(page_url::clean(&once, &shop_parameters()), Some(once.clone()));
            let markers = once.matches("[secret]").count() * "[secret]".len();
            prop_assert!(once.len() <= url.len() + markers);
            // Fewer parameters keep a part of it.
            prop_assert!(page_url::clean(&once, &PageParameters::default()).is_some());
        }
    }

    #[test]
    fn no_address_panics(url in ".{0,80}") {
        let _ = page_url::clean(&url, &shop_parameters());
    }
}
