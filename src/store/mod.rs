//! Being built.

mod observations;

pub use observations::{
    ObservationReader, ObservationWriter, RECORD_FORMAT, RecordEnd, RecordError, RecordFooter,
    RecordHeader, RecordModel, records_of,
};
