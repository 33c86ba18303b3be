//! One object over time: Kalman motion, association, and the life of a track.
//!
//! What enters: the detections of one frame with their time. What leaves: the tracks as that frame
//! leaves them. Knows nothing of scenes, rules or pixels' colours.

mod id;

pub use id::TrackId;
