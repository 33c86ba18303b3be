//! Kinds of violation, and the judging of observations: pure code, no pixels, threads or clocks.
//!
//! What enters: a [`crate::scene::Scene`], rules and [`crate::scene::Observation`]s in order of
//! time. What leaves: updates of incidents. So a rule judges the same in batch, live, in tests and
//! in replay.

mod area;
mod catalogue;
mod dwell;
mod finding;
mod hours;
mod incident;
mod judge;
mod kind;
mod presence;
mod roll;
mod ruling;
mod spec;
mod stay;
mod trail;

pub use incident::{Closing, Incident, IncidentKey, IncidentUpdate, Sighting, Subject};
pub use judge::{Judge, RuleError};
pub use kind::{Domain, Kind, KindInfo, Mechanism, Severity};
pub use spec::{HoursRange, RuleSpec};
