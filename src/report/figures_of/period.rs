//! A period of whole local days, and the one before it.

use crate::media::WallTime;
use crate::report::Words;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Days that a report covers at most: two years.
const MOST_DAYS: i32 = 731;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A local day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// January to June, or July to December.
    HalfYear,
    /// A calendar year.
    Year,
}

impl PeriodKind {
    /// All there are, with the words of configuration.
    pub const ALL: [(&'static str, Self); 5] = [
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("half_year", Self::HalfYear),
        ("year", Self::Year),
    ];
}

/// Why there is no such period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error(
        "the period ends on {to}, before it begins on {from}: give an earlier from or a later to"
    )]
    Backwards {
        /// Its first day.
        from: Date,
        /// Its last day.
        to: Date,
    },
    /// Nobody reads that.
    #[error("a report covers {MOST_DAYS} days at most: ask for a shorter period")]
    TooLong,
    /// Such days are not counted.
    #[error("the period lies outside the years 2000 to 2199: check its dates")]
    OutOfRange,
}

/// Whole local days (+07:00), the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    kind: Option<PeriodKind>,
    first: Date,
    last: Date,
}

impl Period {
    /// The period of a kind that a day lies in.
    ///
    /// # Errors
    /// [`PeriodError::OutOfRange`].
    pub fn of(kind: PeriodKind, day: Date) -> Result<Self, PeriodError> {
        let out = |_| PeriodError::OutOfRange;
        let (first, last) = match kind {
            PeriodKind::Day => (day, day),
            PeriodKind::Week => {
                let back = day.weekday().since(Weekday::Monday);
                let first = day.checked_sub(back.days()).map_err(out)?;
                (first, first.checked_add(6.days()).map_err(out)?)
            }
            PeriodKind::Month => (day.first_of_month(), day.last_of_month()),
            PeriodKind::HalfYear if day.month() <= 6 => {
                (day.first_of_year(), date(day.year(), 6, 30))
            }
            PeriodKind::HalfYear => (date(day.year(), 7, 1), day.last_of_year()),
            PeriodKind::Year => (day.first_of_year(), day.last_of_year()),
        };
        Self { kind: Some(kind), first, last }.checked()
    }

    /// The last period of a kind that is over.
    ///
    /// # Errors
    /// [`PeriodError::OutOfRange`].
    pub fn last_over(kind: PeriodKind, now: WallTime) -> Result<Self, PeriodError> {
        Ok(Self::of(kind, now.local().date())?.before())
    }

    /// Any days, both included.
    ///
    /// # Errors
    /// [`PeriodError`]: backwards, too long, or out of range.
    pub fn range(first: Date, last: Date) -> Result<Self, PeriodError> {
        if last < first {
            return Err(PeriodError::Backwards { from: first, to: last });
        }
        Self { kind: None, first, last }.checked()
    }

    fn checked(self) -> Result<Self, PeriodError> {
        let years = 2000..=2199;
        if !years.contains(&self.first.year()) || !years.contains(&self.last.year()) {
            return Err(PeriodError::OutOfRange);
        }
        if self.days() > MOST_DAYS { Err(PeriodError::TooLong) } else { Ok(self) }
    }

    /// The period just before: of the same kind, or of as many days.
    #[must_use]
    pub fn before(&self) -> Self {
        // Checked dates have days before them.
        let back = |days: i32| self.first.checked_sub(days.days()).unwrap_or(self.first);
        let last = back(1);
        match self.kind {
            Some(kind) => {
                Self::of(kind, last).unwrap_or(Self { kind: Some(kind), first: last, last })
            }
            None => Self { kind: None, first: back(self.days()), last },
        }
    }

