//! Pages of figures: one file that opens from disk, asks nothing of a server or the network, and runs
//! no script. Light, dark and paper by style alone.
//!
//! What enters: a [`Report`](super::Report), the same that is given as JSON. What leaves: HTML.

mod detect;
mod error;
mod events;
mod facts;
mod picture;
mod pipeline;
mod track;

pub use detect::detect_page;
pub use error::PageError;
pub use events::events_page;
pub(crate) use picture::base64;
pub use pipeline::pipeline_page;
pub use track::track_page;
