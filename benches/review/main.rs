//! How the desk's server answers over a large store: `fill` makes one, `load` asks as people do.
//!
//! ```text
//! cargo bench --bench review -- fill --folder DIR --events 1000000 --seed 1
//! target/release/streetward serve --site DIR/streetward.toml --listen 127.0.0.1:8480
//! cargo bench --bench review -- load --url http://127.0.0.1:8480 --users 20 --seconds 60
//! ```

mod aftermath;
mod city;
mod decided;
mod fill;
mod load;
mod page;
mod told;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A large store, and people who work with it.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a site of two cities and fill its store
    Fill(fill::FillArgs),
    /// Ask a server over such a store as many people would, and say how long it took
    Load(load::LoadArgs),
}

fn main() -> ExitCode {
    // `cargo bench` adds a word of its own.
    let words = std::env::args().filter(|word| word != "--bench");
    let done = match Args::parse_from(words).what {
        What::Fill(args) => fill::run(&args),
        What::Load(args) => load::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            told::say(&format!("{e:#}"));
            ExitCode::FAILURE
        }
    }
}
