//! Names that lead where the public does not go.

/// Domains, each with all that is below it.
const PRIVATE: [&str; 48] = [
    // RFC 6761, 6762, 7686, 8375, 9476, and ICANN's own list of names that will never be given out.
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "invalid",
    "local",
    "localhost",
    "mail",
    "onion",
    "test",
    // What home routers, offices and clusters call themselves.
    "fritz.box",
    "gateway",
    "intra",
    "intranet",
    "lan",
    "localdomain",
    "private",
    "router",
    "svc",
    "workgroup",
    // Where clouds tell their machines who they are, besides those below `internal`.
    "metadata.goog",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "metadata.tencentyun.com",
    // Wildcards that answer with an address that stands in the name, or with 127.0.0.1.
    "127-0-0-1.org.uk",
    "1u.ms",
    "backname.io",
    "fuf.me",
    "ip.addr.tools",
    "ip6.name",
    "lacolhost.com",
    "local-ip.co",
    "local-ip.sh",
    "localdev.me",
    "localho.st",
    "localhost.direct",
    "localtest.me",
    "lvh.me",
    "nip.io",
    "plex.direct",
    "rbndr.us",
    "sslip.io",
    "spoofed.burpcollaborator.net",
    "traefik.me",
    "vcap.me",
    "xip.io",
    "xip.name",
];

/// Whether a host (in lower case) is one of those, or below one.
pub(super) fn is_private(host: &str) -> bool {
    PRIVATE.iter().any(|domain| host.strip_suffix(domain).is_some_and(|above| above.is_empty() || above.ends_with('.')))
}

/// Whether a host's name has an IPv4 address in it: four numbers as labels, whatever they are, or joined by hyphens one that
/// is not public. Wildcard services answer with it; nobody else needs such a name.
pub(super) fn holds_an_address(host: &str) -> bool {
    let mut run = 0;
    for label in host.split('.') {
        run = if octet(label).is_some() { run + 1 } else { 0 };
        if run == 4 || holds_a_private_one(label) {
            return true;
        }
    }
    false
}

fn octet(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn holds_a_private_one(label: &str) -> bool {
    let mut last = [None; 4];
    for part in label.split('-') {
        let [_, b, c, d] = last;
        last = [b, c, d, octet(part)];
        if let [Some(a), Some(b), Some(_), Some(_)] = last
            && is_not_public(a, b)
        {
            return true;
        }
    }
    false
}

/// By its first two numbers, whether an address is for networks of their own (RFC 6890).
const fn is_not_public(a: u8, b: u8) -> bool {
    matches!((a, b), (0 | 10 | 127 | 224..=255, _) | (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for host in
            ["localhost", "a.localhost", "b.a.local", "metadata.google.internal", "10.0.0.1.nip.io", "home.arpa"]
        {
            assert!(is_private(host), "{host}");
        }
        for host in ["nip.io.example", "mylocal", "local.example", "anip.io", "shop.pl", "internal.shop.pl", ""] {
            assert!(!is_private(host), "{host}");
        }
        for host in ["1.2.3.4.example", "a.10.0.0.1.b.c", "app-192-168-1-1.b.c", "127-0-0-1.b.c", "10-0-0-1-x.b.c"] {
            assert!(holds_an_address(host), "{host}");
        }
        for host in
            ["1.2.3.shop.pl", "ec2-3-120-4-5.eu-central-1.compute.amazonaws.com", "2026-11-28.shop.pl", "1.2.3.400.b"]
        {
            assert!(!holds_an_address(host), "{host}");
        }
    }
}
