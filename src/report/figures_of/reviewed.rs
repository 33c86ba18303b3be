//! The tables of review: why incidents were dismissed, how long it took, what became of what was
//! confirmed, and where it happens again.

use super::asked::FiguresAsked;
use super::cameras::Cameras;
use super::definition::{
    ACKNOWLEDGE_TIME, AGENCY, BUSIEST, CONFIRMED, DECIDE_TIME, DISMISSED, FLAGGED,
    FigureDefinition, HANDLED, REASON, REPEAT_PLACE, RESULT,
};
use super::groups::{Counted, Times};
use super::median::median_seconds;
use super::said::{agency, domain, handling, weekday};
use super::table::{column, figure, seconds};
use crate::report::{Block, Cell, Column, Table, Words};
use crate::review::Reason;
use crate::store::{Handling, from_word};
use std::collections::{BTreeMap, BTreeSet};

/// Why incidents were dismissed, how long review took, and what became of what was confirmed.
pub(super) fn review(asked: &FiguresAsked, now: &Counted) -> Vec<Block> {
    let mut blocks = Vec::new();
    let reasons = crossed(
        "dismissed_by_reason",
        Words::new("Lý do kết luận không vi phạm", "Why incidents were dismissed"),
        figure(&REASON),
        &now.reasons,
        |code| {
            from_word::<Reason>(code)
                .map_or_else(|_| Words::same(code), |r| Words::new(r.vi(), r.en()))
        },
        &[DISMISSED, REASON],
    );
    blocks.push(reasons.unwrap_or_else(|| {
        Block::Paragraph(Words::new(
            "Trong kỳ không có vụ việc nào được kết luận là không vi phạm.",
            "In this period no incident was dismissed.",
        ))
    }));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let domains: BTreeSet<&str> = now.times.keys().map(|(d, _)| d.as_str()).collect();
    let all = Words::new("Tất cả", "All");
    for d in domains {
        let mut cells = vec![Cell::Words(domain(d)), Cell::Words(all.clone())];
        cells.extend(medians(now.times_of(|domain, _| domain == d)));
        rows.push(cells);
    }
    let agencies: BTreeSet<&str> = now.times.keys().map(|(_, a)| a.as_str()).collect();
    for a in agencies {
        let mut cells = vec![Cell::Words(all.clone()), agency(asked, a)];
        cells.extend(medians(now.times_of(|_, agency| agency == a)));
        rows.push(cells);
    }
    let mut total = vec![Cell::Words(Words::new("Tất cả", "All")), Cell::Words(all)];
    total.extend(medians(now.times_of(|_, _| true)));
    blocks.push(Block::Table(Table {
        key: "review_times".to_owned(),
        title: Words::new("Thời gian tiếp nhận và kết luận", "Time to acknowledge and to decide"),
        columns: vec![
            column("domain", "Lĩnh vực", "Domain"),
            column("agency", "Cơ quan", "Agency"),
            figure(&ACKNOWLEDGE_TIME),
            figure(&DECIDE_TIME),
        ],
        rows,
        total: Some(total),
        definitions: [ACKNOWLEDGE_TIME, DECIDE_TIME, AGENCY]
            .iter()
            .map(FigureDefinition::said)
            .collect(),
    }));
    let results = crossed(
        "results",
        Words::new("Kết quả xử lý đã nhập", "Results entered"),
        figure(&RESULT),
        &now.results,
        |code| from_word::<Handling>(code).map_or_else(|_| Words::same(code), handling),
        &[HANDLED, RESULT],
    );
    blocks.push(results.unwrap_or_else(|| {
        Block::Paragraph(Words::new(
            "Chưa có kết quả xử lý nào được nhập cho các vụ việc xác nhận trong kỳ.",
            "No results have been entered for what was confirmed in this period.",
        ))
    }));
    blocks
}

