//! Daily hours, as written in rules: `"06:00-22:00"`.

use crate::rules::{HoursRange, RuleSpec};

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// Why a text gives no hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not `HH:MM-HH:MM`.
    #[error("must be written like \"06:00-22:00\"")]
    Form,
    /// No such time of day.
    #[error("must lie between 00:00 and 24:00, with minutes up to 59")]
    NoSuchTime,
    /// An empty range, or the whole day: nobody can tell.
    #[error("begins and ends at the same time; leave \"hours\" out for the whole day")]
    Empty,
}

/// Reads `HH:MM-HH:MM`, local time. `22:00-06:00` runs over midnight; `24:00` and `00:00` may end
/// a day.
///
/// # Errors
/// [`HoursError`] when the text gives no hours.
pub fn parse_hours(text: &str) -> Result<HoursRange, HoursError> {
    let (from, to) = text.split_once('-').ok_or(HoursError::Form)?;
    let (from_minute, to_minute) = (minute(from)?, minute(to)?);
    if from_minute == DAY {
        return Err(HoursError::NoSuchTime);
    }
    if from_minute == to_minute {
        return Err(HoursError::Empty);
    }
    Ok(HoursRange { from_minute, to_minute: if to_minute == 0 { DAY } else { to_minute } })
}

/// As a person writes it: `06:00–22:00`.
pub fn show_hours(hours: HoursRange) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}–{}", clock(hours.from_minute), clock(hours.to_minute))
}

/// What of the rules' hours and days is perhaps not meant, one sentence each.
pub(super) fn doubts(rules: &[RuleSpec]) -> Vec<String> {
    let mut doubts = Vec::new();
    for rule in rules {
        for (i, later) in rule.hours.iter().enumerate() {
            let shared =
                |earlier: &&HoursRange| (0..DAY).any(|m| earlier.contains(m) && later.contains(m));
            if let Some(earlier) = rule.hours[..i].iter().find(shared) {
                doubts.push(format!(
                    "rule \"{}\": its hours {} and {} overlap; write them as one",
                    rule.name,
                    show_hours(*earlier),
                    show_hours(*later)
                ));
            }
        }
        if !rule.hours.is_empty() && (0..DAY).all(|m| rule.hours.iter().any(|h| h.contains(m))) {
            doubts.push(format!(
                "rule \"{}\": its hours are the whole day; leave \"hours\" out",
                rule.name
            ));
        }
    }
    for (i, later) in rules.iter().enumerate() {
        let same = |earlier: &&RuleSpec| {
            earlier.kind == later.kind
                && earlier.zone == later.zone
                && earlier.terms == later.terms
                && earlier.classes.iter().any(|c| later.classes.contains(c))
                && together(earlier, later)
        };
        if let Some(earlier) = rules[..i].iter().find(same) {
            doubts.push(format!(
                "rules \"{}\" and \"{}\" judge the same at the same time, so one violation gives \
                 two events; part their hours, days or classes",
                earlier.name, later.name
            ));
        }
    }
    doubts
}

/// Whether both hold at some minute of the week.
fn together(a: &RuleSpec, b: &RuleSpec) -> bool {
    let hours =
        |rule: &RuleSpec, m: u16| rule.hours.is_empty() || rule.hours.iter().any(|h| h.contains(m));
    let days = a.days.is_empty() || b.days.is_empty() || a.days.iter().any(|d| b.days.contains(d));
    days && (0..DAY).any(|m| hours(a, m) && hours(b, m))
}

fn minute(text: &str) -> Result<u16, HoursError> {
    let (hour, minute) = text.trim().split_once(':').ok_or(HoursError::Form)?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return Err(HoursError::Form);
    }
    let (hour, minute): (u16, u16) = match (hour.parse(), minute.parse()) {
        (Ok(hour), Ok(minute)) => (hour, minute),
        _ => return Err(HoursError::Form),
    };
    let of_day = hour * 60 + minute;
    if minute > 59 || of_day > DAY { Err(HoursError::NoSuchTime) } else { Ok(of_day) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Day, Kind};
    use proptest::prelude::*;

    fn range(from_minute: u16, to_minute: u16) -> HoursRange {
        HoursRange { from_minute, to_minute }
    }

    #[test]
    fn hours_are_read() {
        assert_eq!(parse_hours("06:00-22:00"), Ok(range(360, 1320)));
        assert_eq!(parse_hours("22:00-06:00"), Ok(range(1320, 360)));
        assert_eq!(parse_hours("0:00 - 24:00"), Ok(range(0, 1440)));
        assert_eq!(parse_hours("22:00-00:00"), Ok(range(1320, 1440)));
    }

    #[test]
    fn other_texts_are_refused() {
        for form in ["", "06:00", "6-22", "06:00–22:00", "06:0-22:00", "+6:00-07:00", "6h-22h"] {
            assert_eq!(parse_hours(form), Err(HoursError::Form), "{form}");
        }
        for time in ["24:00-06:00", "06:00-24:01", "06:60-07:00", "99:99-01:00"] {
            assert_eq!(parse_hours(time), Err(HoursError::NoSuchTime), "{time}");
        }
        assert_eq!(parse_hours("06:00-06:00"), Err(HoursError::Empty));
        assert_eq!(parse_hours("00:00-00:00"), Err(HoursError::Empty));
    }

    #[test]
    fn hours_that_overlap_or_say_nothing_are_doubted() {
        let rule = |name: &str, hours: &[HoursRange]| RuleSpec {
            name: name.into(),
            hours: hours.to_vec(),
            ..RuleSpec::of(Kind::IllegalParking, "z")
        };
        let doubts = |rules: &[RuleSpec]| doubts(rules).join("; ");
        let (day, night) = (range(360, 1320), range(1320, 360));
        assert_eq!(doubts(&[rule("a", &[day]), rule("b", &[night])]), "");
        assert!(doubts(&[rule("a", &[day, range(1200, 1380)])]).contains("20:00–23:00 overlap"));
        assert!(doubts(&[rule("a", &[day, night])]).contains("the whole day"));
        assert!(doubts(&[rule("a", &[day]), rule("b", &[])]).contains("two events"));
        let mut saturday = rule("b", &[]);
        saturday.days = vec![Day::Sat];
        let mut sunday = rule("a", &[]);
        sunday.days = vec![Day::Sun];
        assert_eq!(doubts(&[sunday, saturday]), "");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(from in 0_u16..1440, to in 1_u16..=1440) {
            prop_assume!(from != to);
            let hours = range(from, to);
            prop_assert_eq!(parse_hours(&show_hours(hours).replace('–', "-")), Ok(hours));
        }

        #[test]
        fn any_text_is_judged(text in "\\PC{0,14}") {
            let _ = parse_hours(&text);
        }
    }
}
