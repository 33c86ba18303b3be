//! A queue in parts that an index gives in order: one for each status of each ward or kind, or one for
//! each camera. Only so many of each are looked at, however many there are.

use super::database::QueryBuilder;
use super::place_names::Meant;
use super::queue::QueueFilter;
use super::queue_found::Found;
use super::queue_narrow::{narrow, wards};
use super::record::Status;
use super::word::word;
use crate::rules::Severity;

/// Parts at most; where there would be more, fewer are made that look at more.
const MOST: usize = 64;

/// One part.
pub(super) struct Part {
    pub(super) filter: QueueFilter,
    severity: Option<Severity>,
    /// Of its severity, where it has one.
    pub(super) gravity: Option<i64>,
}

impl Part {
    pub(super) fn narrow(&self, q: &mut QueryBuilder, found: &Found) {
        if let Some(severity) = self.severity {
            q.push(" AND severity = ").push_bind(word(&severity));
        }
        narrow(q, &self.filter, found);
    }
}

/// The parts of a queue; `by_severity`: each severity's apart.
pub(super) fn parts(filter: &QueueFilter, found: &Found, by_severity: bool) -> Vec<Part> {
    let most = if by_severity { MOST / 3 } else { MOST };
    // What few events are meant by is looked up from them, at once.
    let mut filters = if found.few().is_some() {
        Vec::new()
    } else {
        of_cameras(filter, found, most).unwrap_or_else(|| of_statuses(filter, most))
    };
    if filters.is_empty() {
        filters.push(filter.clone());
    }
    let severities: &[Option<Severity>] = if by_severity {
        &[Some(Severity::High), Some(Severity::Medium), Some(Severity::Low)]
    } else {
        &[None]
    };
    let part = |filter: QueueFilter| {
        severities.iter().map(move |severity| Part {
            filter: filter.clone(),
            severity: *severity,
            gravity: severity.map(gravity),
        })
    };
    filters.into_iter().flat_map(part).collect()
}

/// One for each camera that is asked for, or that a text means; `None`: there are too many, or others
/// are meant too.
fn of_cameras(filter: &QueueFilter, found: &Found, most: usize) -> Option<Vec<QueueFilter>> {
    let mut cameras = filter.cameras.clone();
    let mut text = filter.text.clone();
    if let (true, Meant::These { cameras: these, places, ids }) = (cameras.is_empty(), &found.text)
        && ids.is_empty()
    {
        cameras = these.iter().chain(places.iter().map(|p| &p.camera)).cloned().collect();
        if places.is_empty() {
            // Which cameras is all that it says.
            text = None;
        }
    }
    cameras.sort();
    cameras.dedup();
    let one = |camera| QueueFilter { cameras: vec![camera], text: text.clone(), ..filter.clone() };
    (1..=most).contains(&cameras.len()).then(|| cameras.into_iter().map(one).collect())
}

/// One for each status, of each ward or else each kind where these are few.
fn of_statuses(filter: &QueueFilter, most: usize) -> Vec<QueueFilter> {
    let mut statuses = filter.statuses.clone();
    if statuses.is_empty() {
        statuses = Status::ALL.to_vec();
    }
    statuses.sort_by_key(word);
    statuses.dedup();
    let few = |n: usize| n > 0 && n * statuses.len() <= most;
    let within: Vec<QueueFilter> = match wards(filter) {
        Some(mut wards) if few(wards.len()) => {
            wards.sort();
            wards.dedup();
            wards.into_iter().map(|w| QueueFilter { wards: vec![w], ..filter.clone() }).collect()
        }
        _ if few(filter.kinds.len()) => {
            let mut kinds = filter.kinds.clone();
            kinds.sort();
            kinds.dedup();
            kinds.into_iter().map(|k| QueueFilter { kinds: vec![k], ..filter.clone() }).collect()
        }
        _ => vec![filter.clone()],
    };
    let each = |filter: QueueFilter| {
        let one = move |status| QueueFilter { statuses: vec![status], ..filter.clone() };
        statuses.clone().into_iter().map(one)
    };
    within.into_iter().flat_map(each).collect()
}

/// What [`GRAVITY`] says in the database.
pub(super) fn gravity(severity: Severity) -> i64 {
    match word(&severity).as_str() {
        "high" => 2,
        "medium" => 1,
        _ => 0,
    }
}
