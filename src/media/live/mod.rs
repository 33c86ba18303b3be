//! Live streams: one connection at a time, on one clock that outlives connections.
//!
//! What enters: the address of a stream or a local device. What leaves: the same frames and packets
//! as from recordings, timed by one [`LiveClock`] a camera, and [`StreamProblem`]s in one sentence.
//! Connecting again, backoff and threads are the pipeline's.

mod clock;
mod connection;
mod deadline;
mod device;
mod headers;
mod input;
mod line;
mod options;
mod pacer;
mod problem;
mod repeats;
mod source;
mod track;

pub use clock::{ClockCounters, LiveClock};
pub use options::{Hardware, LiveFacts, LiveOptions, Transport};
pub use problem::{StreamProblem, Trouble};
pub use source::{LiveSource, Step};
