//! Parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    keep_the_runtime_quiet();
    streetward::cli::main()
}

/// ONNX Runtime's official builds (since 1.29) write an identifier of the machine into the user's cache
/// and report each start to their maker. Turning that off through its interface comes too late for
/// both; it looks for this variable before them.
#[allow(unsafe_code)]
fn keep_the_runtime_quiet() {
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("ORT_DISABLE_TELEMETRY", "1") };
}
