//! `streetward bench`: speed and accuracy, measured.

mod detect;
mod detect_table;
mod events;
mod events_table;
mod form;
mod grid;
mod scenes;
mod track;

use super::output::print;
use super::providers::ProviderArgs;
use crate::bench::page::pipeline_page;
use crate::bench::{AttentionRuns, PipelineBench, PipelineFigures, Report};
use crate::config;
use crate::vision::{Model, Places, Providers, Shelf};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Measure speed and accuracy
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward bench pipeline fixtures/cameras/vtest.toml .streetward/clips/vtest.avi
  streetward bench detect --input-long-side 416,640 clip.mp4
  streetward bench track sequences
  streetward bench events suite.toml --output events.html")]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Frames a second of the whole pipeline against its bound
    ///
    /// Every frame is decoded, inferred, tracked and judged; evidence is not written. The bound is
    /// processors ÷ (decode + preprocess + inference processor time a frame), each measured alone in
    /// the same run, before and after.
    #[command(after_help = "Examples:
  streetward bench pipeline fixtures/cameras/vtest.toml .streetward/clips/vtest.avi
  streetward bench pipeline camera.toml clip.mp4 --workers 2 --format json
  streetward bench pipeline camera.toml clip.mp4 --attention both
  streetward bench pipeline camera.toml clip.mp4 --model nanodet-g --provider openvino,cpu")]
    Pipeline(PipelineArgs),
    Detect(detect::DetectArgs),
    Track(track::TrackArgs),
    Events(events::EventsArgs),
    Scenes(scenes::ScenesArgs),
}

#[derive(Debug, Args)]
struct PipelineArgs {
    /// Camera file
    camera: PathBuf,
    /// Clip to work through
    clip: PathBuf,
    /// Inference workers [default: one a processor]
    #[arg(long, value_name = "N", value_parser = super::count::count)]
    workers: Option<std::num::NonZeroUsize>,
    /// Model [default: the camera's, or the default one]
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    #[command(flatten)]
    providers: ProviderArgs,
    /// Whether to infer every frame, to look as the camera's attention is configured, or to compare
    /// the two
    #[arg(long, value_enum, default_value_t = AttentionArg::Off)]
    attention: AttentionArg,
    /// Form of the figures
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AttentionArg {
    /// All of every frame is inferred
    Off,
    /// As configured
    On,
    /// First off, then on
    Both,
}

impl From<AttentionArg> for AttentionRuns {
    fn from(arg: AttentionArg) -> Self {
        match arg {
            AttentionArg::Off => Self::Off,
            AttentionArg::On => Self::On,
            AttentionArg::Both => Self::Both,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One JSON object
    Json,
    /// One page with plots that opens from disk
    Html,
}

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    let args = match &args.what {
        What::Pipeline(args) => args,
        What::Detect(args) => return detect::run(args),
        What::Track(args) => return track::run(args),
        What::Events(args) => return events::run(args),
        What::Scenes(args) => return scenes::run(args),
    };
    let camera = Arc::new(config::load_camera(&args.camera)?);
    let shelf = Shelf::open(Places::default())?;
    let model = Arc::new(Model::load_with(
        &shelf,
        args.model.as_deref().or(camera.detector.model.as_deref()),
        &args.providers.or(Providers::default())?,
    )?);
    let workers = super::workers::workers(args.workers, &model);
    let (clip, attention) = (args.clip.clone(), args.attention.into());
    let bench = PipelineBench { camera, clip, model, workers, attention };
    let figures = bench.run()?;
    match args.format {
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&figures)?))?,
        Format::Html => print(&pipeline_page(&Report::new(figures, super::clock::now()))?)?,
        Format::Table => print(&table(&figures).context("figures")?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn table(f: &PipelineFigures) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(
        out,
        "model {} on {} at {}×{}, {} workers, {} processors",
        f.model, f.provider, f.input.0, f.input.1, f.workers, f.cores
    )?;
    writeln!(
        out,
        "{} frames in {:.1} s: {:.1} frames/s",
        f.frames, f.seconds, f.frames_per_second
    )?;
    writeln!(
        out,
        "bound {:.1} frames/s; share of bound {:.3}",
        f.bound_frames_per_second, f.share_of_bound
    )?;
    writeln!(out, "{:<12}{:>16}{:>16}", "stage", "ms CPU a frame", "alone")?;
    for (name, stage) in &f.stages {
        let alone = stage.alone_cpu_ms_per_frame.map_or(String::new(), |v| format!("{v:.3}"));
        writeln!(out, "{name:<12}{:>16.3}{alone:>16}", stage.cpu_ms_per_frame)?;
    }
    let Some(idle) = f.idle_share else { return Ok(out) };
    writeln!(
        out,
        "\nattention; {:.1} % of the frames differ nowhere from the one before",
        idle * 100.0
    )?;
    writeln!(
        out,
        "{:<5}{:>13}{:>13}{:>14}{:>10}{:>10}{:>10}{:>10}",
        "", "calls/frame", "no call", "pixels/frame", "deferred", "waited", "frames/s", "of bound"
    )?;
    for (name, w) in &f.attention {
        writeln!(
            out,
            "{name:<5}{:>13.3}{:>13.3}{:>14.0}{:>10}{:>10}{:>10.1}{:>10.3}",
            w.inference_calls_per_frame,
            w.share_without_inference,
            w.model_input_pixels_per_frame,
            w.deferred,
            w.longest_wait_looks,
            w.frames_per_second,
            w.share_of_bound
        )?;
    }
    Ok(out)
}
