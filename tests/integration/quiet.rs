//! Nobody is told that the program was used: ONNX Runtime's reports to its maker stay off.

use crate::live_support::{Site, files_below};
use std::process::Command;

#[test]
fn loading_the_runtime_leaves_nothing_in_the_users_cache() {
    let site = Site::new("");
    site.lawn("a", "rtsp://127.0.0.1:9/main", "");
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(["live", "--dry-run", "--site"]).arg(site.path("streetward.toml"));
    // What else would keep it quiet, as on a machine that runs tests.
    for name in ["ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "XDG_CACHE_HOME"] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars().filter(|(name, _)| name.contains("GITHUB")) {
        command.env_remove(name);
    }
    let run = command.env("HOME", home.path()).output().unwrap();
    assert!(run.status.success(), "{run:?}");
    let told = String::from_utf8(run.stdout).unwrap();
    assert!(told.contains("inference sessions"), "it was loaded: {told}");
    // It writes its identifier and its queue there before it reports.
    assert_eq!(files_below(home.path()), Vec::<std::path::PathBuf>::new());
}
