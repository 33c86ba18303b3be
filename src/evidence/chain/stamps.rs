//! The time-stamps of days, held against what was got then.

use super::super::timestamp::stamped_at;
use super::super::verify_report::VerifyReport;
use super::day::ChainDay;
use super::files::{day_file, stamp_file};
use super::known::{ChainKnown, ChainTold, StampedLate};
use crate::media::WallTime;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use std::path::Path;

/// A time-stamp that comes later than this after its day's end says little about the days in
/// between: an authority that is away is asked again for some days, not for weeks.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Holds a day against its time-stamp and against the one that the index knows of.
pub(super) fn hold(
    data: &Path,
    read: &ChainDay,
    known: &ChainKnown,
    told: &mut ChainTold,
    report: &mut VerifyReport,
) {
    let file = stamp_file(read.day).display().to_string();
    let was = known.stamps.get(&read.day);
    if let Some(was) = was.filter(|was| was.head != read.head) {
        let detail = format!(
            "it was time-stamped at {} with the head {}: it was written anew since",
            was.at.utc_rfc3339(),
            was.head
        );
        report.chain_problem(&day_file(read.day).display().to_string(), detail);
    }
    match (stamped_at(data, read.day, &read.head, &known.authorities), was) {
        (Ok(Some(stamp)), was) => {
            told.stamped += 1;
            if was.is_some_and(|was| stamp.at.0.duration_since(was.at.0).abs() > SECOND) {
                let detail = format!(
                    "it was made at {}, and the one that was got first is missing",
                    stamp.at.utc_rfc3339()
                );
                report.chain_problem(&file, detail);
            }
            if is_late(read.day, stamp.at) {
                let stamped_utc = stamp.at.utc_rfc3339();
                told.stamped_late.push(StampedLate { day: read.day, stamped_utc });
            }
        }
        (Ok(None), Some(was)) => {
            let at = was.at.utc_rfc3339();
            let detail =
                format!("the day was time-stamped at {at}, and the time-stamp is not there");
            report.chain_problem(&file, detail);
        }
        (Ok(None), None) => {}
        (Err(e), _) => report.chain_problem(&file, e.to_string()),
    }
}

/// Readers of other versions may have kept whole seconds.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn is_late(day: Date, at: WallTime) -> bool {
    let zone = TimeZone::fixed(Offset::constant(7));
    let end = day.tomorrow().and_then(|d| d.to_zoned(zone)).map(|z| z.timestamp());
    end.is_ok_and(|end| at.0.duration_since(end) > LATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_after_its_end_in_local_time_is_late() {
        let day = jiff::civil::date(2026, 8, 15);
        let late = |text: &str| is_late(day, WallTime(text.parse().unwrap()));
        assert!(!late("2026-08-15T18:00:00Z") && !late("2026-08-22T17:00:00Z"));
        assert!(late("2026-08-22T17:00:01Z") && late("2027-01-01T00:00:00Z"));
    }
}
