//! What the stretches of a period add up to.

use super::timeline::Stretch;
use crate::rules::HoursRange;
use crate::scene::{CameraState, Detail, Reason};

const MINUTE: i64 = 60_000_000;
pub(super) const DAY: i64 = 24 * 60 * MINUTE;
/// Local time is this much ahead of UTC: +07:00.
const AHEAD: i64 = 7 * 60 * MINUTE;

/// An outage: when it began, how long it was, and of its longest stretch the length, the reason and what
/// is known beside that. Microseconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outage {
    pub(super) from: i64,
    pub(super) length: i64,
    most: i64,
    pub(super) reason: Option<Reason>,
    pub(super) detail: Detail,
}

/// Microseconds by state, and outages.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) seeing: i64,
    pub(super) degraded: i64,
    pub(super) blind: i64,
    pub(super) offline: i64,
    pub(super) unknown: i64,
    /// Of these, degraded to offline for reasons that lie with this program alone.
    pub(super) excused: i64,
    /// Of these, what is held against the vendor.
    pub(super) out: i64,
    pub(super) incidents: u64,
    pub(super) longest: Outage,
    /// The outage that goes on.
    open: Option<Outage>,
}

impl Tally {
    /// All that is counted.
    pub(super) fn counted(&self) -> i64 {
        self.seeing + self.degraded + self.blind + self.offline + self.unknown
    }

    /// Adds a stretch that follows the last one; `degraded_sees` says whether a degraded view is no
    /// outage.
    pub(super) fn add(&mut self, stretch: &Stretch, degraded_sees: bool) {
        let long = stretch.to - stretch.from;
        match stretch.state {
            None => self.unknown += long,
            Some(CameraState::Seeing) => self.seeing += long,
            Some(CameraState::Degraded) => self.degraded += long,
            Some(CameraState::Blind) => self.blind += long,
            Some(CameraState::Offline) => self.offline += long,
        }
        if stretch.ours {
            self.excused += long;
        }
        let out = match stretch.state {
            None | Some(CameraState::Seeing) => false,
            Some(CameraState::Degraded) => !degraded_sees,
            Some(CameraState::Blind | CameraState::Offline) => true,
        };
        if !out || stretch.ours {
            self.open = None;
            return;
        }
        if self.open.is_none() {
            self.incidents += 1;
        }
        self.out += long;
        let open =
            self.open.get_or_insert_with(|| Outage { from: stretch.from, ..Outage::default() });
        open.length += long;
        if long > open.most {
            (open.most, open.reason) = (long, stretch.reason);
            open.detail.clone_from(&stretch.detail);
        }
        if open.length > self.longest.length {
            self.longest.clone_from(open);
        }
    }

    /// Adds what another camera's time adds up to.
    pub(super) fn join(&mut self, other: &Self) {
        self.seeing += other.seeing;
        self.degraded += other.degraded;
        self.blind += other.blind;
        self.offline += other.offline;
        self.unknown += other.unknown;
        self.excused += other.excused;
        self.out += other.out;
        self.incidents += other.incidents;
        if other.longest.length > self.longest.length {
            self.longest.clone_from(&other.longest);
        }
    }
}

/// The parts of `from` to `to` that fall into `hours` (local; none: all), in order.
pub(super) fn counted(from: i64, to: i64, hours: &[HoursRange]) -> Vec<(i64, i64)> {
    if hours.is_empty() {
        return if from < to { vec![(from, to)] } else { Vec::new() };
    }
    let mut parts: Vec<(i64, i64)> = Vec::new();
    let mut at = from;
    while at < to {
        let minute_of_day = (at + AHEAD).rem_euclid(DAY) / MINUTE;
        let next = (at + AHEAD).div_euclid(MINUTE) * MINUTE + MINUTE - AHEAD;
        let end = next.min(to);
        let minute = u16::try_from(minute_of_day).unwrap_or_default();
        if hours.iter().any(|h| h.contains(minute)) {
            match parts.last_mut() {
                Some(last) if last.1 == at => last.1 = end,
                _ => parts.push((at, end)),
            }
        }
        at = end;
    }
    parts
}

/// Which local day a time falls on, counted from 1970-01-01, and when that day begins.
pub(super) fn day_of(at: i64) -> (i64, i64) {
    let day = (at + AHEAD).div_euclid(DAY);
    (day, day * DAY - AHEAD)
}

/// The part of the stretch between two times.
pub(super) fn cut(stretch: &Stretch, from: i64, to: i64) -> Option<Stretch> {
    let (from, to) = (stretch.from.max(from), stretch.to.min(to));
    (from < to).then(|| Stretch { from, to, ..stretch.clone() })
}