    /// First and last day.
    pub const fn dates(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// How many days it has.
    pub fn days(&self) -> i32 {
        self.last.since(self.first).map_or(0, |span| span.get_days()) + 1
    }

    /// When it begins, and when it has ended.
    pub fn times(&self) -> (WallTime, WallTime) {
        (midnight(self.first), midnight(self.last.checked_add(1.day()).unwrap_or(self.last)))
    }

    /// Its stable name, part of file names: `2026-10-03`, `2026-W42`, `2026-10`, `2026-H2`, `2026`,
    /// `2026-10-03_2026-10-09`.
    pub fn name(&self) -> String {
        let (first, last) = (self.first, self.last);
        match self.kind {
            Some(PeriodKind::Week) => {
                let week = first.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Some(PeriodKind::Day) => first.to_string(),
            Some(PeriodKind::Month) => format!("{:04}-{:02}", first.year(), first.month()),
            Some(PeriodKind::HalfYear) => {
                format!("{:04}-H{}", first.year(), if first.month() < 7 { 1 } else { 2 })
            }
            Some(PeriodKind::Year) => format!("{:04}", first.year()),
            None => format!("{first}_{last}"),
        }
    }

    /// What people call it, beginning with a small letter: "tháng 10 năm 2026".
    pub fn words(&self) -> Words {
        let (first, last) = (self.first, self.last);
        let year = first.year();
        let vi = |d: Date| d.strftime("%d/%m/%Y").to_string();
        let en = |d: Date| d.strftime("%-d %B %Y").to_string();
        match self.kind {
            Some(PeriodKind::Week) => {
                let week = first.iso_week_date();
                Words::new(
                    format!(
                        "tuần {} năm {} (từ {} đến {})",
                        week.week(),
                        week.year(),
                        vi(first),
                        vi(last)
                    ),
                    format!(
                        "week {} of {} ({} to {})",
                        week.week(),
                        week.year(),
                        en(first),
                        en(last)
                    ),
                )
            }
            Some(PeriodKind::Month) => Words::new(
                format!("tháng {} năm {year}", first.month()),
                first.strftime("%B %Y").to_string(),
            ),
            Some(PeriodKind::HalfYear) => {
                let (vi, en) =
                    if first.month() < 7 { ("đầu", "first") } else { ("cuối", "second") };
                Words::new(format!("6 tháng {vi} năm {year}"), format!("the {en} half of {year}"))
            }
            Some(PeriodKind::Year) => Words::new(format!("năm {year}"), format!("the year {year}")),
            Some(PeriodKind::Day) | None if first == last => {
                Words::new(format!("ngày {}", vi(first)), en(first))
            }
            Some(PeriodKind::Day) | None => Words::new(
                format!("từ ngày {} đến ngày {}", vi(first), vi(last)),
                format!("{} to {}", en(first), en(last)),
            ),
        }
    }
}

/// When a local day begins.
fn midnight(day: Date) -> WallTime {
    // Years were checked, so there is such an instant.
    WallTime(Offset::constant(7).to_timestamp(day.at(0, 0, 0, 0)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(kind: PeriodKind, day: Date) -> (String, String, String) {
        let period = Period::of(kind, day).unwrap();
        let (first, last) = period.dates();
        (period.name(), format!("{first} {last}"), period.before().name())
    }

    #[test]
    fn calendar_periods_are_those_of_the_calendar() {
        let day = date(2026, 1, 1);
        let told = |n: &str, d: &str, b: &str| (n.to_owned(), d.to_owned(), b.to_owned());
        assert_eq!(
            of(PeriodKind::Week, day),
            told("2026-W01", "2025-12-29 2026-01-04", "2025-W52")
        );
        assert_eq!(
            of(PeriodKind::Day, day),
            told("2026-01-01", "2026-01-01 2026-01-01", "2025-12-31")
        );
        assert_eq!(of(PeriodKind::Month, day), told("2026-01", "2026-01-01 2026-01-31", "2025-12"));
        assert_eq!(
            of(PeriodKind::HalfYear, day),
            told("2026-H1", "2026-01-01 2026-06-30", "2025-H2")
        );
        assert_eq!(of(PeriodKind::Year, day), told("2026", "2026-01-01 2026-12-31", "2025"));
    }

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        let (from, to) = Period::range(date(2026, 8, 15), date(2026, 8, 15)).unwrap().times();
        assert_eq!(from.utc_rfc3339(), "2026-08-14T17:00:00.000Z");
        assert_eq!(to.utc_rfc3339(), "2026-08-15T17:00:00.000Z");
    }

    #[test]
    fn what_is_no_period_is_refused() {
        let day = date(2026, 8, 15);
        assert!(matches!(
            Period::range(day, date(2026, 8, 14)),
            Err(PeriodError::Backwards { .. })
        ));
        assert_eq!(Period::range(day, date(2029, 1, 1)), Err(PeriodError::TooLong));
        assert_eq!(Period::of(PeriodKind::Year, date(1999, 1, 1)), Err(PeriodError::OutOfRange));
        assert_eq!(Period::range(Date::MIN, Date::MAX), Err(PeriodError::OutOfRange));
    }

    proptest! {
        #[test]
        fn the_period_before_ends_where_this_one_begins(days in 0i32..60_000, kind in 0usize..6, long in 0i32..700) {
            let day = date(2001, 1, 1).checked_add(days.days()).unwrap();
            let period = match PeriodKind::ALL.get(kind) {
                Some((_, kind)) => Period::of(*kind, day).unwrap(),
                None => Period::range(day, day.checked_add(long.days()).unwrap()).unwrap(),
            };
            let before = period.before();
            prop_assert_eq!(before.times().1, period.times().0);
            prop_assert!(before.times().0 < before.times().1);
            prop_assert!(period.dates().0 <= day && day <= period.dates().1);
            if kind > 4 { prop_assert_eq!(before.days(), period.days()); }
        }
    }
}
