//! What stands in a view that did not stand there before: the background of two time scales.
//!
//! What enters: frames with the view they were taken in. What leaves: [`Standing`] things in frame
//! pixels of the steady view, and which cells of watched areas are covered. Pure pixels: whether a
//! thing is a bag or a person who stands still is for those to say who know the tracks.
//!
//! Every pixel of a small picture keeps its *ground*, what it has looked like for long, and up to two
//! *looks* that it takes instead, each with the time it first took it. A look that lasts for seconds
//! (the short scale) over ground learnt for minutes (the long one) is static change. Because a look
//! remembers when it began and survives passers in front, walking back in time to when a thing
//! appeared needs no stored pictures.
//!
//! A [`Photograph`] of the clear view, where there is one, is the ground of an area from the first
//! picture on instead of what stands there then.

mod blob;
mod clear;
mod covers;
mod follow;
mod ground;
mod light;
mod look;
mod nature;
mod photograph;
mod pixels;
mod small;
mod watch;

pub use covers::CoverArea;
pub use follow::Standing;
pub use nature::Nature;
pub use photograph::{Photograph, PhotographError};
pub use small::MOST as ANALYSED;
pub use watch::{Background, Sights, fits};
