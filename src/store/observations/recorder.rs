//! A record being written, of recorded footage or of a stream.

use super::error::RecordError;
use super::format::RecordEnd;
use super::live_writer::LiveObservationWriter;
use super::writer::ObservationWriter;
use crate::scene::Observation;

/// A record being written.
#[derive(Debug)]
pub enum Recorder {
    /// Of recorded footage.
    Footage(Box<ObservationWriter>),
    /// Of a stream.
    Stream(Box<LiveObservationWriter>),
}

impl Recorder {
    /// Appends one observation, which should be [`Observation::rounded`].
    ///
    /// # Errors
    /// The disk refused.
    pub fn write(&mut self, o: &Observation) -> Result<(), RecordError> {
        match self {
            Self::Footage(writer) => writer.write(o),
            Self::Stream(writer) => writer.write(o),
        }
    }

    /// Ends the record.
    ///
    /// # Errors
    /// The disk refused.
    pub fn finish(self, end: RecordEnd) -> Result<(), RecordError> {
        match self {
            Self::Footage(writer) => writer.finish(end).map(|_| ()),
            Self::Stream(writer) => writer.finish(end),
        }
    }
}
