//! What people decide of events: the steps of review, the reasons, the plates they read.
//!
//! What enters: stored events and where their review stands. What leaves: changes for the store to
//! make. Knows nothing of HTTP; decides nothing that a person has not asked for.

mod decision;
mod plate;
mod reason;

pub use decision::{Ask, Asked, NOTE_LENGTH, Refused, change, is_decided};
pub use plate::{Plate, PlateError, PlateFormat};
pub use reason::Reason;
