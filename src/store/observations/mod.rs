//! The observation record: what was known of every frame, kept to be judged again.
//!
//! `observations/<camera>/<day>.<source>.jsonl.zst` under the data folder, `<day>` the local date,
//! `<source>` the first twelve digits of the source's fingerprint. Zstandard-compressed lines of
//! JSON: a [`RecordHeader`], an [`crate::scene::Observation`] a line, a [`RecordFooter`].

mod error;
mod files;
mod format;
mod reader;
mod watched;
mod writer;

pub use error::RecordError;
pub use files::records_of;
pub use format::{RECORD_FORMAT, RecordEnd, RecordFooter, RecordHeader, RecordModel};
pub use reader::ObservationReader;
pub use watched::Watched;
pub use writer::ObservationWriter;
