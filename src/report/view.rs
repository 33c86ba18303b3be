//! How good the views of a site's cameras are for what is judged there, measured from what was stored:
//! looks at their pictures, states, observations and incidents. The worst come first, with the reason.
//!
//! Whether a rule can work with a view at all is [`super::fitness`]'s to say; here it is one measure
//! among others.

mod facts;
mod judged;
mod light;
mod narrowed;
mod reason;
mod tracks;

pub use facts::{Knows, ViewTerms, view_fitness, worst_first};
#[cfg(test)]
pub(super) use judged::TROUBLES;
pub use judged::{KindView, ViewFitness};
pub use light::{Light, LightShares};
pub use reason::{Advice, ViewReason};
