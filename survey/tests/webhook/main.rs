//! Where events may be sent, and where not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use survey::webhook::address;

/// Reason and address, of each that is refused. The tests of the whole service try the same ones.
fn hostile() -> Vec<(String, String)> {
    serde_json::from_str(include_str!("hostile.json")).unwrap()
}

#[test]
fn hostile_addresses_are_refused_for_their_reason() {
    let all = hostile();
    assert!(all.len() >= 120, "{}", all.len());
    let mut wrong = Vec::new();
    for (why, url) in all {
        let found = address(&url, None);
        if format!("{found:?}") != format!("Err({why})") {
            wrong.push(format!("{url:?}: {found:?}, not {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_addresses_come_out_in_one_form() {
    for (given, kept) in [
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
        assert_eq!(address(given, None).as_deref(), Ok(kept), "{given}");
        assert_eq!(address(kept, None).as_deref(), Ok(kept), "its form is one");
    }
    let longest = format!("https://shop.pl/{}", "a".repeat(2_032));
    assert_eq!(address(&longest, None), Ok(longest));
}

/// For tests alone: one origin to the letter, and what lies at it.
#[test]
fn one_origin_may_be_exempt() {
    let exempt = Some("http://127.0.0.1:4711");
    for url in ["http://127.0.0.1:4711/", "http://127.0.0.1:4711/a?b"] {
        assert_eq!(address(url, exempt).as_deref(), Ok(url));
        assert!(address(url, None).is_err(), "{url}");
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
        assert!(address(url, exempt).is_err(), "{url}");
    }
}
