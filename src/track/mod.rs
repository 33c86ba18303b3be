//! One object over time: Kalman motion, association, and the life of a track.
//!
//! What enters: the detections of one frame with their time. What leaves: the tracks as that frame
//! leaves them ([`TrackSight`]). Knows nothing of scenes, rules or pixels' colours.

mod affinity;
mod assign;
mod bond;
mod config;
mod duplicate;
mod evidence;
mod expected;
mod frame;
mod id;
mod kalman;
mod life;
mod noise;
mod parked;
mod riders;
mod seat;
mod sight;
mod stillness;
mod subject;
mod tracker;

pub use config::TrackerConfig;
pub use id::TrackId;
pub use life::Ended;
pub use sight::{Riding, TrackSight};
pub use tracker::Tracker;
