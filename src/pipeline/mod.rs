//! The rooms joined: threads, bounded queues, statistics, clean stops. The only place that spawns
//! threads.
//!
//! What enters: jobs (a camera and its footage). What leaves: reports and events. One thread a
//! camera decodes, one attends, one tracks, one judges; inference workers and the evidence stage
//! serve all.

mod attend;
mod boxes;
pub mod capacity;
mod carried;
mod controller;
mod cut;
mod dossier;
mod error;
mod facts;
#[cfg(debug_assertions)]
mod fault;
mod feed;
mod follow;
mod helper;
mod infer;
mod job;
mod judge;
mod keeper;
mod lane;
mod lights;
pub mod live;
mod live_keeper;
mod live_keeping;
mod look_over;
mod looks;
mod meter;
mod needs;
mod notice;
mod pulse;
mod recovery;
mod remind;
pub mod replay;
mod run;
mod slot;
mod small_still;
mod standing;
mod stats;
mod surroundings;
mod task;
mod threads;
mod topology;

pub(crate) use attend::look;
pub use boxes::{BoxLine, Boxes, BoxesError, SeenBox};
pub use controller::listen;
pub use error::PipelineError;
pub use job::{Job, JobReport, Progress};
pub use keeper::Keeper;
pub use live_keeping::{KeeperPulses, LiveKeeping};
pub use look_over::look_over;
pub use looks::view_still_file;
pub use notice::{Notice, Origin};
pub use recovery::{Recovery, recover};
pub use remind::Reminder;
pub use run::{Run, RunReport, Watch};
pub use stats::{Stage, Stats};
pub use threads::{cpu_time, spawn_lasting};
