//! Places at which rules are broken again and again, and when.

use super::definition::{PLACES, REPEAT_DAYS, REPEATS};
use crate::store::FigureRow;
use std::collections::{BTreeMap, BTreeSet};

const HOUR_US: i64 = 3_600_000_000;
/// Local time is this much ahead of UTC: +07:00.
const AHEAD_US: i64 = 7 * HOUR_US;

/// When something is by the local clock and calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalTime {
    /// Days since 1970-01-01.
    pub(super) day: i64,
    /// 0 to 23.
    pub(super) hour: usize,
    /// 0 Monday to 6 Sunday.
    pub(super) weekday: usize,
}

impl LocalTime {
    /// Of microseconds since 1970-01-01 UTC.
    pub(super) fn of(utc_us: i64) -> Self {
        let local = utc_us + AHEAD_US;
        let day = local.div_euclid(24 * HOUR_US);
        // 1970-01-01 was a Thursday.
        let weekday = (day + 3).rem_euclid(7) as usize;
        Self { day, hour: (local.div_euclid(HOUR_US)).rem_euclid(24) as usize, weekday }
    }
}

/// What happened in one zone of one camera.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeated {
    pub(super) flagged: u64,
    pub(super) confirmed: u64,
    days: BTreeSet<i64>,
    hours: [u64; 24],
    weekdays: [u64; 7],
}

impl Repeated {
    pub(super) fn days(&self) -> usize {
        self.days.len()
    }

    /// The hour of the day, and the day of the week (0 Monday), with most confirmed.
    pub(super) fn busiest(&self) -> (usize, usize) {
        (most(&self.hours), most(&self.weekdays))
    }
}

/// Where the first of the greatest stands.
fn most(counts: &[u64]) -> usize {
    let most = counts.iter().max().copied().unwrap_or(0);
    counts.iter().position(|n| *n == most).unwrap_or(0)
}

/// Zones by camera.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<String, BTreeMap<String, Repeated>>);

impl Places {
    pub(super) fn add(&mut self, row: &FigureRow<'_>, at: LocalTime) {
        if !self.0.contains_key(row.camera) {
            self.0.insert(row.camera.to_owned(), BTreeMap::new());
        }
        let Some(zones) = self.0.get_mut(row.camera) else { return };
        if !zones.contains_key(row.zone) {
            zones.insert(row.zone.to_owned(), Repeated::default());
        }
        let Some(place) = zones.get_mut(row.zone) else { return };
        place.flagged += 1;
        if row.status == "confirmed" {
            place.confirmed += 1;
            place.days.insert(at.day);
            place.hours[at.hour] += 1;
            place.weekdays[at.weekday] += 1;
        }
    }

    /// Those of repeats, by camera and zone: most confirmed first, then most flagged, then by name.
    pub(super) fn repeats(&self) -> Vec<(&str, &str, &Repeated)> {
        let all = self.0.iter().flat_map(|(camera, zones)| {
            zones.iter().map(move |(zone, place)| (camera.as_str(), zone.as_str(), place))
        });
        let mut repeats: Vec<_> =
            all.filter(|(.., p)| p.confirmed >= REPEATS && p.days.len() >= REPEAT_DAYS).collect();
        repeats.sort_by(|a, b| {
            (b.2.confirmed, b.2.flagged)
                .cmp(&(a.2.confirmed, a.2.flagged))
                .then_with(|| (a.0, a.1).cmp(&(b.0, b.1)))
        });
        repeats.truncate(PLACES);
        repeats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_days_begin_at_seventeen_utc() {
        let at =
            |text: &str| LocalTime::of(text.parse::<jiff::Timestamp>().unwrap().as_microsecond());
        // 2026-08-15 was a Saturday.
        assert_eq!(at("2026-08-14T16:59:59Z").hour, 23);
        let midnight = at("2026-08-14T17:00:00Z");
        assert_eq!((midnight.hour, midnight.weekday), (0, 5));
        assert_eq!(midnight.day, at("2026-08-15T16:59:59.999Z").day);
    }
}
