//! `streetward register move`: a camera that stands elsewhere now.

use super::place::{Where, doer};
use super::show::spot;
use crate::cli::clock::now;
use crate::cli::output::print;
use crate::register::{MoveTo, move_camera};
use crate::store::RegisterPosition;
use anyhow::bail;
use clap::Args;
use std::process::ExitCode;
use unicode_normalization::UnicodeNormalization;

/// Enter that a camera stands elsewhere now, and keep where it stood
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register move p1-le-loi-01 --data data --lat 9.9351 --lon 106.3460 --reason \"bị cây che\"
  streetward register move p1-le-loi-01 --data data --place \"Cổng chợ\" --ward \"Phường 2\" --lat 9.94 --lon 106.34")]
pub(super) struct MoveArgs {
    /// The camera's code
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    at: Where,
    /// Latitude, degrees
    #[arg(long, value_name = "DEGREES", requires = "lon", allow_negative_numbers = true)]
    lat: Option<f64>,
    /// Longitude, degrees
    #[arg(long, value_name = "DEGREES", requires = "lat", allow_negative_numbers = true)]
    lon: Option<f64>,
    /// The place
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// The ward
    #[arg(long, value_name = "WARD")]
    ward: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn run(args: &MoveArgs) -> anyhow::Result<ExitCode> {
    let position = args.lat.zip(args.lon).map(|(lat, lon)| RegisterPosition { lat, lon });
    if let Some(p) = position
        && !(p.lat.abs() <= 90.0 && p.lon.abs() <= 180.0)
    {
        bail!("{}, {} is no position: latitude is -90 to 90, longitude -180 to 180", p.lat, p.lon);
    }
    let site = args.at.site()?;
    let store = args.at.write(site.as_ref())?;
    let text = |text: &Option<String>| {
        text.as_ref().map(|t| t.trim().nfc().collect::<String>()).filter(|t| !t.is_empty())
    };
    let to = MoveTo {
        position,
        place: text(&args.place),
        ward: text(&args.ward),
        reason: text(&args.reason),
    };
    let bounds = site.as_ref().and_then(|s| s.register.bounds);
    let moved = move_camera(&store, &args.code, to, bounds, &doer(), now())?;
    print(&format!("{}: {} → {}\n", moved.code, spot(&moved.from), spot(&moved.to)))?;
    Ok(ExitCode::SUCCESS)
}
