//! The networks that people come from: whoever holds one address of them holds others too.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose address it is: an IPv4 address itself, and of an IPv6 address its /64, all of which whoever
/// has one of them has (RFC 6177).
pub fn holder(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The network by which tries of a name are counted: an office's or a provider's /24 of IPv4, within
/// which addresses change from day to day, or a /64 of IPv6.
pub(super) fn network(address: IpAddr) -> String {
    match holder(address) {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => format!("{v6}/64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_what_one_party_holds() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(of("::ffff:192.0.2.9"), "192.0.2.0/24");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        let holder = |text: &str| holder(text.parse().unwrap()).to_string();
        assert_eq!(holder("192.0.2.7"), "192.0.2.7");
        assert_eq!(holder("2001:db8::ffff"), holder("2001:db8::1"));
        assert_ne!(holder("2001:db8:0:1::1"), holder("2001:db8::1"));
    }
}
