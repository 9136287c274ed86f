//! Where an event may be sent. Whoever may name an address could otherwise make the service knock at doors that are open to
//! it and to nobody else (SSRF).
//!
//! No parser decides here: an address is taken only if it has the one plain form that every parser reads in the same way.
//! What the name resolves to is not known here; the platform's `global_fetch_strictly_public` keeps requests away from what
//! is not public.

use super::name;
use alloc::string::{String, ToString};
use core::fmt;

/// Longest address, in bytes: what every server takes.
const MAX: usize = 2_048;

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing is there.
    Empty,
    /// Too long.
    Long,
    /// A letter that has no place in an address, or only written otherwise.
    Letter,
    /// Another scheme.
    Scheme,
    /// A user name or password.
    User,
    /// Another port.
    Port,
    /// A host that is a number, in whatever spelling.
    Number,
    /// A host that is no DNS name.
    Host,
    /// A host of one label, which only a network of its own knows.
    Single,
    /// A name that is not the public's, or that stands for a private address.
    Private,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "must not be empty",
            Self::Long => "must have at most 2048 bytes",
            Self::Letter => {
                "has a letter that an address cannot have; write it percent-encoded, and a host in its xn-- form; nothing \
                 may follow a #"
            }
            Self::Scheme => "must begin with https://",
            Self::User => "must hold no user name and no password: whoever sees it would know them; check the signature",
            Self::Port => "must have no port but 443",
            Self::Number => "must name a host by its DNS name, not by an IP address",
            Self::Host => "must have a host that is a DNS name, like hooks.shop.example",
            Self::Single => "must have a host that everybody knows, with a dot in it",
            Self::Private => "must have a host that is public: this name is private, or stands for a private address",
        })
    }
}

/// An address in its one form: the host in lower case, no port, a path. `exempt` is an origin that is taken as it is: the
/// receiver of a test on this machine.
///
/// # Errors
/// Why it is not taken.
pub fn address(text: &str, exempt: Option<&str>) -> Result<String, Refused> {
    if text.is_empty() {
        return Err(Refused::Empty);
    }
    if text.len() > MAX {
        return Err(Refused::Long);
    }
    // RFC 3986 knows no others, and `#` begins what is never sent.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte)) {
        return Err(Refused::Letter);
    }
    if exempt.and_then(|origin| text.strip_prefix(origin)).is_some_and(|rest| rest.starts_with('/')) {
        return Ok(text.to_string());
    }
    let (scheme, rest) = text.split_once("://").ok_or(Refused::Scheme)?;
    if !scheme.eq_ignore_ascii_case("https") {
        return Err(Refused::Scheme);
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host(authority)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(["https://", &host, slash, path].concat())
}

/// The host of an authority that has nothing else, in lower case.
fn host(authority: &str) -> Result<String, Refused> {
    if authority.contains('@') {
        return Err(Refused::User);
    }
    if authority.starts_with('[') {
        return Err(Refused::Number);
    }
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    if port.is_some_and(|port| port != "443") {
        return Err(Refused::Port);
    }
    let host = host.to_ascii_lowercase();
    if host.is_empty() || host.len() > 253 || !host.split('.').all(is_label) {
        return Err(Refused::Host);
    }
    // No top-level domain begins with a digit; what does is read as an address: 127.1, 0x7f.1, 2130706433.
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(Refused::Number);
    }
    if !host.contains('.') {
        return Err(if name::is_private(&host) { Refused::Private } else { Refused::Single });
    }
    if !last.starts_with("xn--") && !last.bytes().all(|byte| byte.is_ascii_lowercase()) || last.len() < 2 {
        return Err(Refused::Host);
    }
    if name::is_private(&host) || name::holds_an_address(&host) {
        return Err(Refused::Private);
    }
    Ok(host)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
