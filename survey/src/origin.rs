//! Page origins, as browsers send them in the `Origin` header.

use crate::id::InvalidId;
use alloc::string::String;

/// A web origin: scheme, host and, if it is not the default one, port (RFC 6454, section 6.2).
///
/// Origins are compared as whole strings, without wildcards or suffix matching: `https://shop.example.evil.example`
/// must not match `https://shop.example`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Maximum length: a DNS name has at most 253 characters, plus `https://` and `:65535`.
    pub const MAX: usize = 270;

    /// Parses an origin as the shop owner wrote it. Lower-cases it and drops a default port, as browsers do; rejects
    /// anything else that a browser would never send.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let lower = text.to_ascii_lowercase();
        let (scheme, rest) = lower.split_once("://").ok_or(InvalidId::origin())?;
        let default_port = match scheme {
            "https" => "443",
            "http" => "80",
            _ => return Err(InvalidId::origin()),
        };
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (rest, None),
        };
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        let port_is_valid = port.is_none_or(|port| {
            !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
        });
        if lower.len() > Self::MAX || !host.split('.').all(label) || !port_is_valid {
            return Err(InvalidId::origin());
        }
        let mut origin = String::with_capacity(lower.len());
        for part in [scheme, "://", host] {
            origin.push_str(part);
        }
        if let Some(port) = port.filter(|port| *port != default_port) {
            origin.push(':');
            origin.push_str(port);
        }
        Ok(Self(origin))
    }

    /// Whether a request's `Origin` header is exactly this origin.
    #[must_use]
    pub fn matches(&self, header: &str) -> bool {
        self.0 == header
    }

    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_input_is_normalized_or_rejected() {
        for (input, expected) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://localhost:8787", "http://localhost:8787"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("https://xn--wnka-cta.pl", "https://xn--wnka-cta.pl"),
        ] {
            assert_eq!(Origin::parse(input).unwrap().as_str(), expected);
        }
        for bad in [
            "",
            "null",
            "*",
            "shop.example",
            "https://",
            "https://*.example",
            "https://shop.example/",
            "https://shop.example/path",
            "https://user@shop.example",
            "https://shop.example:0",
            "https://shop.example:",
            "https://shop.example:99999",
            "https://shop.example:080",
            "https://shop..example",
            "https://-shop.example",
            "https://wnęka.pl",
            "ftp://shop.example",
            "javascript:alert(1)",
            "https://shop.example https://other.example",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_exact_origin_matches() {
        let origin = Origin::parse("https://shop.example").unwrap();
        assert!(origin.matches("https://shop.example"));
        for other in [
            "null",
            "",
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evilshop.example",
            "https://www.shop.example",
            "https://shop.exampl",
            "https://SHOP.example",
            "https://shop.example/",
            " https://shop.example",
        ] {
            assert!(!origin.matches(other), "{other}");
        }
    }
}
