//! `streetward camera check`: what a camera's view is good for.

use super::calibrate::Format;
use super::{look, still};
use crate::cli::output::print;
use crate::config;
use crate::report::{Fitness, Sample, Verdict, fitness};
use crate::vision::{Places, Shelf};
use clap::Args;
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What a camera's view is good for: for each rule whether it works there, and why not
///
/// How large people and vehicles are in each zone is taken from what earlier runs observed (--data), or
/// from pictures of a recording that the detector looks at. A rule *cannot* work where its model does
/// not know a class, where whom it concerns is under 10 pixels high in the model's picture, where a
/// zone is so shallow that nobody can be told to be inside, where a traffic light is under 6 pixels or
/// never lit, or where speed is known to no better than a quarter of the limit. It works *poorly* under
/// 24 pixels, at shallow zones, at lights under 12 pixels, and at a tenth of the limit.
///
/// Exit codes: 0 every rule works or may, 1 a rule cannot work, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera check cameras/le-loi.toml --from monday.mp4
  streetward camera check cameras/le-loi.toml --data data --format json")]
pub(super) struct CheckArgs {
    /// Camera file
    #[arg(value_name = "CAMERA")]
    camera: PathBuf,
    /// Recording of the camera [default: the camera file's own]
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Data folder of earlier runs: their observations are taken instead of a recording
    #[arg(short, long, value_name = "DIR", conflicts_with = "from")]
    data: Option<PathBuf>,
    /// Pictures looked at, two seconds apart
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    looks: u64,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let camera = config::load_camera(&args.camera)?;
    let shelf = Shelf::open(Places::default())?;
    let entry = shelf.entry(camera.detector.model.as_deref())?;
    let given = entry.class_table(shelf.class_map())?.gives();
    let sample = if let Some(data) = &args.data {
        look::observations(&camera, data)?
    } else {
        match still::recording(&camera, args.from.as_deref()) {
            Ok(path) => look::pictures(&camera, &path, args.looks, &shelf)?,
            // What can be told without pictures is told.
            Err(_) => Sample::default(),
        }
    };
    let found = fitness(&camera, &sample, &entry.name, &given);
    match args.format {
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?,
        Format::Table => print(&told(&found)?)?,
    }
    for warning in config::warnings(&camera) {
        if args.format == Format::Table {
            print(&format!("warning: {warning}\n"))?;
        }
    }
    let cannot = found.rules.iter().any(|r| r.verdict == Verdict::Cannot);
    Ok(ExitCode::from(u8::from(cannot)))
}

/// What was found, for people.
pub(super) fn told(found: &Fitness) -> anyhow::Result<String> {
    let mut out = String::new();
    if !found.zones.is_empty() {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY);
        table.set_header(["place", "class", "seen", "height px", "in model px", "from"]);
        let pixels = |v: Option<f32>| v.map_or("–".to_owned(), |v| format!("{v:.0}"));
        for zone in &found.zones {
            table.add_row([
                zone.place.clone(),
                zone.class.name().to_owned(),
                zone.boxes.to_string(),
                pixels(zone.height_pixels),
                pixels(zone.model_pixels),
                zone.source.unwrap_or("–").to_owned(),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    for rule in &found.rules {
        writeln!(out, "{}: {}", rule.rule, rule.verdict.name())?;
        for reason in &rule.reasons {
            writeln!(out, "  {}", reason.en)?;
        }
    }
    for signal in &found.signals {
        writeln!(out, "{}", signal.sentence())?;
    }
    for note in &found.notes {
        writeln!(out, "note: {note}")?;
    }
    Ok(out)
}
