//! The tables and charts of incidents by hour, day and month.

use super::chart::{lines_of, stacked};
use super::definition::LOCAL_TIME;
use super::groups::Counted;
use super::period::Period;
use super::said::weekday;
use super::table::{CountsTable, Line, column};
use super::tally::Counts;
use crate::report::{Block, Cell, ChartStyle, Words};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// Days are told one by one of periods that are no longer.
const DAYS_TOLD: i32 = 92;
/// Months are told of periods that are longer.
const MONTH: i32 = 31;

/// By hour, day of the week, and day or month.
pub(super) fn times(now: &Counted, period: &Period) -> Vec<Block> {
    let hour = |h: usize| Words::same(format!("{h:02}–{:02}", h + 1));
    let lines = |of: &[Counts], name: &dyn Fn(usize) -> Words| -> Vec<Line> {
        of.iter().enumerate().map(|(n, c)| (vec![Cell::Words(name(n))], *c, None)).collect()
    };
    let table = |key, (vi, en), first, lines| {
        Block::Table(
            CountsTable {
                key,
                title: Words::new(vi, en),
                named: vec![first],
                lines,
                total: Some((now.all, None)),
                definitions: vec![LOCAL_TIME.said()],
            }
            .build(),
        )
    };
    let mut blocks = vec![
        table(
            "by_hour",
            ("Theo giờ trong ngày", "By hour of the day"),
            column("hour", "Giờ", "Hour"),
            lines(&now.hours, &hour),
        ),
        stacked(
            Words::new("Vụ việc theo giờ trong ngày", "Incidents by hour of the day"),
            ChartStyle::Columns,
            now.hours.iter().enumerate().map(|(h, c)| (hour(h), *c)),
        ),
        table(
            "by_weekday",
            ("Theo thứ trong tuần", "By day of the week"),
            column("weekday", "Thứ", "Day"),
            lines(&now.weekdays, &weekday),
        ),
    ];
    if period.days() <= DAYS_TOLD {
        let days: Vec<Line> = each_day(period)
            .map(|(n, day)| {
                (vec![Cell::Day(day)], now.days.get(&n).copied().unwrap_or_default(), None)
            })
            .collect();
        let points =
            days.iter().map(|(cells, c, _)| (day_words(&cells[0]), *c)).collect::<Vec<_>>();
        blocks.push(table("by_day", ("Theo ngày", "By day"), column("day", "Ngày", "Day"), days));
        blocks.push(lines_of(Words::new("Vụ việc theo ngày", "Incidents by day"), &points));
    }
    if period.days() > MONTH {
        let mut months: BTreeMap<(i16, i8), Counts> = BTreeMap::new();
        for (n, day) in each_day(period) {
            let month = months.entry((day.year(), day.month())).or_default();
            sum(month, now.days.get(&n).copied().unwrap_or_default());
        }
        let months: Vec<Line> = months
            .into_iter()
            .map(|((year, month), c)| (vec![Cell::same(format!("{month:02}/{year}"))], c, None))
            .collect();
        let points: Vec<_> = months
            .iter()
            .filter_map(|(cells, c, _)| match &cells[0] {
                Cell::Words(words) => Some((words.clone(), *c)),
                _ => None,
            })
            .collect();
        blocks.push(table(
            "by_month",
            ("Theo tháng", "By month"),
            column("month", "Tháng", "Month"),
            months,
        ));
        blocks.push(lines_of(Words::new("Vụ việc theo tháng", "Incidents by month"), &points));
    }
    blocks
}

/// A period's days, with their numbers since 1970-01-01.
fn each_day(period: &Period) -> impl Iterator<Item = (i64, Date)> {
    let (first, last) = period.dates();
    let number = |day: Date| i64::from(day.since(date(1970, 1, 1)).map_or(0, |s| s.get_days()));
    first.series(1.day()).take_while(move |day| *day <= last).map(move |day| (number(day), day))
}

fn day_words(cell: &Cell) -> Words {
    match cell {
        Cell::Day(day) => Words::same(day.strftime("%d/%m").to_string()),
        _ => Words::default(),
    }
}

fn sum(to: &mut Counts, more: Counts) {
    to.flagged += more.flagged;
    to.acknowledged += more.acknowledged;
    to.confirmed += more.confirmed;
    to.dismissed += more.dismissed;
    to.cannot_tell += more.cannot_tell;
    to.waiting += more.waiting;
    to.handed_over += more.handed_over;
    to.handled += more.handled;
}
