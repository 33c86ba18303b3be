//! `streetward camera`: makes and checks a camera's scene without a web page.

mod calibrate;
mod check;
mod health;
mod look;
mod snapshot;
mod still;
mod uptime;

use clap::{Args, Subcommand};
use std::process::ExitCode;

/// See how a camera's scene lies in its picture, calibrate it, check its view, and how long it saw
///
/// CAMERA is a camera file, as for `streetward check`. Pictures come from --from, or from the
/// recording that the file's `[source] path` names.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera snapshot cameras/le-loi.toml --from monday.mp4
  streetward camera calibrate cameras/le-loi.toml --from monday.mp4
  streetward camera check cameras/le-loi.toml --from monday.mp4
  streetward camera health monday.mp4
  streetward camera uptime --from 2026-08-01 --to 2026-08-31")]
pub struct CameraArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Snapshot(snapshot::SnapshotArgs),
    Calibrate(calibrate::CalibrateArgs),
    Check(check::CheckArgs),
    Health(health::HealthArgs),
    Uptime(uptime::UptimeArgs),
}

pub(super) fn run(args: &CameraArgs) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Snapshot(args) => snapshot::run(args),
        What::Calibrate(args) => calibrate::run(args),
        What::Check(args) => check::run(args),
        What::Health(args) => health::run(args),
        What::Uptime(args) => uptime::run(args),
    }
}
