//! What one camera looks at, and what was known of each frame: geometry and facts, no pixels.
//!
//! What enters: validated zones from configuration, tracks from [`crate::track`]. What leaves:
//! [`Observation`]s, small and serialisable, the only thing rules ever see.

mod observation;
mod record;
mod zone;

pub use observation::{Observation, Riding, TrackSight};
pub use zone::{Scene, Zone, ZoneError};
