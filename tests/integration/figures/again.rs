//! Figures worked out by the database alone, and those of a document, both as lines that can be compared.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use streetward::media::WallTime;
use streetward::report::{Block, Cell, Document, FigureDefinition, Period, Table, Words};
use streetward::review::Reason;
use streetward::rules::{Domain, Kind};
use streetward::store::{Handling, word};

/// Table, row and figure, with the value.
pub type Lines = BTreeMap<(String, String, String), String>;

/// What the database itself says of a period.
pub fn worked_out(data: &Path, period: &Period, now: WallTime) -> Lines {
    let script = super::root().join("tests/integration/report_sql/figures.sql");
    let us = |t: WallTime| t.0.as_microsecond().to_string();
    let (from, to) = period.times();
    let script = std::fs::read_to_string(script)
        .unwrap()
        .replace(":before", &us(period.before().times().0))
        .replace(":from", &us(from))
        .replace(":to", &us(to))
        .replace(":now", &us(now));
    let home = std::env::var_os(crate::postgres_rig::ON_SERVER);
    let text = if let Some(home) = home {
        let database = crate::postgres_rig::database_of(data);
        crate::postgres_rig::sql(Path::new(&home), &database, &script)
    } else {
        let done = Command::new("python3")
            .args(["-c", PYTHON])
            .arg(data.join("streetward.db"))
            .arg(script)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let lines = text.lines().map(|line| {
        let parts: Vec<&str> = line.split('|').collect();
        let [table, row, figure, value] = parts[..] else { panic!("{line}") };
        ((table.to_owned(), row.to_owned(), figure.to_owned()), value.to_owned())
    });
    lines.collect()
}

/// Python's own SQLite carries the script out, statement by statement.
const PYTHON: &str = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for statement in '\\n'.join(l for l in sys.argv[2].splitlines() if not l.startswith('--')).split(';'):
    for row in db.execute(statement):
        print('|'.join('' if v is None else str(v) for v in row))
";

/// A document's tables, by key.
pub fn tables(document: &Document) -> BTreeMap<&str, &Table> {
    let blocks = document.sections.iter().flat_map(|s| &s.blocks);
    let tables = blocks.filter_map(|b| match b {
        Block::Table(table) => Some((table.key.as_str(), table)),
        _ => None,
    });
    tables.collect()
}

/// What a row of a table is called in the script.
pub fn row_key(table: &str, row: &[Cell]) -> String {
    let words = |n: usize| match &row[n] {
        Cell::Words(words) => words.clone(),
        other => panic!("{other:?}"),
    };
    let en = |n: usize| words(n).en;
    let domain = |n: usize| match en(n).as_str() {
        "All" => "*".to_owned(),
        name => word(&Domain::ALL.into_iter().find(|d| d.name_en() == name).unwrap()),
    };
    let agency = |n: usize| match en(n).as_str() {
        "All" => "*".to_owned(),
        "Cảnh sát giao thông" => "csgt".to_owned(),
        "Ủy ban nhân dân" => "ubnd".to_owned(),
        other => panic!("{other}"),
    };
    let weekday = |w: &Words| {
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        days.iter().position(|d| *d == w.en).unwrap().to_string()
    };
    match table {
        "by_domain" => domain(0),
        "by_kind" => {
            let kind = Kind::ALL.into_iter().find(|k| k.info().name_en == en(1)).unwrap();
            format!("{}/{}", domain(0), kind.name())
        }
        "by_ward" if en(0) == "(no ward)" => String::new(),
        "summary" | "coverage" => {
            let named = |d: &&FigureDefinition| d.words().en == en(0);
            FigureDefinition::ALL.iter().find(named).unwrap().key.to_owned()
        }
        "by_month" => {
            let (month, year) =
                words(0).en.split_once('/').map(|(m, y)| (m.to_owned(), y.to_owned())).unwrap();
            (year.parse::<u32>().unwrap() * 12 + month.parse::<u32>().unwrap() - 1).to_string()
        }
        "by_ward" | "coverage_by_ward" | "by_camera" | "camera_hours" => en(0),
        "by_agency" => agency(0),
        "by_hour" => en(0)[..2].parse::<u32>().unwrap().to_string(),
        "by_weekday" => weekday(&words(0)),
        "by_day" => match &row[0] {
            Cell::Day(day) => {
                day.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days().to_string()
            }
            other => panic!("{other:?}"),
        },
        "dismissed_by_reason" => {
            let codes = Kind::ALL.into_iter().flat_map(Reason::of);
            word(&codes.into_iter().find(|r| r.en() == en(0)).unwrap())
        }
        "results" => {
            let said = |h: &Handling| match h {
                Handling::Fined => "Fined",
                Handling::Warned => "Warned",
                Handling::NoAction => "No action",
                Handling::Unidentified => "Nobody identified",
                Handling::Other => "Other",
            };
            word(&Handling::ALL.into_iter().find(|h| said(h) == en(0)).unwrap())
        }
        "review_times" => format!("{}/{}", domain(0), agency(1)),
        "repeat_places" => format!("{}/{}", en(0), en(3)),
        other => panic!("{other}"),
    }
}

/// A figure's name in the script, where the table has another.
pub fn figure_key(table: &str, column: &str) -> String {
    match table {
        "camera_hours" => column.trim_end_matches("_hours").to_owned(),
        _ => column.to_owned(),
    }
}

/// Whether a cell says exactly what the script does; `None`: the script says nothing of it.
pub fn agrees(cell: &Cell, said: Option<&str>) -> bool {
    let whole = |text: &str| text.parse::<i64>().unwrap();
    match (cell, said) {
        // What did not happen has no line.
        (Cell::Count(0) | Cell::Nothing, None) => true,
        (Cell::Count(n), Some(text)) => *n == whole(text) as u64,
        (Cell::Change(n), Some(text)) => *n == whole(text),
        (Cell::Share(share), Some(text)) => {
            let (a, b) = text.split_once('/').unwrap();
            share.to_bits() == (whole(a) as f64 / whole(b) as f64).to_bits()
        }
        (Cell::Seconds(seconds), Some(text)) => {
            let (low, high) = text.split_once('~').unwrap();
            let middle = (whole(low) + whole(high)) as f64 / 2.0 / 1e6;
            seconds.to_bits() == middle.to_bits()
        }
        (Cell::Number(hours, _), said) => {
            let us = said.map_or(0, whole);
            hours.to_bits() == (us as f64 / 3_600_000_000.0).to_bits()
        }
        (Cell::Words(words), Some(text)) => {
            let hour = words.en.get(..2).and_then(|h| h.parse::<i64>().ok());
            let days =
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let day = days.iter().position(|d| *d == words.en).map(|d| d as i64);
            hour.or(day) == Some(whole(text))
        }
        _ => false,
    }
}
