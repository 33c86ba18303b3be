//! A line of the ledger.

use super::Care;
use super::tally::Tally;
use crate::media::WallTime;
use crate::scene::{Detail, Reason};
use jiff::ToSpan;
use jiff::civil::date;
use serde::Serialize;

/// How long a camera, or all of a vendor, saw. Seconds add up to `counted_seconds`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UptimeRow {
    /// The local day (+07:00), as `2026-08-15`; none for a whole period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The camera's id; none for a vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera_name: Option<String>,
    /// Who keeps it running.
    pub vendor: Option<String>,
    /// What it is under.
    pub contract: Option<String>,
    /// Time that is counted: all, or the contract's hours.
    pub counted_seconds: f64,
    /// It saw.
    pub seeing_seconds: f64,
    /// It saw less well.
    pub degraded_seconds: f64,
    /// Pictures came and showed nothing.
    pub blind_seconds: f64,
    /// No pictures came.
    pub offline_seconds: f64,
    /// Nobody knows: the service did not run.
    pub unknown_seconds: f64,
    /// Of degraded to offline: for reasons that lie with this program alone.
    pub excused_seconds: f64,
    /// Outages.
    pub incidents: u64,
    /// The longest outage…
    pub longest_outage_seconds: f64,
    /// …when it began, UTC…
    pub longest_outage_from: Option<String>,
    /// …its main reason…
    pub longest_outage_reason: Option<Reason>,
    /// …and what is known beside that.
    pub longest_outage_figures: Option<Detail>,
    /// Percent of the time held against the vendor in which it saw; none where there is none.
    pub seeing_percent: Option<f64>,
    /// Percent that was agreed.
    pub agreed_percent: Option<f64>,
    /// Whether that was kept.
    pub kept: Option<bool>,
}

impl UptimeRow {
    pub(super) fn of_day(camera: &str, name: &str, care: &Care, day: i64, sum: &Tally) -> Self {
        let local = date(1970, 1, 1).checked_add(day.days()).unwrap_or(date(1970, 1, 1));
        Self { day: Some(local.to_string()), ..Self::of_camera(camera, name, care, sum) }
    }

    pub(super) fn of_camera(camera: &str, name: &str, care: &Care, sum: &Tally) -> Self {
        Self {
            camera: Some(camera.to_owned()),
            camera_name: Some(name.to_owned()),
            ..Self::of_vendor(care, sum)
        }
    }

    pub(super) fn of_vendor(care: &Care, sum: &Tally) -> Self {
        let seconds = |us: i64| us as f64 / 1e6;
        let contract = care.contract.as_ref();
        let held = sum.counted() - sum.unknown - sum.excused;
        let percent = (held > 0).then(|| 100.0 * ((held - sum.out) as f64 / held as f64));
        let agreed = contract.map(|c| c.agreed_seeing_percent);
        Self {
            day: None,
            camera: None,
            camera_name: None,
            vendor: care.vendor.clone(),
            contract: contract.map(|c| c.name.clone()),
            counted_seconds: seconds(sum.counted()),
            seeing_seconds: seconds(sum.seeing),
            degraded_seconds: seconds(sum.degraded),
            blind_seconds: seconds(sum.blind),
            offline_seconds: seconds(sum.offline),
            unknown_seconds: seconds(sum.unknown),
            excused_seconds: seconds(sum.excused),
            incidents: sum.incidents,
            longest_outage_seconds: seconds(sum.longest.length),
            longest_outage_from: sum.longest.reason.and_then(|_| {
                let began = jiff::Timestamp::from_microsecond(sum.longest.from).ok()?;
                Some(WallTime(began).utc_rfc3339())
            }),
            longest_outage_reason: sum.longest.reason,
            longest_outage_figures: sum.longest.reason.map(|_| sum.longest.detail.clone()),
            seeing_percent: percent,
            agreed_percent: agreed,
            kept: percent.zip(agreed).map(|(is, agreed)| is >= agreed),
        }
    }
}
