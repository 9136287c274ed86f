//! Validates the URLs of webhooks, to prevent server-side request forgery (SSRF): a URL must not make the service send
//! requests to hosts that are not public.
//!
//! Does not rely on a URL parser: only the plain form that every parser reads in the same way is accepted. DNS
//! resolution is not checked here; the platform's `global_fetch_strictly_public` blocks requests to private addresses.

use super::name;
use alloc::string::{String, ToString};
use core::fmt;

/// Maximum length, in bytes, which every server accepts.
const MAX: usize = 2_048;

/// Why a URL is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidUrl {
    /// The URL is empty.
    Empty,
    /// The URL is too long.
    TooLong,
    /// A character that must be percent-encoded in a URL, or a fragment.
    Character,
    /// The scheme is not HTTPS.
    Scheme,
    /// The URL contains a user name or password.
    Credentials,
    /// The port is not 443.
    Port,
    /// The host is an IP address, in any notation.
    IpAddress,
    /// The host is not a valid DNS name.
    Host,
    /// The host has only one label, so it can only be a local name.
    SingleLabel,
    /// The host is a private name, or contains an IP address.
    Private,
}

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "must not be empty",
            Self::TooLong => "must not be longer than 2048 bytes",
            Self::Character => {
                "must not contain a fragment or unescaped characters; percent-encode them, and write an international host name \
                 in its xn-- form"
            }
            Self::Scheme => "must start with https://",
            Self::Credentials => "must not contain a user name or password; verify the signature instead",
            Self::Port => "must not have a port other than 443",
            Self::IpAddress => "host must be a DNS name, not an IP address",
            Self::Host => "host must be a valid DNS name, like hooks.shop.example",
            Self::SingleLabel => "host must be a public, fully qualified domain name",
            Self::Private => "host must be public; this name is private or contains an IP address",
        })
    }
}

/// Validates a URL and returns it in canonical form: lower-case host, no port, with a path. `exempt` is an origin that
/// is accepted unchecked, for tests with a local receiver.
///
/// # Errors
/// The reason for the rejection.
pub fn normalize_url(text: &str, exempt: Option<&str>) -> Result<String, InvalidUrl> {
    if text.is_empty() {
        return Err(InvalidUrl::Empty);
    }
    if text.len() > MAX {
        return Err(InvalidUrl::TooLong);
    }
    // RFC 3986 allows no other characters, and a fragment is never sent.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte)) {
        return Err(InvalidUrl::Character);
    }
    if exempt.and_then(|origin| text.strip_prefix(origin)).is_some_and(|rest| rest.starts_with('/')) {
        return Ok(text.to_string());
    }
    let (scheme, rest) = text.split_once("://").ok_or(InvalidUrl::Scheme)?;
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(InvalidUrl::Scheme);
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host(authority)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(["https://", &host, slash, path].concat())
}

/// The lower-case host of an authority without user name and port.
fn host(authority: &str) -> Result<String, InvalidUrl> {
    if authority.contains('@') {
        return Err(InvalidUrl::Credentials);
    }
    if authority.starts_with('[') {
        return Err(InvalidUrl::IpAddress);
    }
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    if port.is_some_and(|port| port != "443") {
        return Err(InvalidUrl::Port);
    }
    let host = host.to_ascii_lowercase();
    if host.is_empty() || host.len() > 253 || !host.split('.').all(is_label) {
        return Err(InvalidUrl::Host);
    }
    // No top-level domain starts with a digit; such a host is read as an address: 127.1, 0x7f.1, 2130706433.
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|character: char| character.is_ascii_digit()) {
        return Err(InvalidUrl::IpAddress);
    }
    if !host.contains('.') {
        return Err(if name::is_private(&host) { InvalidUrl::Private } else { InvalidUrl::SingleLabel });
    }
    if !last.starts_with("xn--") && !last.bytes().all(|byte| byte.is_ascii_lowercase()) || last.len() < 2 {
        return Err(InvalidUrl::Host);
    }
    if name::is_private(&host) || name::contains_ip_address(&host) {
        return Err(InvalidUrl::Private);
    }
    Ok(host)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
