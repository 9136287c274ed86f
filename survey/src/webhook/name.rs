//! Host names that are not public.

/// Private domains, including their subdomains.
const PRIVATE: [&str; 48] = [
    // RFC 6761, 6762, 7686, 8375, 9476, and ICANN's list of names that will never be delegated.
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
    // Local names of home routers, offices and clusters.
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
    // Metadata services of clouds, except those below `internal`.
    "metadata.goog",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "metadata.tencentyun.com",
    // Wildcard DNS services that resolve to an address contained in the name, or to 127.0.0.1.
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

/// Whether a lower-case host name is a private domain or below one.
pub(super) fn is_private(host: &str) -> bool {
    PRIVATE.iter().any(|domain| host.strip_suffix(domain).is_some_and(|above| above.is_empty() || above.ends_with('.')))
}

/// Whether a host name contains an IPv4 address: any four numbers as labels, or a private address joined by hyphens.
/// Wildcard DNS services resolve such names to the address; legitimate hosts do not need them.
pub(super) fn contains_ip_address(host: &str) -> bool {
    let mut run = 0;
    for label in host.split('.') {
        run = if octet(label).is_some() { run + 1 } else { 0 };
        if run == 4 || contains_private_address(label) {
            return true;
        }
    }
    false
}

fn octet(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn contains_private_address(label: &str) -> bool {
    let mut last = [None; 4];
    for part in label.split('-') {
        let [_, b, c, d] = last;
        last = [b, c, d, octet(part)];
        if let [Some(a), Some(b), Some(_), Some(_)] = last
            && is_special_purpose(a, b)
        {
            return true;
        }
    }
    false
}

/// Whether an address is special-purpose, by its first two octets (RFC 6890).
const fn is_special_purpose(a: u8, b: u8) -> bool {
    matches!((a, b), (0 | 10 | 127 | 224..=255, _) | (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_hosts_and_embedded_addresses_are_found() {
        for host in
            ["localhost", "a.localhost", "b.a.local", "metadata.google.internal", "10.0.0.1.nip.io", "home.arpa"]
        {
            assert!(is_private(host), "{host}");
        }
        for host in ["nip.io.example", "mylocal", "local.example", "anip.io", "shop.pl", "internal.shop.pl", ""] {
            assert!(!is_private(host), "{host}");
        }
        for host in ["1.2.3.4.example", "a.10.0.0.1.b.c", "app-192-168-1-1.b.c", "127-0-0-1.b.c", "10-0-0-1-x.b.c"] {
            assert!(contains_ip_address(host), "{host}");
        }
        for host in
            ["1.2.3.shop.pl", "ec2-3-120-4-5.eu-central-1.compute.amazonaws.com", "2026-11-28.shop.pl", "1.2.3.400.b"]
        {
            assert!(!contains_ip_address(host), "{host}");
        }
    }
}
