//! The circumstances an event record tells besides subject and place: line, lights, others.

use super::context::EvidenceContext;
use super::facts::{EventSighting, EventTime};
use crate::media::{MediaTime, WallTime};
use crate::rules::{Incident, Party, Role, SignalNote};
use crate::scene::{Line, SignalState};
use crate::track::TrackId;
use crate::vision::{BBox, Class};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The line an event happened at, in pixels of the record's `frame_size`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventLine {
    /// Its name; also the record's `zone.name`.
    pub name: String,
    /// Its points, in order along it.
    pub points: Vec<[f32; 2]>,
    /// A point on the side to which crossing it goes forward.
    pub toward: [f32; 2],
}

impl EventLine {
    pub(super) fn new(line: &Line) -> Self {
        Self {
            name: line.name.clone(),
            points: line.points.iter().map(|&(x, y)| [x, y]).collect(),
            toward: line.toward.into(),
        }
    }
}

/// What a traffic light showed at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignalSighting {
    /// The traffic light's name in the camera file.
    pub name: String,
    /// What it showed; `unknown` is a state.
    pub state: SignalState,
    /// When.
    #[serde(flatten)]
    pub time: EventTime,
    /// Where its lamps are, `[x1, y1, x2, y2]` in pixels of the record's `frame_size`.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub lamps: Option<BBox>,
}

impl SignalSighting {
    pub(super) fn new(ctx: &EvidenceContext, incident: &Incident, note: &SignalNote) -> Self {
        Self {
            name: note.name.clone(),
            state: note.state,
            time: EventTime::new(note.time, wall_at(incident, note.time)),
            lamps: ctx.lamps(&note.name),
        }
    }
}

/// The wall time of an instant near an incident's moment.
pub(super) fn wall_at(incident: &Incident, at: MediaTime) -> WallTime {
    let apart = SignedDuration::from_micros(at.0.saturating_sub(incident.moment.0));
    WallTime(incident.moment_wall.0.saturating_add(apart).unwrap_or(incident.moment_wall.0))
}

/// Somebody who has to do with an event whose subject is another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventParty {
    /// What it has to do with it.
    pub role: Role,
    /// The tracks it was followed as, the first first.
    pub tracks: Vec<TrackId>,
    /// What it has been most of the time.
    pub class: Class,
    /// Its number plate; `null`: not read.
    pub plate: Option<String>,
    /// Its way.
    pub path: Vec<EventSighting>,
}

impl EventParty {
    pub(super) fn new(party: &Party) -> Self {
        let subject = &party.subject;
        Self {
            role: party.role,
            tracks: subject.tracks.clone(),
            class: subject.class,
            plate: None,
            path: subject.path.iter().map(EventSighting::new).collect(),
        }
    }
}
