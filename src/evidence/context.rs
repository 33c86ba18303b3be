//! What all events of one source share: camera, source, scene, model and rules.

use super::error::EvidenceError;
use super::id::EventId;
use super::place;
use crate::media::ClockQuality;
use crate::rules::{Incident, RuleSpec};
use crate::scene::Line;
use crate::vision::BBox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What all events of one source share. Made once a source, before its first incident.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvidenceContext {
    /// The data folder; not part of what is written down, as it may be moved.
    #[serde(skip)]
    pub data: PathBuf,
    /// Which camera.
    pub camera: CameraFacts,
    /// Which footage.
    pub source: SourceFacts,
    /// Zones by name, their corners in pixels of `frame_size`.
    pub zones: Vec<(String, Vec<(f32, f32)>)>,
    /// Lines, in pixels of `frame_size`.
    pub lines: Vec<Line>,
    /// Traffic lights by name, where their lamps are, in pixels of `frame_size`.
    pub signals: Vec<(String, BBox)>,
    /// Width and height, in pixels, of the picture that zones, lines and boxes are given in.
    pub frame_size: (u32, u32),
    /// The model that saw.
    pub model: ModelFacts,
    /// The rules it was judged by.
    pub rules: Vec<RuleSpec>,
}

/// The camera, as its file describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CameraFacts {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ward it stands in.
    pub ward: Option<String>,
    /// Where it stands.
    pub position: Option<Position>,
}

/// A place on earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// Latitude, north positive.
    pub lat: f64,
    /// Longitude, east positive.
    pub lon: f64,
}

/// The footage an event was found in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceFacts {
    /// File or folder name, without its path.
    pub file: String,
    /// Names the content, whatever the file is called.
    pub fingerprint: String,
    /// Codec of the recording.
    pub codec: String,
    /// How far its times can be trusted.
    pub clock_quality: ClockQuality,
    /// Where its start time came from, in a sentence.
    pub clock_note: String,
}

/// The model that saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelFacts {
    /// Its name.
    pub name: String,
    /// SHA-256 of its file, hexadecimal.
    pub sha256: String,
}

/// Where in the picture an incident happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// In a zone: its corners, in pixels of `frame_size`.
    Zone(&'a [(f32, f32)]),
    /// At a line.
    Line(&'a Line),
}

impl EvidenceContext {
    /// The id an incident's event has.
    pub fn event_id(&self, incident: &Incident) -> EventId {
        EventId::of(&self.camera.id, &incident.rule, &incident.key, &self.source.fingerprint)
    }

    /// Where an incident's sealed evidence lies, relative to the data folder.
    pub fn folder(&self, incident: &Incident) -> PathBuf {
        place::sealed(incident.moment_wall, &self.event_id(incident))
    }

    /// The rule an incident broke.
    pub(super) fn rule(&self, incident: &Incident) -> Result<&RuleSpec, EvidenceError> {
        self.rules
            .iter()
            .find(|r| r.name == incident.rule)
            .ok_or_else(|| self.unknown(incident, "rule", &incident.rule))
    }

    /// The zone an incident happened in, or the line it happened at.
    pub(super) fn place(&self, incident: &Incident) -> Result<Place<'_>, EvidenceError> {
        if incident.kind.info().mechanism.on_line() {
            let line = self.lines.iter().find(|l| l.name == incident.zone);
            return line
                .map(Place::Line)
                .ok_or_else(|| self.unknown(incident, "line", &incident.zone));
        }
        self.zones
            .iter()
            .find(|(name, _)| *name == incident.zone)
            .map(|(_, corners)| Place::Zone(corners))
            .ok_or_else(|| self.unknown(incident, "zone", &incident.zone))
    }

    /// Where the lamps of a traffic light are, in pixels of `frame_size`.
    pub(super) fn lamps(&self, signal: &str) -> Option<BBox> {
        self.signals.iter().find(|(name, _)| name == signal).map(|(_, lamps)| *lamps)
    }

    fn unknown(&self, incident: &Incident, what: &'static str, name: &str) -> EvidenceError {
        EvidenceError::Unknown {
            camera: self.camera.id.clone(),
            event: self.event_id(incident),
            what,
            name: name.to_owned(),
        }
    }
}
