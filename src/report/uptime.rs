//! How long each camera saw: by day, camera and vendor, against what was agreed.
//!
//! Time is counted in whole microseconds, so that what a period's states add up to is that period
//! exactly. Time in which the service itself did not run, or had not connected yet, is *unknown*; time
//! lost for reasons that lie with this program is *excused*. Neither is held against a vendor.

mod row;
mod tally;
mod timeline;
mod told;

pub use row::UptimeRow;
pub use told::{UptimeFormat, write_uptime};

use crate::config::Contract;
use crate::media::WallTime;
use crate::store::{ServiceTime, StateRecord};
use serde::Serialize;
use std::collections::BTreeMap;
use tally::{DAY, Tally};
pub(super) use timeline::{Stretch, timeline};

/// Who keeps a camera running, and what was agreed.
#[derive(Debug, Clone, Default)]
pub struct Care {
    /// Its vendor.
    pub vendor: Option<String>,
    /// Its contract.
    pub contract: Option<Contract>,
}

/// How long cameras saw in a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uptime {
    /// The period's beginning, UTC.
    pub from: String,
    /// Its end, UTC.
    pub to: String,
    /// By camera and day.
    pub days: Vec<UptimeRow>,
    /// By camera, over the whole period.
    pub cameras: Vec<UptimeRow>,
    /// By vendor and contract, over the whole period, all cameras together.
    pub vendors: Vec<UptimeRow>,
}

/// Adds up what `records` (by camera and time, with the last before `from`) and `service` (by time) say
/// of `from` to `to`. `care` says who keeps a camera (by its id) running.
pub fn uptime(
    records: &[StateRecord],
    service: &[ServiceTime],
    care: &dyn Fn(&str) -> Care,
    from: WallTime,
    to: WallTime,
) -> Uptime {
    let (begin, end) = (from.0.as_microsecond(), to.0.as_microsecond());
    let mut by_camera: BTreeMap<&str, Vec<&StateRecord>> = BTreeMap::new();
    for record in records {
        by_camera.entry(&record.camera).or_default().push(record);
    }
    let mut told = Uptime {
        from: from.utc_rfc3339(),
        to: to.utc_rfc3339(),
        days: Vec::new(),
        cameras: Vec::new(),
        vendors: Vec::new(),
    };
    let mut vendors: BTreeMap<(Option<String>, Option<String>), (Care, Tally)> = BTreeMap::new();
    for (camera, records) in by_camera {
        let care = care(camera);
        let name = records.last().map_or("", |r| r.camera_name.as_str());
        let stretches = timeline(&records, service, begin, end);
        let mut at = begin;
        while at < end {
            let (day, starts) = tally::day_of(at);
            let next = (starts + DAY).min(end);
            let sum = add_up(&stretches, &care, at, next);
            if sum.counted() > 0 {
                told.days.push(UptimeRow::of_day(camera, name, &care, day, &sum));
            }
            at = next;
        }
        let sum = add_up(&stretches, &care, begin, end);
        told.cameras.push(UptimeRow::of_camera(camera, name, &care, &sum));
        let key = (care.vendor.clone(), care.contract.as_ref().map(|c| c.name.clone()));
        if key != (None, None) {
            vendors.entry(key).or_insert_with(|| (care, Tally::default())).1.join(&sum);
        }
    }
    told.vendors = vendors.values().map(|(care, sum)| UptimeRow::of_vendor(care, sum)).collect();
    told
}

/// How long one camera was in which state, whole microseconds that add up to the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CameraTime {
    /// It saw.
    pub seeing: i64,
    /// It saw less well.
    pub degraded: i64,
    /// Pictures came and showed nothing.
    pub blind: i64,
    /// No pictures came.
    pub offline: i64,
    /// Nobody knows.
    pub unknown: i64,
}

/// Adds up what `records` (of one camera, by time, with the last before `from`) and `service` (by time)
/// say of `from` to `to`.
pub fn camera_time(
    records: &[StateRecord],
    service: &[ServiceTime],
    from: WallTime,
    to: WallTime,
) -> CameraTime {
    let (begin, end) = (from.0.as_microsecond(), to.0.as_microsecond());
    let records: Vec<&StateRecord> = records.iter().collect();
    let sum = add_up(&timeline(&records, service, begin, end), &Care::default(), begin, end);
    let Tally { seeing, degraded, blind, offline, unknown, .. } = sum;
    CameraTime { seeing, degraded, blind, offline, unknown }
}

fn add_up(stretches: &[Stretch], care: &Care, from: i64, to: i64) -> Tally {
    let contract = care.contract.as_ref();
    let degraded_sees = contract.is_none_or(|c| c.counts_degraded_as_seeing);
    let mut sum = Tally::default();
    let first = stretches.partition_point(|s| s.to <= from);
    for (from, to) in tally::counted(from, to, contract.map_or(&[], |c| c.hours.as_slice())) {
        for stretch in stretches[first..].iter().take_while(|s| s.from < to) {
            if let Some(part) = tally::cut(stretch, from, to) {
                sum.add(&part, degraded_sees);
            }
        }
    }
    sum
}
