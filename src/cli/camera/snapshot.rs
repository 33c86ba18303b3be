//! `streetward camera snapshot`: the scene drawn on a picture.

use super::still;
use crate::cli::output::print;
use crate::config;
use crate::evidence::{Layers, sketch};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// A picture of the camera with its scene drawn on it
///
/// Zones are yellow, with their heading as a blue arrow; lines are pink, with an arrow to the side
/// that crossing *forward* goes to; traffic lights are green; where the ground is calibrated, a metre
/// grid lies on it. Corrected points can be read off any picture viewer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera snapshot cameras/le-loi.toml
  streetward camera snapshot cameras/le-loi.toml --from monday.mp4 --at 90 -o le-loi.png")]
pub(super) struct SnapshotArgs {
    /// Camera file
    #[arg(value_name = "CAMERA")]
    camera: PathBuf,
    /// Recording of the camera [default: the camera file's own]
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Seconds from the recording's beginning
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = seconds)]
    at: f64,
    /// The picture to write [default: `<camera id>.png`]
    #[arg(short, long, value_name = "PNG")]
    output: Option<PathBuf>,
}

/// A time as typed.
pub(super) fn seconds(text: &str) -> Result<f64, &'static str> {
    let seconds = text.trim().parse().ok().filter(|s: &f64| s.is_finite() && *s >= 0.0);
    seconds.ok_or("write seconds from the beginning, 0 or more")
}

pub(super) fn run(args: &SnapshotArgs) -> anyhow::Result<ExitCode> {
    let camera = config::load_camera(&args.camera)?;
    let path = still::recording(&camera, args.from.as_deref())?;
    let drawn = sketch(still::picture(&path, args.at)?, &camera.scene, Layers::Scene)?;
    let out = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.png", camera.id)));
    still::write_png(&drawn, &out)?;
    print(&format!("{}\n", out.display()))?;
    Ok(ExitCode::SUCCESS)
}
