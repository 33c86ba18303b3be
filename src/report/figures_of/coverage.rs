//! Cameras against the plan.

use super::asked::FiguresAsked;
use super::cameras::Cameras;
use super::definition::{COVERAGE, FigureDefinition, INSTALLED, PLANNED, RECORDED, REGISTERED};
use super::groups::Counted;
use super::table::{column, figure, share};
use super::watched::Watched;
use crate::report::{Cell, Table, Words};
use std::collections::BTreeSet;

/// Cameras planned, installed and with data. A plan is told where the whole city is asked for: of a
/// part of it nobody knows what was planned, but by ward.
pub(super) fn table(asked: &FiguresAsked, counted: &Counted, watched: &Watched) -> Table {
    let planned = asked.planned.cameras.filter(|_| asked.is_whole());
    let of_plan = |n: u64| share(planned.filter(|p| *p > 0).map(|p| n as f64 / p as f64));
    let mut rows = Vec::new();
    if let Some(planned) = planned {
        rows.push(vec![Cell::Words(PLANNED.words()), Cell::Count(planned), Cell::Nothing]);
    }
    let known =
        |t: &crate::report::uptime::CameraTime| t.seeing + t.degraded + t.blind + t.offline > 0;
    let mut recorded: BTreeSet<&str> =
        watched.cameras.iter().filter(|(.., t)| known(t)).map(|(id, ..)| id.as_str()).collect();
    recorded.extend(counted.cameras.0.keys().map(String::as_str));
    if let Some(cameras) = &asked.cameras {
        let installed: BTreeSet<&str> = cameras
            .iter()
            .filter(|(id, _, ward)| asked.holds_camera(id, ward.as_deref()))
            .map(|(id, ..)| id.as_str())
            .collect();
        let count = installed.len() as u64;
        rows.push(vec![Cell::Words(INSTALLED.words()), Cell::Count(count), of_plan(count)]);
        recorded.retain(|id| installed.contains(id));
    }
    let count = recorded.len() as u64;
    rows.push(vec![Cell::Words(RECORDED.words()), Cell::Count(count), of_plan(count)]);
    let figures = [PLANNED, INSTALLED, RECORDED, COVERAGE];
    Table {
        key: "coverage".to_owned(),
        title: Words::new("Số camera so với quy hoạch", "Cameras against the plan"),
        columns: vec![
            column("figure", "Chỉ tiêu", "Figure"),
            column("cameras", "Số camera", "Cameras"),
            figure(&COVERAGE),
        ],
        rows,
        total: None,
        definitions: figures.iter().map(FigureDefinition::said).collect(),
    }
}

/// The same by ward, where a register says; `None`: nobody has said, or not of these cameras alone.
pub(super) fn by_ward(asked: &FiguresAsked, known: &Cameras) -> Option<Table> {
    let f = &asked.filter;
    if !f.cameras.is_empty() {
        return None;
    }
    let within = |name: &str| {
        f.scope.holds_ward(Some(name)) && (f.wards.is_empty() || f.wards.iter().any(|w| w == name))
    };
    let wards: Vec<_> = asked.planned.wards.iter().filter(|(name, ..)| within(name)).collect();
    if wards.is_empty() {
        return None;
    }
    let line = |planned: u64, installed: u64| {
        let part = (planned > 0).then(|| installed as f64 / planned as f64);
        vec![Cell::Count(planned), Cell::Count(installed), share(part)]
    };
    let rows = wards.iter().map(|(name, planned, installed)| {
        let mut cells = vec![known.ward(name)];
        cells.extend(line(*planned, *installed));
        cells
    });
    let mut total = vec![Cell::Words(Words::new("Tổng cộng", "Total"))];
    total.extend(line(wards.iter().map(|w| w.1).sum(), wards.iter().map(|w| w.2).sum()));
    Some(Table {
        key: "coverage_by_ward".to_owned(),
        title: Words::new(
            "Số camera so với quy hoạch theo địa bàn",
            "Cameras against the plan, by ward",
        ),
        columns: vec![
            column("ward", "Địa bàn", "Ward"),
            figure(&PLANNED),
            figure(&REGISTERED),
            figure(&COVERAGE),
        ],
        rows: rows.collect(),
        total: Some(total),
        definitions: [PLANNED, REGISTERED, COVERAGE].iter().map(FigureDefinition::said).collect(),
    })
}
