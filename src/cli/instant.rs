//! A time or a day, as people type it.

use crate::media::WallTime;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

/// When something begins: a date alone means the midnight that begins it.
pub(super) fn first_instant(text: &str) -> Result<WallTime, String> {
    instant(text, false)
}

/// When something ends: a date alone means the midnight that ends it.
pub(super) fn end_instant(text: &str) -> Result<WallTime, String> {
    instant(text, true)
}

/// `day_after`: a date alone means the midnight that ends it.
fn instant(text: &str, day_after: bool) -> Result<WallTime, String> {
    if let Ok(t) = text.parse::<Timestamp>() {
        return Ok(WallTime(t));
    }
    let local = match text.parse::<Date>() {
        Ok(day) if text.len() <= 10 => {
            let day = if day_after { day.checked_add(1.day()) } else { Ok(day) };
            day.map(|d| d.at(0, 0, 0, 0))
        }
        _ => text.parse::<DateTime>(),
    };
    local.and_then(|t| Offset::constant(7).to_timestamp(t)).map(WallTime).map_err(|_| {
        "give a date like 2026-08-15, a local time like 2026-08-15T14:30, or one with its zone like \
         2026-08-15T07:30:00Z"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(t: Result<WallTime, String>) -> String {
        t.unwrap().utc_rfc3339()
    }

    #[test]
    fn times_without_a_zone_are_local() {
        assert_eq!(utc(first_instant("2026-08-15")), "2026-08-14T17:00:00.000Z");
        assert_eq!(utc(end_instant("2026-08-15")), "2026-08-15T17:00:00.000Z");
        assert_eq!(utc(first_instant("2026-08-15T14:30")), "2026-08-15T07:30:00.000Z");
        assert_eq!(utc(end_instant("2026-08-15 14:30:05")), "2026-08-15T07:30:05.000Z");
        assert_eq!(utc(first_instant("2026-08-15T14:30:00+09:00")), "2026-08-15T05:30:00.000Z");
        assert_eq!(utc(first_instant("2026-08-15T07:30:00Z")), "2026-08-15T07:30:00.000Z");
        assert!(first_instant("yesterday").unwrap_err().contains("2026-08-15"));
        assert!(first_instant("2026-02-30").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_a_sentence(text in ".{0,30}") {
            let _ = instant(&text, true);
        }

        #[test]
        fn what_is_printed_is_understood(ms in 0i64..4_000_000_000_000) {
            let t = WallTime(Timestamp::from_millisecond(ms).unwrap());
            prop_assert_eq!(first_instant(&t.local_rfc3339()), Ok(t));
            prop_assert_eq!(first_instant(&t.utc_rfc3339()), Ok(t));
        }
    }
}
