//! When a rule holds: daily stretches of local time.

use super::spec::{HoursRange, RuleSpec};
use crate::media::WallTime;

impl HoursRange {
    /// Whether minute `minute` of the day (0 to 1439) lies in the range. The end is not part of it.
    pub fn contains(self, minute: u16) -> bool {
        if self.from_minute < self.to_minute {
            (self.from_minute..self.to_minute).contains(&minute)
        } else {
            minute >= self.from_minute || minute < self.to_minute
        }
    }
}

impl RuleSpec {
    /// Whether the rule holds at that instant, by the clock of Vietnam (UTC+7). Of hours that run
    /// over midnight, the morning belongs to the day before.
    pub fn holds_at(&self, wall: WallTime) -> bool {
        if self.hours.is_empty() && self.days.is_empty() {
            return true;
        }
        let local = wall.local();
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let today = local.weekday().to_monday_zero_offset();
        let on = |day: i8| {
            self.days.is_empty() || self.days.iter().any(|d| *d as i8 == day.rem_euclid(7))
        };
        if self.hours.is_empty() {
            return on(today);
        }
        self.hours.iter().any(|h| {
            let began_yesterday = h.from_minute >= h.to_minute && minute < h.to_minute;
            h.contains(minute) && on(if began_yesterday { today - 1 } else { today })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: u16, to: u16) -> HoursRange {
        HoursRange { from_minute: from, to_minute: to }
    }

    #[test]
    fn ranges_end_before_their_end_and_run_over_midnight() {
        assert!(range(360, 1320).contains(360) && !range(360, 1320).contains(1320));
        let night = range(1320, 360);
        assert!(night.contains(1320) && night.contains(0) && night.contains(359));
        assert!(!night.contains(360) && !night.contains(1319));
        assert!((0..1440).all(|m| range(0, 1440).contains(m)));
    }

    proptest::proptest! {
        #[test]
        fn a_range_and_its_reverse_share_the_day(from in 0u16..1440, to in 1u16..1440, m in 0u16..1440) {
            proptest::prop_assume!(from != to);
            proptest::prop_assert_ne!(range(from, to).contains(m), range(to, from).contains(m));
        }
    }
}
