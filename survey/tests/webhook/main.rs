//! Which webhook URLs are accepted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use survey::webhook::normalize_url;

/// The rejected URLs with their reasons. The end-to-end tests use the same ones.
fn hostile() -> Vec<(String, String)> {
    serde_json::from_str(include_str!("hostile.json")).unwrap()
}

#[test]
fn hostile_urls_are_rejected_for_the_expected_reason() {
    let all = hostile();
    assert!(all.len() >= 120, "{}", all.len());
    let mut wrong = Vec::new();
    for (reason, url) in all {
        let found = normalize_url(&url, None);
        if format!("{found:?}") != format!("Err({reason})") {
            wrong.push(format!("{url:?}: {found:?}, not {reason}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn valid_urls_are_normalized() {
    for (input, expected) in [
        ("https://shop.pl", "https://shop.pl/"),
        ("https://shop.pl/", "https://shop.pl/"),
        ("HTTPS://Hooks.Shop.PL:443/A/b?c=D&e=%20f", "https://hooks.shop.pl/A/b?c=D&e=%20f"),
        ("https://shop.pl?a=b", "https://shop.pl/?a=b"),
        ("https://shop.pl/?to=a@b.pl", "https://shop.pl/?to=a@b.pl"),
        ("https://shop.pl/a:b/@c//d;e,f!g~h*i'(j)$k+l=m[n]", "https://shop.pl/a:b/@c//d;e,f!g~h*i'(j)$k+l=m[n]"),
        ("https://xn--w-uga1v8h.pl/", "https://xn--w-uga1v8h.pl/"),
        ("https://shop.xn--p1ai/", "https://shop.xn--p1ai/"),
        ("https://hooks.slack.com/services/T00/B00/xxxx", "https://hooks.slack.com/services/T00/B00/xxxx"),
        ("https://eo12ab34.m.pipedream.net", "https://eo12ab34.m.pipedream.net/"),
        ("https://a-b-c.lambda-url.eu-central-1.on.aws/", "https://a-b-c.lambda-url.eu-central-1.on.aws/"),
        ("https://1.2.3.shop.pl/", "https://1.2.3.shop.pl/"),
        ("https://123.pl/", "https://123.pl/"),
        ("https://0x7f.pl/", "https://0x7f.pl/"),
        ("https://hooks.shop.example/glas", "https://hooks.shop.example/glas"),
    ] {
        assert_eq!(normalize_url(input, None).as_deref(), Ok(expected), "{input}");
        assert_eq!(normalize_url(expected, None).as_deref(), Ok(expected), "normalizing is idempotent");
    }
    let longest = format!("https://shop.pl/{}", "a".repeat(2_032));
    assert_eq!(normalize_url(&longest, None), Ok(longest));
}

/// Only for tests: exactly one origin, with any path.
#[test]
fn one_origin_can_be_exempt() {
    let exempt = Some("http://127.0.0.1:4711");
    for url in ["http://127.0.0.1:4711/", "http://127.0.0.1:4711/a?b"] {
        assert_eq!(normalize_url(url, exempt).as_deref(), Ok(url));
        assert!(normalize_url(url, None).is_err(), "{url}");
    }
    for url in [
        "http://127.0.0.1:47110/",
        "http://127.0.0.1:4711",
        "http://127.0.0.1:4711@10.0.0.1/",
        "http://127.0.0.1:4711.shop.pl/",
        "http://127.0.0.1:4712/",
        "http://127.0.0.1:4711/a b",
        "https://127.0.0.1:4711/",
    ] {
        assert!(normalize_url(url, exempt).is_err(), "{url}");
    }
}
