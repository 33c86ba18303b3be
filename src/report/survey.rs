//! The survey that a council brings to its meeting: what stands of what is planned, which cameras are to
//! be put right, turned or moved and why, and which planned places would add most.

mod gathered;
mod opening;
mod paper;
mod places;
mod stills;

pub use gathered::Survey;
pub use paper::survey_document;
pub use places::{PlannedPlace, planned_places};
pub use stills::{view_still, worst_stills};
