//! The command line: one file per subcommand. The only room that prints and that uses `anyhow`.
//!
//! Exit codes: 0 done, 1 done with failures (each named), 2 could not start.

mod args;
mod batch;
mod bench;
mod check;
mod events;
mod evidence;
mod logging;
mod models;
mod output;
mod progress;

pub use args::{Cli, main};
