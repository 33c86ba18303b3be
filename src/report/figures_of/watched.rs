//! How long cameras saw in a period.

use super::asked::FiguresAsked;
use super::cameras::Cameras;
use super::definition::{
    BLIND, DEGRADED, FigureDefinition, OFFLINE, SEEING, SEEING_SHARE, UNKNOWN,
};
use super::table::{column, figure, share};
use crate::media::WallTime;
use crate::report::uptime::{CameraTime, camera_time};
use crate::report::{Cell, Table, Words};
use crate::store::{Store, StoreError};

const HOUR_US: f64 = 3_600_000_000.0;

/// The ledger of a period.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// By camera's id.
    pub(super) cameras: Vec<(String, CameraTime)>,
    /// Whether the service ran in the period at all.
    pub(super) ran: bool,
}

impl Watched {
    /// Adds up what the ledger says of these cameras, up to now and from when the service first ran on.
    pub(super) fn of(
        store: &Store,
        asked: &FiguresAsked,
        known: &Cameras,
    ) -> Result<Self, StoreError> {
        let (from, to) = asked.period.times();
        let to = to.min(asked.now);
        let first =
            store.service_times(WallTime(jiff::Timestamp::MIN), to)?.first().map(|s| s.started);
        let Some(from) = first.map(|first| first.max(from)).filter(|from| *from < to) else {
            return Ok(Self::default());
        };
        let service = store.service_times(from, to)?;
        if service.is_empty() {
            return Ok(Self::default());
        }
        let mut cameras = Vec::new();
        // One camera at a time: a year of hundreds is much.
        for id in known.ids() {
            let records = store.state_changes(Some(id), from, to)?;
            if !records.is_empty() {
                let time = camera_time(&records, &service, from, to);
                cameras.push((id.to_owned(), time));
            }
        }
        Ok(Self { cameras, ran: true })
    }

    /// `None`: there is no ledger of the period.
    pub(super) fn table(&self, known: &Cameras) -> Option<Table> {
        let mut all = CameraTime::default();
        let rows: Vec<Vec<Cell>> = self
            .cameras
            .iter()
            .map(|(id, time)| {
                all.seeing += time.seeing;
                all.degraded += time.degraded;
                all.blind += time.blind;
                all.offline += time.offline;
                all.unknown += time.unknown;
                let mut cells = known.cells(id).to_vec();
                cells.extend(hours(time));
                cells
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        let mut total =
            vec![Cell::Words(Words::new("Tổng cộng", "Total")), Cell::Nothing, Cell::Nothing];
        total.extend(hours(&all));
        let figures = [SEEING, DEGRADED, BLIND, OFFLINE, UNKNOWN, SEEING_SHARE];
        let mut columns = vec![
            column("camera", "Camera", "Camera"),
            column("camera_name", "Tên", "Name"),
            column("ward", "Địa bàn", "Ward"),
        ];
        columns.extend(figures.iter().map(figure));
        Some(Table {
            key: "camera_hours".to_owned(),
            title: Words::new(
                "Số giờ hoạt động của camera theo trạng thái",
                "Camera-hours by state",
            ),
            columns,
            rows,
            total: Some(total),
            definitions: figures.iter().map(FigureDefinition::said).collect(),
        })
    }
}

fn hours(time: &CameraTime) -> Vec<Cell> {
    let CameraTime { seeing, degraded, blind, offline, unknown } = *time;
    let known = seeing + degraded + blind + offline;
    let mut cells: Vec<Cell> = [seeing, degraded, blind, offline, unknown]
        .map(|us| Cell::Number(us as f64 / HOUR_US, 1))
        .into();
    cells.push(share((known > 0).then(|| seeing as f64 / known as f64)));
    cells
}
