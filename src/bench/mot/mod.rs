//! Folders in the form of the MOT Challenge: `<sequence>/{seqinfo.ini,det/det.txt,gt/gt.txt}`, and
//! result files of trackers.
//!
//! What enters: paths. What leaves: rows by frame, every mistake named with its file and line.

mod error;
mod file;
mod info;
mod row;
mod sequence;

pub use error::MotError;
pub use file::{MotFile, MotKind};
pub use info::SequenceInfo;
pub use row::MotRow;
pub use sequence::{Sequence, sequences};
