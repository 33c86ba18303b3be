//! Parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    streetward::cli::main()
}
