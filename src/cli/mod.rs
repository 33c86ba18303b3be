//! The command line: one file per subcommand. The only room that prints and that uses `anyhow`.
//!
//! Exit codes: 0 done, 1 done with failures (each named), 2 could not start.

mod alerts;
mod args;
mod audit;
mod batch;
mod bench;
mod camera;
pub mod check;
mod choice;
mod clock;
mod count;
pub mod events;
pub mod evidence;
mod handover;
mod hold;
mod instant;
mod keys;
mod law;
mod live;
mod logging;
mod models;
mod output;
mod privacy;
mod progress;
mod providers;
mod records;
mod register;
mod replay;
mod report;
mod serve;
mod signing;
mod status;
pub mod store;
mod user;
mod workers;

pub use args::{Cli, main};
