//! The rate limits of one visitor, who is known by the address that the platform reports. The address is not stored: the
//! rate limiter gets a pseudonym that changes every day.

use crate::{app::App, time::clock, tokens::TokenSigner};
use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};

/// The visitor's address, set by the platform. Without the platform in front, the header is missing or a client's claim.
const ADDRESS: &str = "cf-connecting-ip";

/// What is limited. The limits are in wrangler.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Submissions and events that are not vouched for.
    Unvouched,
    /// Views of a survey with a token.
    Views,
}

impl Limit {
    /// The binding of its rate limiter.
    pub(crate) const fn binding(self) -> &'static str {
        match self {
            Self::Unvouched => "VISITOR_RATE",
            Self::Views => "VIEW_RATE",
        }
    }
}

/// A visitor's pseudonym; `None` if the platform does not report an address, and then there is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor(Option<String>);

impl Visitor {
    /// The visitor of a request. `now` in milliseconds since 1970.
    pub(crate) fn of(request: &HeaderMap, signer: &TokenSigner, now: i64) -> Self {
        let address = request.get(ADDRESS).and_then(|value| value.to_str().ok()).and_then(network_of);
        Self(address.map(|address| signer.visitor(clock::day_of(now), &address)))
    }

    /// Counts a request; whether there were too many. If the rate limiter is unavailable, the request is allowed.
    pub(crate) async fn exceeds(&self, app: &App, limit: Limit) -> bool {
        match &self.0 {
            Some(visitor) => app.platform().within_rate(limit.binding(), visitor).await == Some(false),
            None => false,
        }
    }
}

/// An IPv4 address, or the /64 network of an IPv6 address, which belongs to one subscriber. `None` for this machine's own
/// address, which only a development run sees.
fn network_of(address: &str) -> Option<String> {
    let address = address.trim().parse::<IpAddr>().ok()?.to_canonical();
    match address {
        _ if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn an_ipv6_network_is_one_visitor() {
        for (address, network) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1 ", Some("192.0.2.1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::")),
            ("2001:DB8:1:2::9", Some("2001:db8:1:2::")),
            ("2001:db8:1:3::9", Some("2001:db8:1:3::")),
            ("", None),
            ("192.0.2.1, 192.0.2.2", None),
            ("localhost", None),
            ("127.0.0.1", None),
            ("::1", None),
        ] {
            assert_eq!(network_of(address).as_deref(), network, "{address}");
        }
    }

    #[test]
    fn a_visitor_is_a_pseudonym_for_a_day() {
        let signer = TokenSigner::new(b"k").unwrap();
        let of = |address, now| {
            Visitor::of(
                &HeaderMap::from_iter([(http::HeaderName::from_static(ADDRESS), HeaderValue::from_static(address))]),
                &signer,
                now,
            )
        };
        assert_eq!(of("2001:db8::1", 5), of("2001:db8::2", clock::DAY_MS - 1));
        assert_ne!(of("192.0.2.1", 5), of("192.0.2.1", clock::DAY_MS));
        assert!(!format!("{:?}", of("192.0.2.1", 5)).contains("192.0.2.1"));
        assert_eq!(of("nonsense", 5), Visitor(None));
    }
}
