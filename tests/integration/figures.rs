//! Figures of a period: against an independent script over the same database, and over what is not there.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../benches/review/aftermath.rs"]
mod aftermath;
mod again;
#[allow(dead_code)]
#[path = "../../benches/review/city.rs"]
mod city;
mod compared;
#[path = "../../benches/review/decided.rs"]
mod decided;
mod enlisted;
mod unnamed;
mod year;

use crate::postgres_rig::data_folder;
use crate::support::{fetched, ffmpeg, root};
use again::{agrees, figure_key, row_key, tables, worked_out};
use jiff::civil::date;
use std::collections::BTreeSet;
use std::path::Path;
use streetward::config::Agency;
use streetward::media::WallTime;
use streetward::report::{
    Block, Cell, Document, FigureDefinition, FiguresAsked, Period, PeriodKind, figures_document,
};
use streetward::rules::Domain;
use streetward::store::{QueueScope, Store};

fn agencies() -> Vec<Agency> {
    let agency = |id: &str, name: &str, domains| Agency {
        id: id.to_owned(),
        name: name.to_owned(),
        wards: None,
        domains,
        acknowledge_minutes: 60,
        decide_hours: 24,
        sinks: Vec::new(),
    };
    vec![
        agency("csgt", "Cảnh sát giao thông", Some(vec![Domain::Traffic])),
        agency("ubnd", "Ủy ban nhân dân", None),
    ]
}

/// After everything that stores hold.
fn now() -> WallTime {
    WallTime("2027-01-02T03:00:00Z".parse().unwrap())
}

fn asked(period: Period) -> FiguresAsked {
    let mut asked = FiguresAsked::of(period, None, now());
    asked.filter.agencies = agencies();
    asked
}

/// What the real program finds in real footage.
fn batch(data: &Path) {
    let clip = data.join("tail.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-ss", "50", "-i", vtest.to_str().unwrap(), "-c", "copy"], &clip);
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_streetward"))
        .current_dir(root())
        .args(["batch", "--start-time", "2026-10-15T09:00:00+07:00", "--camera"])
        .arg(root().join("fixtures/cameras/vtest.toml"))
        .arg("--data")
        .arg(data)
        .arg(&clip)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Every figure of every table is the script's, and every line of the script stands in a table.
fn compare(document: &Document, lines: &again::Lines) -> usize {
    let mut unseen: BTreeSet<_> = lines.keys().cloned().collect();
    let mut compared = 0;
    let tables = tables(document);
    // Where there is nothing to compare with, nothing is compared.
    let alone = tables["summary"].rows[0][2] == Cell::Nothing;
    let blank = |figure: &str| alone && (figure == "before" || figure.ends_with("change"));
    unseen.retain(|(.., figure)| !blank(figure));
    for (key, table) in &tables {
        let total = table.total.iter().map(|cells| (true, cells));
        for (is_total, row) in table.rows.iter().map(|cells| (false, cells)).chain(total) {
            let (of, name) = match (is_total, *key) {
                (false, _) => (*key, row_key(key, row)),
                (true, "review_times") => (*key, "*/*".to_owned()),
                (true, "coverage_by_ward") => (*key, "*".to_owned()),
                (true, k) if k.starts_with("by_") => ("all", String::new()),
                // Sums of what is compared above.
                (true, _) => continue,
            };
            for (column, cell) in table.columns.iter().zip(row) {
                let figure = figure_key(key, &column.key);
                let line = (of.to_owned(), name.clone(), figure);
                let said = lines.get(&line);
                if blank(&column.key) {
                    assert_eq!(*cell, Cell::Nothing, "{line:?}");
                    continue;
                }
                let named = matches!(cell, Cell::Words(_) | Cell::Day(_)) && said.is_none();
                let derived = ["share", "seeing_share"].contains(&column.key.as_str());
                if named || derived || (is_total && matches!(cell, Cell::Nothing)) {
                    continue;
                }
                assert!(agrees(cell, said.map(String::as_str)), "{line:?}: {cell:?} is {said:?}");
                unseen.remove(&line);
                compared += 1;
            }
        }
    }
    // Of hours and days nothing is compared with the period before.
    unseen.retain(|(table, _, figure)| {
        !(figure.ends_with("_change")
            && ["by_hour", "by_weekday", "by_day", "by_month"].contains(&&**table))
            && tables.contains_key(table.as_str())
    });
    assert!(unseen.is_empty(), "no table says {unseen:?}");
    compared
}

