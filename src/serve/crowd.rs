//! How many connections each party has, so that nobody takes all of them.

use crate::review::holder;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// How many connections each address has; one of IPv6 counts with its whole /64.
#[derive(Debug, Default)]
pub(super) struct Crowd(Mutex<HashMap<IpAddr, usize>>);

/// One connection of an address; gives its seat back when dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<Crowd>, IpAddr);

impl Crowd {
    /// A seat, unless this party has so many already.
    pub(super) fn enter(crowd: &Arc<Self>, address: IpAddr, most: usize) -> Option<Seat> {
        let holder = holder(address);
        let mut seats = crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seated = seats.entry(holder).or_insert(0);
        if *seated >= most {
            return None;
        }
        *seated += 1;
        Some(Seat(Arc::clone(crowd), holder))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seated) = seats.get_mut(&self.1) {
            *seated = seated.saturating_sub(1);
            if *seated == 0 {
                seats.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_seats_and_gives_them_back() {
        let crowd = Arc::new(Crowd::default());
        let (one, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let first = Crowd::enter(&crowd, one, 2).unwrap();
        let _second = Crowd::enter(&crowd, one, 2).unwrap();
        assert!(Crowd::enter(&crowd, one, 2).is_none());
        assert!(Crowd::enter(&crowd, other, 2).is_some());
        drop(first);
        assert!(Crowd::enter(&crowd, one, 2).is_some());
        assert_eq!(crowd.0.lock().unwrap().len(), 1, "an address without connections is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_sits_together() {
        let crowd = Arc::new(Crowd::default());
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let _one = Crowd::enter(&crowd, address("2001:db8::1"), 2).unwrap();
        let _two = Crowd::enter(&crowd, address("2001:db8::2"), 2).unwrap();
        assert!(Crowd::enter(&crowd, address("2001:db8::3:4"), 2).is_none());
        assert!(Crowd::enter(&crowd, address("2001:db8:0:1::1"), 2).is_some());
    }
}
