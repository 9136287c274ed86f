use survey::webhook::normalize_url;
use url::{Host, Url};

/// An accepted URL is `https` at a DNS name of several labels that is not numeric, on port 443 and without a user, also
/// according to a WHATWG URL parser. It is in canonical form.
pub fn webhook_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let taken = match normalize_url(text, None) {
        Err(refused) => return assert!(!refused.to_string().is_empty()),
        Ok(taken) => taken,
    };
    assert_eq!(normalize_url(&taken, None).as_ref(), Ok(&taken), "it is in canonical form");
    for text in [text, &taken] {
        // The other parser rejects an invalid `xn--` label, which no resolver could answer for.
        let Ok(url) = Url::parse(text) else {
            assert!(taken.contains("xn--"), "only one parser accepts {text}");
            continue;
        };
        assert_eq!((url.scheme(), url.port_or_known_default()), ("https", Some(443)), "{text}");
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{text}");
        let Some(Host::Domain(host)) = url.host() else { panic!("{text} has no host name") };
        assert!(host.contains('.') && !host.ends_with('.') && host.is_ascii(), "{text}");
        assert!(host.parse::<std::net::IpAddr>().is_err(), "{text}");
        let last = host.rsplit('.').next().unwrap_or_default();
        assert!(last.starts_with(|letter: char| letter.is_ascii_lowercase()), "{text}");
        assert!(!["localhost", "local", "internal", "nip.io"].iter().any(|name| host.ends_with(&format!(".{name}"))));
        let own = taken.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
        assert_eq!(own, Some(host), "the parsers disagree about the host of {text}");
    }
}