#[test]
fn an_independent_script_over_the_database_agrees_with_every_table() {
    let folder = data_folder();
    let data = folder.path();
    batch(data);
    let store = year::fill(data, 2400, 400);
    enlisted::enlist(&store);
    for (period, least) in [
        (Period::of(PeriodKind::Month, date(2026, 10, 15)).unwrap(), 1500),
        (Period::of(PeriodKind::Year, date(2026, 10, 15)).unwrap(), 1500),
        (Period::of(PeriodKind::Week, date(2026, 10, 15)).unwrap(), 500),
        (Period::of(PeriodKind::HalfYear, date(2026, 10, 15)).unwrap(), 1500),
        (Period::range(date(2026, 9, 3), date(2026, 10, 20)).unwrap(), 1500),
    ] {
        let document = figures_document(&store, &asked(period)).unwrap();
        let compared = compare(&document, &worked_out(data, &period, now()));
        assert!(compared > least, "{}: {compared}", period.name());
        let keys: Vec<&str> = tables(&document).into_keys().collect();
        for key in
            ["by_agency", "by_camera", "camera_hours", "dismissed_by_reason", "coverage_by_ward"]
        {
            assert!(keys.contains(&key), "{}: {keys:?}", period.name());
        }
        assert_eq!(keys.contains(&"by_day"), period.days() <= 92);
        assert_eq!(keys.contains(&"by_month"), period.days() > 31);
        sound(&document);
        let plan = &tables(&document)["coverage"].rows[0];
        assert_eq!(plan[1], Cell::Count(enlisted::WANTED));
        // What a register calls installed is not what is configured, and is told of no single camera.
        let wards = tables(&document)["coverage_by_ward"];
        assert_eq!(wards.columns[2].key, "registered");
        assert!(wards.definitions[1].vi.contains("Danh mục camera"));
    }
    let mut one = asked(Period::of(PeriodKind::Day, date(2026, 10, 15)).unwrap());
    one.filter.cameras = vec!["tv-p1-001".to_owned()];
    let one = figures_document(&store, &one).unwrap();
    assert!(!tables(&one).contains_key("coverage_by_ward"));
    let year = Period::of(PeriodKind::Year, date(2026, 1, 1)).unwrap();
    let document = figures_document(&store, &asked(year)).unwrap();
    let tables = tables(&document);
    // Months add up to the year, and so does what stands in the summary.
    let all = tables["by_month"].total.clone().unwrap();
    let sum: u64 = tables["by_month"].rows.iter().map(|row| count(&row[1])).sum();
    assert_eq!(sum, count(&all[1]));
    assert_eq!(tables["summary"].rows[0][1], all[1]);
    assert!(sum > 1800, "{sum}");
    let results: u64 = tables["results"].rows.iter().map(|r| count(&r[r.len() - 2])).sum();
    assert_eq!(Cell::Count(results), tables["summary"].rows[7][1]);
    assert!(tables["repeat_places"].rows.len() > 3);
}

/// Over a store of a city's whole year, made by `cargo bench --bench review -- fill --city ct --days 365
/// --until 2025-12-31T17:00:00Z --folder DIR`, in the folder that `STREETWARD_YEAR` names.
#[test]
#[ignore = "wants a large store"]
fn the_script_agrees_over_a_citys_year() {
    let data = std::path::PathBuf::from(std::env::var_os("STREETWARD_YEAR").unwrap());
    let store = Store::open_read(&data).unwrap();
    for kind in [PeriodKind::Year, PeriodKind::HalfYear, PeriodKind::Month, PeriodKind::Day] {
        let period = Period::of(kind, date(2025, 10, 15)).unwrap();
        let document = figures_document(&store, &asked(period)).unwrap();
        let compared = compare(&document, &worked_out(&data, &period, now()));
        assert!(compared > 1000, "{}: {compared}", period.name());
    }
}

fn count(cell: &Cell) -> u64 {
    match cell {
        Cell::Count(n) => *n,
        other => panic!("{other:?}"),
    }
}

