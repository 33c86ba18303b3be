//! A request that names a range instead of events: which confirmed events that are, at the time of
//! asking.

use super::doer::Doer;
use super::error::HandoverError;
use super::text::text;
use crate::media::WallTime;
use crate::review::Permission;
use crate::rules::{Domain, Kind};
use crate::store::{EventRecord, QueueFilter, QueueOrder, RequestedRange, Status, Store, TallyBy};

/// Events of one request at most.
pub const MOST_EVENTS: usize = 200;

/// Letters of a camera's id or a ward's name at most.
const NAME: usize = 300;

/// Which events are asked for: those that started in a time, and lie where everything else says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Started then or later.
    pub from: WallTime,
    /// Started before then.
    pub to: WallTime,
    /// Only this camera's, by id.
    pub camera: Option<String>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this ward.
    pub ward: Option<String>,
    /// Only this domain.
    pub domain: Option<Domain>,
}

/// What a range holds.
pub(super) struct InRange {
    /// The confirmed events that can be handed over.
    pub(super) events: Vec<EventRecord>,
    /// The range as it is kept.
    pub(super) range: RequestedRange,
}

/// The confirmed events of a range, as far as whoever asks may see them.
///
/// # Errors
/// It ends before it begins, holds none, or more than a pack takes.
pub(super) fn in_range(
    store: &Store,
    doer: &Doer<'_>,
    range: &Range,
) -> Result<InRange, HandoverError> {
    if !doer.actor.permissions.has(Permission::SeeEvents) {
        return Err(HandoverError::Forbidden);
    }
    if range.from >= range.to {
        return Err(HandoverError::BadRange);
    }
    let name = |field, name: &Option<String>| {
        name.as_deref().map(|n| text(field, n, NAME, false)).transpose()
    };
    let (camera, ward) = (name("camera", &range.camera)?, name("ward", &range.ward)?);
    let filter = QueueFilter {
        scope: (&doer.actor.scope).into(),
        kinds: range.kind.into_iter().collect(),
        domains: range.domain.into_iter().collect(),
        wards: ward.clone().into_iter().collect(),
        cameras: camera.clone().into_iter().collect(),
        from: Some(range.from),
        to: Some(range.to),
        ..QueueFilter::default()
    };
    let open = |s: &Status| matches!(s, Status::Pending | Status::Acknowledged);
    let tally = store.tally(&filter, TallyBy::Domain)?;
    let undecided = tally.iter().filter(|row| open(&row.status)).map(|row| row.count).sum();
    let confirmed = QueueFilter { statuses: vec![Status::Confirmed], ..filter };
    let most = u32::try_from(MOST_EVENTS).unwrap_or(u32::MAX);
    let page = store.queue(&confirmed, QueueOrder::Oldest, None, most)?;
    if page.next.is_some() {
        return Err(HandoverError::TooMany { most: MOST_EVENTS });
    }
    let all = page.events.len();
    let events: Vec<EventRecord> =
        page.events.into_iter().filter(|e| e.evidence_state.has_folder()).collect();
    let without_evidence = (all - events.len()) as u64;
    if events.is_empty() {
        return Err(HandoverError::NothingInRange { undecided, without_evidence });
    }
    let range = RequestedRange {
        from_utc: range.from,
        to_utc: range.to,
        camera,
        kind: range.kind,
        ward,
        domain: range.domain,
        undecided,
        without_evidence,
    };
    Ok(InRange { events, range })
}
