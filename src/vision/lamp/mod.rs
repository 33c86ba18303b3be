//! Which lamp of a traffic light is lit, from its box in the picture.
//!
//! What enters: frames, how they lie ([`crate::vision::View`]) and where the lamps are drawn. What
//! leaves: one [`Reading`] per head and frame: red, amber, green or unknown. Works on the decoder's
//! own planes; the chroma of a head of 13 pixels is 6×6 samples, so nothing is scaled or converted.
//!
//! One picture is judged by [`glance`] (colour first, place only as a doubt), pictures are joined in
//! time by [`hold`], and heads that contradict each other are unknown ([`Lamps`]). Whatever is in
//! doubt is unknown: a wrong green excuses, a wrong red accuses.

mod cell;
mod colour;
mod glance;
mod hold;
mod lamps;
mod places;
mod range;

pub use colour::{Colour, hue_and_chroma};
pub use glance::{Doubt, Glimpse};
pub use hold::{Hold, Light, Reading};
pub use lamps::{HeadSpec, LampBoxes, Lamps};
pub use range::Range;
