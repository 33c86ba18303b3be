//! What one camera looks at, and what was known of each frame: geometry and facts, no pixels.
//!
//! What enters: validated zones from configuration, tracks from [`crate::track`]. What leaves:
//! [`Observation`]s, small and serialisable, the only thing rules ever see.

mod carried;
mod cells;
mod condition;
mod line;
mod observation;
mod plane;
mod programme;
mod reach;
mod record;
mod signal;
mod signal_feed;
mod thing;
mod zone;

pub use carried::CarriedOver;
pub use cells::CellGrid;
pub use condition::{CameraState, Condition, ConditionSpec, Detail, Reason, Signs, StateChange};
pub use line::{Line, LineError};
pub use observation::Observation;
pub use plane::{Ground, Length, Plane, PlaneError, PointPair, Residual};
pub use programme::{Programme, ProgrammeError};
pub use signal::{Signal, SignalSight, SignalState};
pub use signal_feed::SignalFeed;
pub use thing::{CellMask, ThingId, ThingKind, ThingSight, ZoneCover};
pub use zone::{Scene, Zone, ZoneError};