/// Places of repeats, and when.
pub(super) fn repeats(now: &Counted, known: &Cameras) -> Vec<Block> {
    let repeats = now.places.repeats();
    if repeats.is_empty() {
        return vec![Block::Paragraph(Words::new(
            format!("Trong kỳ không có điểm lặp lại. {}", REPEAT_PLACE.said().vi),
            format!("There are no repeat places in this period. {}", REPEAT_PLACE.said().en),
        ))];
    }
    let rows = repeats.into_iter().map(|(camera, zone, place)| {
        let (hour, day) = place.busiest();
        let mut cells = known.cells(camera).to_vec();
        cells.extend([
            known.zone(camera, zone),
            Cell::Count(place.flagged),
            Cell::Count(place.confirmed),
            Cell::Count(place.days() as u64),
            Cell::same(format!("{hour:02}–{:02}", hour + 1)),
            Cell::Words(weekday(day)),
        ]);
        cells
    });
    vec![Block::Table(Table {
        key: "repeat_places".to_owned(),
        title: Words::new("Điểm lặp lại và thời điểm", "Repeat places and times"),
        columns: vec![
            column("camera", "Camera", "Camera"),
            column("camera_name", "Tên", "Name"),
            column("ward", "Địa bàn", "Ward"),
            column("zone", "Khu vực", "Zone"),
            figure(&FLAGGED),
            figure(&CONFIRMED),
            column("days", "Số ngày", "Days"),
            column("busiest_hour", "Giờ nhiều nhất", "Busiest hour"),
            column("busiest_weekday", "Thứ nhiều nhất", "Busiest day"),
        ],
        rows: rows.collect(),
        total: None,
        definitions: [REPEAT_PLACE, BUSIEST, FLAGGED, CONFIRMED]
            .iter()
            .map(FigureDefinition::said)
            .collect(),
    })]
}

/// What is counted by a word and by domain; `None`: nothing is.
fn crossed(
    key: &str,
    title: Words,
    first: Column,
    counted: &BTreeMap<String, BTreeMap<String, u64>>,
    said: impl Fn(&str) -> Words,
    definitions: &[FigureDefinition],
) -> Option<Block> {
    let domains: BTreeSet<&String> = counted.values().flat_map(BTreeMap::keys).collect();
    let all: u64 = counted.values().flat_map(BTreeMap::values).sum();
    if all == 0 {
        return None;
    }
    let of = |by: &BTreeMap<String, u64>, d: &String| by.get(d).copied().unwrap_or(0);
    let mut lines: Vec<(u64, &String)> =
        counted.iter().map(|(code, by)| (by.values().sum(), code)).collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let rows = lines.into_iter().map(|(count, code)| {
        let mut cells = vec![Cell::Words(said(code))];
        cells.extend(domains.iter().map(|d| Cell::Count(of(&counted[code], d))));
        cells.extend([Cell::Count(count), Cell::Share(count as f64 / all as f64)]);
        cells
    });
    let mut columns = vec![first];
    columns.extend(domains.iter().map(|d| {
        let name = domain(d);
        column(d, &name.vi, &name.en)
    }));
    columns.push(column("total", "Cộng", "Total"));
    columns.push(column("share", "Tỷ trọng", "Share"));
    let mut total = vec![Cell::Words(Words::new("Tổng cộng", "Total"))];
    total.extend(domains.iter().map(|d| Cell::Count(counted.values().map(|by| of(by, d)).sum())));
    total.extend([Cell::Count(all), Cell::Nothing]);
    Some(Block::Table(Table {
        key: key.to_owned(),
        title,
        columns,
        rows: rows.collect(),
        total: Some(total),
        definitions: definitions.iter().map(FigureDefinition::said).collect(),
    }))
}

/// The median times to acknowledge and to decide.
pub(super) fn medians(mut times: Times) -> [Cell; 2] {
    [seconds(median_seconds(&mut times.acknowledge)), seconds(median_seconds(&mut times.decide))]
}
