//! Evidence from real footage to sealed folders, and what checking finds when they are touched.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod chain_crashes;
mod chaining;
mod checking;
mod first_key;
pub mod forging;
mod kinds;
mod pictures;
pub mod scene;
mod sealing;
mod signing;
mod stamping;
mod stamping_paths;

use clap::Parser;
use insta::assert_snapshot;
use streetward::cli::evidence::{EvidenceArgs, run_to};

/// Stands in for the whole command line.
#[derive(Parser)]
#[command(term_width = 100)]
struct Evidence {
    #[command(flatten)]
    args: EvidenceArgs,
}

fn run(words: &[&str]) -> (anyhow::Result<std::process::ExitCode>, String) {
    let args = Evidence::try_parse_from([&["evidence"], words].concat()).unwrap().args;
    let mut out = Vec::new();
    let code = run_to(&args, &mut out);
    (code, String::from_utf8(out).unwrap())
}

#[test]
fn the_help_teaches() {
    let error = Evidence::try_parse_from(["evidence", "verify", "--help"]).err().unwrap();
    assert_snapshot!(error.to_string());
}
