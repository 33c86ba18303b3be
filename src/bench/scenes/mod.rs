//! Scenes with exact answers: short clips made here, with labels that are right by construction.
//!
//! What enters: the names of scenarios. What leaves: a folder with `suite.toml`, and of each scenario a
//! clip, its labels and its camera file, as `bench events` takes them. Drawn scenes show a street in
//! perspective whose road users go known ways; what a detector would have seen of them, with its
//! errors, lies beside the clip. Composites put cut-outs of real people and vehicles into real
//! footage, which the real detector sees. Everything is seeded: the same scenario gives the same
//! pictures and the same boxes.

mod actor;
mod body;
mod canvas;
mod cases;
mod composite;
mod cutout;
mod encode;
mod error;
mod film;
mod footage;
mod ground;
mod labels;
mod random;
mod scenario;
mod seen;
mod view;
mod weather;
mod write;

pub use cases::{Case, cases};
pub use error::SceneError;
pub use write::{ScenesMade, write_scenes};
