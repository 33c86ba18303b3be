//! The unit and the container file start the service with a command line that it understands.

use crate::support::root;
use std::process::Command;

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join("scripts/service").join(name)).unwrap()
}

/// The words behind the program's own.
fn unit_arguments() -> Vec<String> {
    let unit = read("streetward.service");
    let line = unit.lines().find_map(|l| l.strip_prefix("ExecStart=")).unwrap();
    assert!(line.starts_with("/opt/streetward/bin/streetward "), "{line}");
    line.split(' ').skip(1).map(str::to_owned).collect()
}

fn container_arguments() -> Vec<String> {
    let text = read("Containerfile");
    let line = text.lines().find_map(|l| l.strip_prefix("CMD ")).unwrap();
    serde_json::from_str(line).unwrap()
}

#[test]
fn both_start_the_service_alike_and_it_understands_them() {
    let arguments = unit_arguments();
    assert_eq!(arguments, container_arguments());
    let there = |path: &str| path.starts_with("/etc/streetward") || path == "/var/lib/streetward";
    let paths: Vec<&String> = arguments.iter().filter(|a| a.starts_with('/')).collect();
    assert_eq!(paths.len(), 2, "{arguments:?}");
    assert!(paths.iter().all(|path| there(path)), "{paths:?}");
    // With a site that is not there it can go no further than that.
    let mut asked = arguments.clone();
    for argument in asked.iter_mut().filter(|a| a.starts_with('/')) {
        argument.insert_str(0, "/nowhere");
    }
    let run = Command::new(env!("CARGO_BIN_EXE_streetward")).args(asked).output().unwrap();
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(told.contains("/nowhere/etc/streetward/streetward.toml"), "{told}");
}

#[test]
fn the_service_manager_understands_the_unit() {
    // What it names has to exist for this, so it names something that does.
    let unit = read("streetward.service").replace("/opt/streetward/bin/streetward", "/bin/true");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("streetward.service");
    let verify = |text: String| {
        std::fs::write(&file, text).unwrap();
        Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&file).output()
    };
    let Ok(run) = verify(unit.clone()) else {
        eprintln!("skipped: no systemd-analyze here");
        return;
    };
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success() && told.is_empty(), "{told}");
    let wrong = verify(unit.replace("WatchdogSec", "WatchdogSeconds")).unwrap();
    assert!(!wrong.stderr.is_empty(), "a wrong key is told");
}
