//! Kinds of violation, and the judging of observations: pure code, no pixels, threads or clocks.
//!
//! What enters: a [`crate::scene::Scene`], rules and [`crate::scene::Observation`]s in order of
//! time. What leaves: updates of incidents. So a rule judges the same in batch, live, in tests and
//! in replay.

mod area;
mod cases;
mod catalogue;
mod contact;
mod crossing;
mod crowd;
mod direction;
mod dwell;
mod finding;
mod followed;
mod gait;
mod hours;
mod incident;
mod instant;
mod judge;
mod keeps;
mod kind;
mod left;
mod needs;
mod occupancy;
mod orderly;
mod presence;
mod resting;
mod riding;
mod roll;
mod ruling;
mod sighting;
mod spec;
mod speed;
mod state;
mod stay;
mod terms;
mod trail;
mod zone_ruling;

pub use incident::{
    Closing, Incident, IncidentKey, IncidentUpdate, Measure, Party, Quantity, Role, SignalNote,
    Subject,
};
pub use judge::{Judge, RuleError};
pub use kind::{Domain, Kind, KindInfo, Mechanism, Severity};
pub use resting::Resting;
pub use sighting::Sighting;
pub use spec::{Day, HoursRange, RuleSpec};
pub use speed::speed_over;
pub use state::{JUDGE_STATE_VERSION, JudgeState};
pub use terms::{
    CrossingTerms, CrowdTerms, DirectionTerms, LeftTerms, OccupancyTerms, OwnerNeeded, RidersTerms,
    SpeedTerms, Terms, Way,
};
