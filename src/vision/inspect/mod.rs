//! What an ONNX file is: which family reads it, how pictures enter it, what its classes are.
//!
//! What enters: a file of unknown making. What leaves: a manifest entry, with what each of its values
//! rests on. The conclusions are pure functions of names, shapes and the numbers of one run, so that
//! they can be tested without a runtime; only `graph` opens files.

mod classes;
mod error;
#[cfg(test)]
mod exports;
mod facts;
mod graph;
mod heads;
mod names;
mod picture;
mod proposal;
mod values;

pub use classes::{List, read as read_classes};
pub use error::InspectError;
pub use facts::{Answer, Finding, Given, Metadata};
pub use heads::IMAGENET;
pub use picture::frame;
pub use proposal::{Proposal, Wishes, propose};
