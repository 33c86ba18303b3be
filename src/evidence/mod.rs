//! Evidence of one incident: pictures, clip, facts and the manifest that seals them.
//!
//! This room exists so that what a person reviews can be shown to be what the camera recorded: the
//! clip is the camera's own packets, the pictures are decoded from them, and every file's SHA-256
//! stands in a manifest. What enters: an [`crate::rules::Incident`] with the packets around it.
//! What leaves: a sealed folder `evidence/YYYY/MM/DD/<event id>/` in the data folder, never changed
//! afterwards, and the [`Event`] that the store and the reports read. Nothing here judges.

mod appearance;
mod board;
mod caption;
mod case;
pub mod chain;
mod circumstances;
mod clip;
mod context;
pub(crate) mod digest;
mod disk;
mod error;
mod event;
mod facts;
mod folder;
mod grid;
mod id;
mod job;
mod label;
mod lamp;
mod manifest;
mod marks;
mod measured;
mod overlay;
mod place;
mod remains;
mod seal;
mod shot;
pub mod signing;
mod sketch;
mod stage;
mod stills;
mod stroke;
mod thresholds;
pub mod timestamp;
mod typeface;
mod unseen;
mod verify;
mod verify_report;

pub use appearance::Appearance;
pub use case::{Case, CaseOutcome};
pub use circumstances::{EventLine, EventParty, SignalSighting};
pub use context::{CameraFacts, EvidenceContext, ModelFacts, Position, SourceFacts};
pub use error::EvidenceError;
pub use event::{EVENT_SCHEMA, Event, EventFormat, event_schema};
pub use facts::{
    ClipMethod, EventClip, EventRule, EventSighting, EventStill, EventStills, EventSubject,
    EventTime, EventZone, Names, OriginalClip, Software,
};
pub use id::EventId;
pub use manifest::{Manifest, ManifestError, ManifestFile, ManifestFormat};
pub use measured::measured_said;
pub use remains::{
    bytes_of, is_interrupted, put_away, remove_sealed, sealed_as, sealed_at, sealed_event,
    sealed_folders,
};
pub use seal::{Sealed, seal, sweep};
pub use sketch::{Layers, sketch};
pub use stage::{Staged, stage};
pub use unseen::Unseen;
pub use verify::{verify, verify_by, verify_folder};
pub use verify_report::{Problem, ProblemKind, VerifyReport};
