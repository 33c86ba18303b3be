//! When in the week something happens again: minutes by day and hour.

use crate::rules::Kind;
use crate::store::EventRecord;
use jiff::ToSpan;
use serde::Serialize;
use std::collections::BTreeMap;

/// Incidents longer than this count for so many hours only: a wrong clock must not fill weeks.
const LONGEST_HOURS: usize = 24 * 14;

/// Minutes that one rule of one camera was broken, by local day of the week and hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recurrence {
    /// The camera's id.
    pub camera: String,
    /// The rule's name.
    pub rule: String,
    /// What it judges.
    pub kind: Kind,
    /// Incidents counted.
    pub incidents: u64,
    /// Minutes, a row a day from Monday on, a column an hour. Incidents at once count once each.
    pub minutes: [[f64; 24]; 7],
}

/// Adds events up, by camera and rule.
#[derive(Debug, Default)]
pub struct Tally {
    rows: BTreeMap<(String, String), Recurrence>,
}

impl Tally {
    /// Counts an event.
    pub fn add(&mut self, event: &EventRecord) {
        let key = (event.camera.clone(), event.rule.clone());
        let row = self.rows.entry(key).or_insert_with(|| Recurrence {
            camera: event.camera.clone(),
            rule: event.rule.clone(),
            kind: event.kind,
            incidents: 0,
            minutes: [[0.0; 24]; 7],
        });
        row.incidents += 1;
        let (mut at, end) = (event.start_utc.local(), event.end_utc.local());
        for _ in 0..LONGEST_HOURS {
            let hour = at.date().at(at.hour(), 0, 0, 0);
            let Ok(next) = hour.checked_add(1.hour()) else { return };
            let until = next.min(end);
            let minutes = until.duration_since(at).as_secs_f64() / 60.0;
            if minutes <= 0.0 {
                return;
            }
            let day = at.weekday().to_monday_zero_offset() as usize;
            row.minutes[day % 7][at.hour() as usize % 24] += minutes;
            at = next;
        }
    }

    /// What came of it, by camera and rule; minutes to a tenth.
    pub fn rows(self) -> Vec<Recurrence> {
        let rounded = |mut row: Recurrence| {
            for minutes in row.minutes.iter_mut().flatten() {
                *minutes = (*minutes * 10.0).round() / 10.0;
            }
            row
        };
        self.rows.into_values().map(rounded).collect()
    }
}
