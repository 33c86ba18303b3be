//! An event as lists show it.

use super::base::BASE;
use super::bilingual::Bilingual;
use super::desk::Desk;
use super::person_name::name_of;
use crate::config::{Agency, agency_for};
use crate::media::WallTime;
use crate::rules::{Domain, Severity};
use crate::store::{EventRecord, ReviewState, Stage, Status, Store, StoreError, word};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// An event as lists show it. Times are RFC 3339, UTC.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct EventRow {
    /// Its id.
    pub(super) id: String,
    /// What is suspected.
    pub(super) kind: String,
    /// The same for people.
    pub(super) kind_name: Bilingual,
    /// The field it is reported under.
    pub(super) domain: Domain,
    /// How grave.
    pub(super) severity: Severity,
    /// The camera's id.
    pub(super) camera: String,
    /// The camera's name.
    pub(super) camera_name: String,
    /// The ward.
    pub(super) ward: Option<String>,
    /// The zone.
    pub(super) zone: String,
    /// When the conduct began.
    pub(super) start_utc: String,
    /// When it became a violation.
    pub(super) moment_utc: String,
    /// When it was last seen.
    pub(super) end_utc: String,
    /// Where review stands.
    pub(super) status: String,
    /// Counts changes; `If-Match` of a decision.
    pub(super) version: u64,
    /// Whose it is.
    pub(super) agency: Option<String>,
    /// What people call the agency.
    pub(super) agency_name: Option<String>,
    /// Who has it.
    pub(super) assignee: Option<String>,
    /// What people call him.
    pub(super) assignee_name: Option<String>,
    /// When the next step should be done.
    pub(super) due_at: Option<String>,
    /// When it should be taken up; `null`: it was, or nobody's targets hold.
    pub(super) acknowledge_by: Option<String>,
    /// When it should be decided; `null`: it was, or nobody's targets hold.
    pub(super) decide_by: Option<String>,
    /// When the agency was last told that it is overdue.
    pub(super) escalated_at: Option<String>,
    /// `wanted`, `agreed`, `disagreed`; `null`: it is not among those looked at again.
    pub(super) second_look: Option<String>,
    /// The event that it was merged with.
    pub(super) merged_into: Option<String>,
    /// Whether that time is over.
    pub(super) overdue: bool,
    /// Where its evidence stands.
    pub(super) evidence_state: String,
    /// Why its evidence is not whole.
    pub(super) evidence_note: Option<String>,
    /// What the subject is.
    pub(super) subject_class: String,
    /// The number plate, as a person read it.
    pub(super) plate: Option<String>,
    /// Events that show this incident, this one among them.
    pub(super) sightings: u64,
    /// Where a small picture is; `null`: there is none.
    pub(super) thumbnail: Option<String>,
}

impl EventRow {
    /// The rows of events as they stand.
    pub(super) fn all(
        desk: &Desk,
        store: &Store,
        events: &[EventRecord],
    ) -> Result<Vec<Self>, StoreError> {
        let ids: Vec<&str> = events.iter().map(|e| e.id.as_str()).collect();
        let (states, untouched) = (store.reviews(&ids)?, ReviewState::default());
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut row = |event: &EventRecord| {
            let state = states.get(&event.id).unwrap_or(&untouched);
            let name = state
                .assignee
                .as_ref()
                .map(|id| names.entry(id.clone()).or_insert_with(|| name_of(store, id)).clone());
            Self::named(desk, event, state, name)
        };
        Ok(events.iter().map(&mut row).collect())
    }

    /// The row of an event whose review stands so.
    pub(super) fn of(desk: &Desk, store: &Store, event: &EventRecord, state: &ReviewState) -> Self {
        Self::named(desk, event, state, state.assignee.as_ref().map(|id| name_of(store, id)))
    }

    fn named(
        desk: &Desk,
        event: &EventRecord,
        state: &ReviewState,
        assignee_name: Option<String>,
    ) -> Self {
        let info = event.kind.info();
        let site = desk.site();
        let agency = responsible(&site.agencies, event, state);
        let by = |stage| agency.and_then(|agency| due(agency, stage, event, state));
        let (acknowledge_by, decide_by) = (by(Stage::Acknowledge), by(Stage::Decide));
        let due = acknowledge_by.or(decide_by);
        let thumbnail = event.evidence_state.has_folder();
        Self {
            kind: info.name.to_owned(),
            kind_name: Bilingual::new(info.name_vi, info.name_en),
            domain: event.domain,
            severity: event.severity,
            camera: event.camera.clone(),
            camera_name: event.camera_name.clone(),
            ward: event.ward.clone(),
            zone: event.zone.clone(),
            start_utc: event.start_utc.utc_rfc3339(),
            moment_utc: event.moment_utc.utc_rfc3339(),
            end_utc: event.end_utc.utc_rfc3339(),
            status: word(&event.status),
            version: state.version,
            agency: state.agency.clone().or_else(|| agency.map(|a| a.id.clone())),
            agency_name: agency.map(|a| a.name.clone()),
            assignee: state.assignee.clone(),
            assignee_name,
            due_at: due.map(WallTime::utc_rfc3339),
            acknowledge_by: acknowledge_by.map(WallTime::utc_rfc3339),
            decide_by: decide_by.map(WallTime::utc_rfc3339),
            escalated_at: state.escalated.map(WallTime::utc_rfc3339),
            second_look: state.second_look.as_ref().map(word),
            merged_into: state.merged_into.clone(),
            overdue: due.is_some_and(|due| (desk.now)() > due),
            evidence_state: word(&event.evidence_state),
            evidence_note: event.evidence_note.clone(),
            subject_class: word(&event.subject_class),
            plate: state.plate.clone(),
            sightings: event.sightings,
            thumbnail: thumbnail
                .then(|| format!("{BASE}/events/{}/files/moment-marked.jpg?width=320", event.id)),
            id: event.id.clone(),
        }
    }
}

/// The agency that an event was given to, or else the one whose ward and domain it is.
fn responsible<'a>(
    agencies: &'a [Agency],
    event: &EventRecord,
    state: &ReviewState,
) -> Option<&'a Agency> {
    match &state.agency {
        Some(id) => agencies.iter().find(|a| a.id == *id),
        None => agency_for(agencies, event.ward.as_deref(), event.domain),
    }
}

/// When a step should be done; `None`: it was.
fn due(
    agency: &Agency,
    stage: Stage,
    event: &EventRecord,
    state: &ReviewState,
) -> Option<WallTime> {
    match (event.status, stage) {
        (Status::Pending, _) | (Status::Acknowledged, Stage::Decide) => {}
        _ => return None,
    }
    let counted = state.due_from.unwrap_or(event.moment_utc);
    counted.0.checked_add(i64::from(stage.minutes(agency)).minutes()).map(WallTime).ok()
}
