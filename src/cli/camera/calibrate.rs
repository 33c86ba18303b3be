//! `streetward camera calibrate`: how well the points of a calibration agree.

use super::{snapshot, still};
use crate::cli::output::print;
use crate::config;
use crate::evidence::{Layers, sketch};
use crate::scene::{Plane, Scene};
use anyhow::Context;
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// A calibration off by more pixels on average, as a share of the picture's width, is doubtful.
const DOUBTFUL: f64 = 0.004;

/// How well the points of a calibration agree, and a metre grid drawn on a picture
///
/// The camera file's [calibration] gives the points. For each the table shows how far the plane through
/// all of them misses it, in pixels and in metres, and how surely a place there is known (one standard
/// deviation). Four points always agree: give six or more to see mistakes. The point without which the
/// others agree best is named.
///
/// Exit codes: 0 done, 2 no calibration, or none that can be.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera calibrate cameras/le-loi.toml --from monday.mp4 -o grid.png
  streetward camera calibrate cameras/le-loi.toml --format json")]
pub(super) struct CalibrateArgs {
    /// Camera file
    #[arg(value_name = "CAMERA")]
    camera: PathBuf,
    /// Recording of the camera [default: the camera file's own; without any, nothing is drawn]
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Seconds from the recording's beginning
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = snapshot::seconds)]
    at: f64,
    /// The picture to write [default: `<camera id>-grid.png`, where there is a recording]
    #[arg(short, long, value_name = "PNG")]
    output: Option<PathBuf>,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &CalibrateArgs) -> anyhow::Result<ExitCode> {
    let camera = config::load_camera(&args.camera)?;
    let plane = camera.scene.plane.as_ref().with_context(|| {
        format!(
            "{} has no calibration: measure 4 points or more on the ground and write them under \
             [calibration], points = [{{ pixel = [320, 240], metres = [0, 12.5] }}, …]",
            args.camera.display()
        )
    })?;
    let drawn = match still::recording(&camera, args.from.as_deref()) {
        Ok(path) => {
            let picture =
                sketch(still::picture(&path, args.at)?, &camera.scene, Layers::Calibration)?;
            let usual = || PathBuf::from(format!("{}-grid.png", camera.id));
            let out = args.output.clone().unwrap_or_else(usual);
            still::write_png(&picture, &out)?;
            Some(out)
        }
        Err(e) if args.output.is_some() => return Err(e),
        Err(_) => None,
    };
    match args.format {
        Format::Json => {
            let mut figures = figures(plane);
            figures["camera"] = camera.id.clone().into();
            figures["picture"] = drawn.map(|p| p.display().to_string()).into();
            print(&format!("{}\n", serde_json::to_string_pretty(&figures)?))?;
        }
        Format::Table => {
            let mut text = told(plane, &camera.scene)?;
            if let Some(path) = drawn {
                writeln!(text, "Metre grid: {}", path.display())?;
            }
            print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn figures(plane: &Plane) -> Value {
    let point = |(i, r): (usize, &crate::scene::Residual)| {
        let pair = plane.pairs()[i];
        json!({
            "point": i + 1,
            "pixel": pair.pixel,
            "metres": pair.metres,
            "off_pixels": r.pixels,
            "off_metres": r.metres,
            "sigma_metres": r.sigma_metres,
        })
    };
    let residuals = plane.residuals();
    json!({
        "points": residuals.iter().enumerate().map(point).collect::<Vec<_>>(),
        "rms_pixels": plane.rms_pixels(),
        "worst_point": plane.worst().map(|i| i + 1),
        "mirrored": plane.is_mirrored(),
    })
}

fn told(plane: &Plane, scene: &Scene) -> anyhow::Result<String> {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["point", "pixel", "metres", "off by px", "off by m", "known to m"]);
    let metres = |m: Option<f64>| m.map_or("horizon".to_owned(), |m| format!("{m:.2}"));
    for (i, (residual, pair)) in plane.residuals().iter().zip(plane.pairs()).enumerate() {
        let [x, y] = pair.pixel;
        let [east, north] = pair.metres;
        table.add_row([
            (i + 1).to_string(),
            format!("{x}, {y}"),
            format!("{east}, {north}"),
            format!("{:.1}", residual.pixels),
            metres(residual.metres),
            metres(residual.sigma_metres),
        ]);
    }
    let mut out = format!("{table}\n");
    for zone in &scene.zones {
        let places = zone.corners().into_iter().map(|c| plane.to_ground(c));
        let sigmas: Option<Vec<f64>> = places.map(|g| g.map(|g| g.sigma_metres)).collect();
        if let Some(sigmas) = sigmas {
            let near = sigmas.iter().copied().fold(f64::INFINITY, f64::min);
            let far = sigmas.iter().copied().fold(0.0, f64::max);
            let area = plane.square_metres(&zone.corners()).unwrap_or_default();
            writeln!(
                out,
                "zone \"{}\": places known to {near:.2} m at its nearest corner, {far:.2} m at its \
                 farthest; {area:.0} m²",
                zone.name
            )?;
        } else {
            writeln!(out, "zone \"{}\": reaches the horizon; draw it lower", zone.name)?;
        }
    }
    let width = f64::from(scene.frame_size.0.max(scene.frame_size.1));
    let advice = if plane.pairs().len() == 4 {
        "Four points always agree; measure two more to see whether they are right.".to_owned()
    } else if plane.rms_pixels() <= DOUBTFUL * width {
        format!("The points agree to {:.1} pixels.", plane.rms_pixels())
    } else {
        let which = plane.worst().map_or_else(
            || "measure more points to see which".to_owned(),
            |i| format!("without point {} they agree best: check it first", i + 1),
        );
        format!("The points disagree by {:.1} pixels; {which}.", plane.rms_pixels())
    };
    writeln!(out, "{advice}")?;
    if plane.is_mirrored() {
        writeln!(
            out,
            "Seen from above, the second axis lies to the right of the first, as no map has it; \
             distances are none the worse for it."
        )?;
    }
    Ok(out)
}
