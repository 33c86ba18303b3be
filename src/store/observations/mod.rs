//! The observation record: what was known of every frame, kept to be judged again.
//!
//! `observations/<camera>/<day>.<source>.jsonl.zst` under the data folder, `<day>` the local date,
//! `<source>` the first twelve digits of the source's fingerprint. Zstandard-compressed lines of
//! JSON: a [`RecordHeader`], an [`crate::scene::Observation`] a line, a [`RecordFooter`].
//!
//! A stream's record is a file an hour, `<day>T<hh-mm-ss>.<source>.jsonl.zst` by when it begins, and a
//! row of small frames that are readable each by itself: months are no one file, old hours can go,
//! and a crash costs the last seconds.

mod error;
mod files;
mod format;
mod left;
mod live_writer;
mod reader;
mod recorder;
mod watched;
mod writer;

pub use error::RecordError;
pub use files::records_of;
pub use format::{
    LIVE_RECORD_FORMAT, RECORD_FORMAT, RecordEnd, RecordFooter, RecordHeader, RecordModel,
};
pub use left::finish_records;
pub use live_writer::LiveObservationWriter;
pub use reader::ObservationReader;
pub use recorder::Recorder;
pub use watched::Watched;
pub use writer::ObservationWriter;
