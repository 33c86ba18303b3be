//! The tables and charts of incidents, section by section.

use super::asked::FiguresAsked;
use super::cameras::Cameras;
use super::chart::{Of, compared, counts, stacked};
use super::definition::{
    ACKNOWLEDGE_TIME, ACKNOWLEDGED, AGENCY, CANNOT_TELL, CHANGE, CONFIRMED, DECIDE_TIME, DISMISSED,
    FLAGGED, FigureDefinition, HANDED_OVER, HANDLED, PRECISION, WAITING,
};
use super::groups::Counted;
use super::reviewed::medians;
use super::said::{agency, domain, kind};
use super::table::{CountsTable, column, difference, share};
use crate::report::{Block, Cell, ChartStyle, Table, Words};

/// Cameras of a chart at most.
const CHARTED: usize = 15;

/// All figures of incidents, this period against the one before.
pub(super) fn summary(now: &Counted, before: &Counted) -> Table {
    let mut rows = Vec::new();
    let counts: [(&FigureDefinition, Of); 8] = [
        (&FLAGGED, |c| c.flagged),
        (&ACKNOWLEDGED, |c| c.acknowledged),
        (&CONFIRMED, |c| c.confirmed),
        (&DISMISSED, |c| c.dismissed),
        (&CANNOT_TELL, |c| c.cannot_tell),
        (&WAITING, |c| c.waiting),
        (&HANDED_OVER, |c| c.handed_over),
        (&HANDLED, |c| c.handled),
    ];
    for (definition, of) in counts {
        let (is, was) = (of(&now.all), of(&before.all));
        rows.push(vec![
            Cell::Words(definition.words()),
            Cell::Count(is),
            Cell::Count(was),
            Cell::Change(difference(is, was)),
        ]);
    }
    rows.push(vec![
        Cell::Words(PRECISION.words()),
        share(now.all.precision()),
        share(before.all.precision()),
        Cell::Nothing,
    ]);
    let all = |counted: &Counted| medians(counted.times_of(|_, _| true));
    let times = all(now).into_iter().zip(all(before));
    for (definition, (is, was)) in [ACKNOWLEDGE_TIME, DECIDE_TIME].iter().zip(times) {
        rows.push(vec![Cell::Words(definition.words()), is, was, Cell::Nothing]);
    }
    let defined = counts.map(|(definition, _)| *definition);
    let others = [PRECISION, ACKNOWLEDGE_TIME, DECIDE_TIME, CHANGE];
    Table {
        key: "summary".to_owned(),
        title: Words::new("Số liệu chung", "All figures"),
        columns: vec![
            column("figure", "Chỉ tiêu", "Figure"),
            column("period", "Trong kỳ", "This period"),
            column("before", "Kỳ trước", "Before"),
            column("change", "So với kỳ trước", "Change"),
        ],
        rows,
        total: None,
        definitions: defined.iter().chain(&others).map(FigureDefinition::said).collect(),
    }
}

/// By domain and kind.
pub(super) fn kinds(now: &Counted, before: &Counted) -> Vec<Block> {
    let total = Some((now.all, Some(before.all)));
    let domains = compared(&now.domains, &before.domains, |key| vec![Cell::Words(domain(key))]);
    let kinds = compared(&now.kinds, &before.kinds, |key| {
        let (d, k) = key.split_once('/').unwrap_or((key, ""));
        vec![Cell::Words(domain(d)), Cell::Words(kind(k))]
    });
    let chart = stacked(
        Words::new("Vụ việc theo hành vi", "Incidents by kind"),
        ChartStyle::Bars,
        now.kinds.0.iter().map(|(key, c)| (kind(key.split_once('/').map_or("", |k| k.1)), *c)),
    );
    let domain_column = || column("domain", "Lĩnh vực", "Domain");
    vec![
        counts("by_domain", ("Theo lĩnh vực", "By domain"), vec![domain_column()], domains, total),
        counts(
            "by_kind",
            ("Theo hành vi", "By kind"),
            vec![domain_column(), column("kind", "Hành vi", "Kind")],
            kinds,
            total,
        ),
        chart,
    ]
}

/// By ward, agency and camera.
pub(super) fn places(
    asked: &FiguresAsked,
    now: &Counted,
    before: &Counted,
    known: &Cameras,
) -> Vec<Block> {
    let total = Some((now.all, Some(before.all)));
    let wards = compared(&now.wards, &before.wards, |key| vec![known.ward(key)]);
    let mut blocks = vec![counts(
        "by_ward",
        ("Theo địa bàn", "By ward"),
        vec![column("ward", "Địa bàn", "Ward")],
        wards,
        total,
    )];
    let agencies = compared(&now.agencies, &before.agencies, |key| vec![agency(asked, key)]);
    blocks.push(Block::Table(
        CountsTable {
            key: "by_agency",
            title: Words::new("Theo cơ quan", "By agency"),
            named: vec![column("agency", "Cơ quan", "Agency")],
            lines: agencies,
            total,
            definitions: vec![AGENCY.said()],
        }
        .build(),
    ));
    let cameras = compared(&now.cameras, &before.cameras, |key| known.cells(key).to_vec());
    let named = vec![
        column("camera", "Camera", "Camera"),
        column("camera_name", "Tên", "Name"),
        column("ward", "Địa bàn", "Ward"),
    ];
    blocks.push(counts("by_camera", ("Theo camera", "By camera"), named, cameras, total));
    let mut most: Vec<_> = now.cameras.0.iter().collect();
    most.sort_by(|a, b| b.1.flagged.cmp(&a.1.flagged).then_with(|| a.0.cmp(b.0)));
    let title = if most.len() > CHARTED {
        Words::new(
            format!("Vụ việc theo camera ({CHARTED} camera nhiều nhất)"),
            format!("Incidents by camera ({CHARTED} with most)"),
        )
    } else {
        Words::new("Vụ việc theo camera", "Incidents by camera")
    };
    blocks.push(stacked(
        title,
        ChartStyle::Bars,
        most.into_iter().take(CHARTED).map(|(id, c)| (known.label(id), *c)),
    ));
    blocks
}
