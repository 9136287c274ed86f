use survey::webhook::normalize_url;
use url::{Host, Url};

/// Whatever address is taken is `https`, at a DNS name of several labels that is no number, at port 443, without a user: so
/// says a reader that follows browsers, too. And it has one form.
pub fn webhook_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let taken = match normalize_url(text, None) {
        Err(refused) => return assert!(!refused.to_string().is_empty()),
        Ok(taken) => taken,
    };
    assert_eq!(normalize_url(&taken, None).as_ref(), Ok(&taken), "it has one form");
    for text in [text, &taken] {
        // A made-up `xn--` label is none that anybody can ask for.
        let Ok(url) = Url::parse(text) else {
            assert!(taken.contains("xn--"), "only one of us can read {text}");
            continue;
        };
        assert_eq!((url.scheme(), url.port_or_known_default()), ("https", Some(443)), "{text}");
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{text}");
        let Some(Host::Domain(host)) = url.host() else { panic!("{text} has no name") };
        assert!(host.contains('.') && !host.ends_with('.') && host.is_ascii(), "{text}");
        assert!(host.parse::<std::net::IpAddr>().is_err(), "{text}");
        let last = host.rsplit('.').next().unwrap_or_default();
        assert!(last.starts_with(|letter: char| letter.is_ascii_lowercase()), "{text}");
        assert!(!["localhost", "local", "internal", "nip.io"].iter().any(|name| host.ends_with(&format!(".{name}"))));
        let own = taken.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
        assert_eq!(own, Some(host), "we read another host in {text}");
    }
}
