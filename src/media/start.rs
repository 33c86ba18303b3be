//! When a source began: from the operator, the container, the file's name, or a guess.

use super::time::{ClockQuality, WallTime};
use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

/// A start time and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Start {
    /// When media time 0 happened.
    pub(super) wall: WallTime,
    /// How far it can be trusted.
    pub(super) quality: ClockQuality,
    /// One sentence saying where it came from.
    pub(super) note: String,
}

/// What is known about a source's beginning.
#[derive(Debug, Default)]
pub(super) struct Clues<'a> {
    /// The operator's word.
    pub(super) given: Option<WallTime>,
    /// The container's `creation_time`.
    pub(super) creation_time: Option<&'a str>,
    /// The (first) file's name.
    pub(super) name: &'a str,
    /// When the (first) file was last written.
    pub(super) modified: Option<Timestamp>,
    /// Its length in seconds.
    pub(super) duration: Option<f64>,
}

/// Chooses the best clue: given, metadata, name, guess.
pub(super) fn resolve(clues: &Clues<'_>) -> Start {
    if let Some(wall) = clues.given {
        let note = "The start time was given by the operator.".to_owned();
        return Start { wall, quality: ClockQuality::Given, note };
    }
    if let Some((text, time)) = clues.creation_time.and_then(|t| Some((t, from_metadata(t)?))) {
        let note = format!("The start time is the container's creation_time, {text}.");
        return Start { wall: WallTime(time), quality: ClockQuality::Metadata, note };
    }
    if let Some(time) = from_name(clues.name) {
        let note = format!("The start time was read from the file name {}.", clues.name);
        return Start { wall: WallTime(time), quality: ClockQuality::FileName, note };
    }
    let length = SignedDuration::try_from_secs_f64(clues.duration.unwrap_or(0.0))
        .unwrap_or(SignedDuration::ZERO);
    let guess = clues.modified.and_then(|time| time.checked_sub(length).ok());
    let note = match guess {
        Some(_) => {
            "The start time is only a guess from when the file was last written, less its length."
        }
        None => "The start time is unknown; 1970-01-01 stands in its place.",
    };
    Start {
        wall: WallTime(guess.unwrap_or(Timestamp::UNIX_EPOCH)),
        quality: ClockQuality::Guessed,
        note: note.to_owned(),
    }
}

/// Recorders without a set clock write 1904, 1970 or 2000; such values say nothing.
fn from_metadata(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.trim().parse().ok().or_else(|| {
        let local: civil::DateTime = text.trim().parse().ok()?;
        Offset::UTC.to_timestamp(local).ok()
    })?;
    let year = Offset::UTC.to_datetime(time).year();
    (year > 2000).then_some(time)
}

/// The first date and time in a file name, such as `20260815_143000`, `2026-08-15_14-30-00` or
/// `cam1-20260815143000`: local time of Vietnam (UTC+7) unless a `Z` follows.
pub(super) fn from_name(name: &str) -> Option<Timestamp> {
    let bytes = name.as_bytes();
    (0..bytes.len())
        .filter(|&i| i == 0 || !bytes[i - 1].is_ascii_digit())
        .find_map(|i| stamp_at(&bytes[i..]))
}

fn stamp_at(bytes: &[u8]) -> Option<Timestamp> {
    let mut rest = bytes;
    let year = number(&mut rest, 4)?;
    skip_one(&mut rest, b"-_.");
    let month = number(&mut rest, 2)?;
    skip_one(&mut rest, b"-_.");
    let day = number(&mut rest, 2)?;
    skip_one(&mut rest, b"-_. Tt");
    let hour = number(&mut rest, 2)?;
    skip_one(&mut rest, b"-_.:h");
    let minute = number(&mut rest, 2)?;
    skip_one(&mut rest, b"-_.:m");
    let second = number(&mut rest, 2)?;
    if rest.first().is_some_and(u8::is_ascii_digit) || !(2000..2100).contains(&year) {
        return None;
    }
    let part = |v: i16| i8::try_from(v).ok();
    let time = civil::DateTime::new(
        year,
        part(month)?,
        part(day)?,
        part(hour)?,
        part(minute)?,
        part(second)?,
        0,
    )
    .ok()?;
    let utc = rest.first() == Some(&b'Z') && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric);
    let offset = if utc { Offset::UTC } else { Offset::constant(7) };
    offset.to_timestamp(time).ok()
}

fn number(rest: &mut &[u8], digits: usize) -> Option<i16> {
    let (head, tail) = rest.split_at_checked(digits)?;
    *rest = tail;
    head.iter().all(u8::is_ascii_digit).then_some(())?;
    std::str::from_utf8(head).ok()?.parse().ok()
}

fn skip_one(rest: &mut &[u8], any: &[u8]) {
    if let [first, tail @ ..] = *rest
        && any.contains(first)
    {
        *rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_as_local_time() {
        for name in [
            "20260815_143000.mp4",
            "2026-08-15_14-30-00.mkv",
            "20260815143000.ts",
            "cam1-20260815143000.avi",
            "Cong an P1 2026.08.15 14.30.00 (1).mp4",
            "NVR_ch2_main_20260815143000_x.mp4",
            "20260815T073000Z.mp4",
        ] {
            let time = from_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(time.to_string(), "2026-08-15T07:30:00Z", "{name}");
        }
    }

    #[test]
    fn other_numbers_are_not_times() {
        for name in [
            "crosswalk.mp4",
            "1692084600.mp4",
            "20261315_143000.mp4",
            "202608151430001.mp4",
            "",
            "20260815.mp4",
            "cam-2026-08-15.mp4",
            "20260815_256000.mp4",
        ] {
            assert_eq!(from_name(name), None, "{name}");
        }
    }

    #[test]
    fn clues_are_taken_in_order() {
        let modified = "2026-08-15T08:00:00Z".parse().ok();
        let mut clues = Clues {
            given: Some(WallTime("2026-01-01T00:00:00Z".parse().unwrap())),
            creation_time: Some("2026-02-02T00:00:00.000000Z"),
            name: "20260303_000000.mp4",
            modified,
            duration: Some(60.0),
        };
        assert_eq!(resolve(&clues).quality, ClockQuality::Given);
        clues.given = None;
        assert_eq!(resolve(&clues).wall.utc_rfc3339(), "2026-02-02T00:00:00.000Z");
        clues.creation_time = Some("1970-01-01T00:00:00Z");
        let named = resolve(&clues);
        assert_eq!(named.quality, ClockQuality::FileName);
        assert_eq!(named.wall.local_rfc3339(), "2026-03-03T00:00:00.000+07:00");
        clues.name = "a.mp4";
        let guessed = resolve(&clues);
        assert_eq!(guessed.quality, ClockQuality::Guessed);
        assert_eq!(guessed.wall.utc_rfc3339(), "2026-08-15T07:59:00.000Z");
        assert!(guessed.note.contains("guess"));
    }

    proptest! {
        #[test]
        fn any_name_is_survived(name in "\\PC{0,40}") {
            let _ = from_name(&name);
        }

        #[test]
        fn written_times_are_read_back(
            seconds in 946_684_800_i64..4_102_444_800, prefix in "[a-z]{0,6}[-_]?") {
            let time = Timestamp::from_second(seconds).unwrap();
            let text = Offset::constant(7).to_datetime(time).strftime("%Y%m%d_%H%M%S").to_string();
            // Late on the last day of 2099 in UTC is already 2100 in Vietnam.
            prop_assume!(text.as_str() < "2100");
            prop_assert_eq!(from_name(&format!("{prefix}{text}.mp4")), Some(time));
        }
    }
}