/// What every document keeps to: rows as long as columns, keys that are none twice, definitions below
/// each table that all come from the one list, both languages everywhere.
fn sound(document: &Document) {
    let defined: BTreeSet<String> = FigureDefinition::ALL.iter().map(|d| d.said().vi).collect();
    let mut keys = BTreeSet::new();
    for block in document.sections.iter().flat_map(|s| &s.blocks) {
        match block {
            Block::Table(table) => {
                assert!(keys.insert(&table.key), "{} twice", table.key);
                for row in table.rows.iter().chain(&table.total) {
                    assert_eq!(row.len(), table.columns.len(), "{}", table.key);
                }
                assert!(!table.definitions.is_empty(), "{}", table.key);
                for said in &table.definitions {
                    assert!(defined.contains(&said.vi), "{}", said.vi);
                }
                // What a column is called is what stands below it.
                for column in &table.columns {
                    let of = FigureDefinition::ALL.iter().find(|d| d.key == column.key);
                    let told = of.is_none_or(|d| table.definitions.contains(&d.said()));
                    assert!(told, "{} of {}", column.key, table.key);
                }
                assert!(!table.title.vi.is_empty() && !table.title.en.is_empty());
            }
            Block::Chart(chart) => {
                assert!(chart.series.iter().all(|s| s.values.len() == chart.labels.len()));
            }
            Block::Paragraph(words) => assert!(!words.vi.is_empty() && !words.en.is_empty()),
            Block::Picture(_) => panic!("figures show no pictures"),
        }
    }
}

#[test]
fn a_period_without_data_is_said_to_have_none() {
    let folder = data_folder();
    let store = year::fill(folder.path(), 400, 60);
    let period = Period::of(PeriodKind::Month, date(2019, 2, 1)).unwrap();
    let document = figures_document(&store, &asked(period)).unwrap();
    sound(&document);
    let said: Vec<&str> = document
        .sections
        .iter()
        .flat_map(|s| &s.blocks)
        .filter_map(|b| match b {
            Block::Paragraph(words) => Some(words.en.as_str()),
            _ => None,
        })
        .collect();
    assert!(said.iter().any(|s| s.starts_with("There are no data")), "{said:?}");
    assert!(said.iter().any(|s| s.starts_with("There are no states of cameras")), "{said:?}");
    let keys: Vec<&str> = tables(&document).into_keys().collect();
    assert_eq!(keys, ["coverage", "summary"]);
    assert!(tables(&document)["summary"].rows[..8].iter().all(|r| r[1] == Cell::Count(0)));
}

#[test]
fn what_is_out_of_scope_is_counted_nowhere() {
    let folder = data_folder();
    let store = year::fill(folder.path(), 800, 90);
    let period = Period::range(date(2026, 10, 5), date(2026, 12, 31)).unwrap();
    let whole = figures_document(&store, &asked(period)).unwrap();
    let ward = "Phường 2 Trà Vinh".to_owned();
    let mut narrow = asked(period);
    narrow.planned.cameras = Some(483);
    narrow.filter.scope =
        QueueScope { wards: Some(vec![ward.clone()]), domains: Some(vec![Domain::Traffic]) };
    let part = figures_document(&store, &narrow).unwrap();
    let (all, some) = (tables(&whole), tables(&part));
    let names: Vec<String> =
        some["by_ward"].rows.iter().map(|row| row_key("by_ward", row)).collect();
    assert_eq!(names, [ward]);
    assert!(some["camera_hours"].rows.len() < all["camera_hours"].rows.len() / 4);
    let text = serde_json::to_string(&part).unwrap();
    assert!(!text.contains("Phường 3") && !text.contains("tv-p3-") && !text.contains("483"));
    let here: BTreeSet<String> =
        some["by_camera"].rows.iter().map(|r| row_key("by_camera", r)).collect();
    // The same events, counted by the wide report's own rows.
    let traffic: u64 = some["by_camera"].rows.iter().map(|row| count(&row[3])).sum();
    assert_eq!(Cell::Count(traffic), some["summary"].rows[0][1]);
    let wide = all["by_camera"].rows.iter().filter(|r| here.contains(&row_key("by_camera", r)));
    assert!(traffic <= wide.map(|row| count(&row[3])).sum() && traffic > 10, "{traffic}");
    // Planned cameras are told of the whole city alone.
    let mut city = asked(period);
    city.planned.cameras = Some(483);
    let city = figures_document(&store, &city).unwrap();
    assert_eq!(tables(&city)["coverage"].rows[0][1], Cell::Count(483));
    let _: &Store = &store;
}
