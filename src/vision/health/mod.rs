//! Whether a camera still shows what it should: pixels alone, told in plain reasons.
//!
//! What enters: [`crate::media::Frame`]s, about two to four a second, and how each lies
//! ([`crate::vision::View`]). What leaves: [`Fault`]s as they are at that moment; how long one must
//! last before anything follows from it is for [`crate::scene::Condition`] to say. Night, haze, rain,
//! shake, an empty street and a lorry that passes are no faults.

mod cover;
mod crisp;
mod examiner;
mod fault;
mod learnt;
mod light;
mod parts;
mod place;
mod reference;
mod rest;
mod soft;
mod spec;
mod still;
mod tiles;

pub use examiner::Examiner;
pub use fault::Fault;
pub use reference::{Reference, ReferenceError};
pub use soft::is_soft;
pub use spec::HealthSpec;
