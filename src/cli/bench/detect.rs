//! `streetward bench detect`: which detector for these cameras.

use super::form::{self, Form, FormArgs};
use super::track::share;
use crate::bench::detect::{DetectBench, DetectFigures, LabelFile, ModelFigures};
use crate::bench::page::detect_page;
use crate::bench::{Failed, Report};
use crate::cli::{clock, output};
use crate::vision::{Look, Places, Shelf};
use anyhow::{Context, bail};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Which detector: speed and memory of models over clips, and accuracy where there are labels
///
/// Each model runs in a process of its own, one thread, on every frame of every clip: so its peak
/// memory is its own, and a model that fails does not stop the others. Times are of single looks at
/// the whole frame (preprocessing and inference) after a few that are not counted; processor time is
/// given by stage.
///
/// Labels are in COCO form (.json; for a video, the number at the end of `file_name` is the frame) or
/// MOT form (gt.txt; people alone). They are named with --labels, or stand beside the clip:
/// `<clip>.coco.json`, `<clip>.gt.txt`; in a folder of pictures `coco.json`, `gt.txt` or `../gt/gt.txt`.
/// Only labelled frames and classes are judged. Average precision is computed as the COCO evaluation
/// does; precision, recall and F1 are of detections from --min-score on, at an overlap of 0.5.
///
/// Exit codes: 0 done, 1 a model, clip or label file could not be used (each is named), 2 could not
/// start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward bench detect clip.mp4
  streetward bench detect --model nanodet-g --input-long-side 416,640 day.mp4 night.mp4
  streetward bench detect --model all --labels day.mp4=labels/day.json day.mp4 --output detect.html
  streetward bench detect --labels gt/gt.txt img1 --max-frames 500 --format json")]
pub(super) struct DetectArgs {
    /// Videos, and folders of pictures
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// Models by name, apart by commas; `all` for every one known [default: the default model]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    model: Vec<String>,
    /// A label file; with several clips, the clip's name before it
    #[arg(long, value_name = "[CLIP=]FILE")]
    labels: Vec<String>,
    /// Long sides of the model's input, apart by commas: pixels, multiples of 32
    #[arg(long, value_name = "PIXELS", value_delimiter = ',', default_value = "640", value_parser = side)]
    input_long_side: Vec<usize>,
    /// Least score of a detection that counts, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.45, value_parser = share)]
    min_score: f32,
    /// Frames of a clip at most [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_frames: Option<u64>,
    /// Write what was found, one JSON object a frame, to `<model>-<side>/<clip>.jsonl` in this folder
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    #[command(flatten)]
    form: FormArgs,
    /// Measure one model in this process and give its figures alone
    #[arg(long, hide = true)]
    alone: bool,
}

/// A side of the input as typed.
fn side(text: &str) -> Result<usize, &'static str> {
    let side = text.trim().parse().ok().filter(|s| (160..=1920).contains(s) && s % 32 == 0);
    side.ok_or("write pixels from 160 to 1920, a multiple of 32, like 640")
}

pub(super) fn run(args: &DetectArgs) -> anyhow::Result<ExitCode> {
    let labels = labels(args)?;
    if args.alone {
        return alone(args, labels);
    }
    args.form.check()?;
    refuse_same_names(args)?;
    let shelf = Shelf::open(Places::default())?;
    let models = models(args, &shelf);
    let date = clock::now();
    let bar = form::bar();
    bar.set_length((models.len() * args.input_long_side.len()) as u64);
    let mut figures =
        DetectFigures { min_score: args.min_score, models: Vec::new(), failed: Vec::new() };
    for model in &models {
        let name = model.as_deref().unwrap_or("the default model");
        for &side in &args.input_long_side {
            bar.set_message(format!("{name} at {side}"));
            match apart(args, model.as_deref(), side)? {
                Ok(mut found) => {
                    let named = |f: Failed| Failed { name: format!("{name} on {}", f.name), ..f };
                    figures.failed.extend(found.failed.drain(..).map(named));
                    figures.models.push(found);
                }
                Err(reason) => {
                    figures.failed.push(Failed { name: format!("{name} at {side}"), reason });
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let report = Report::new(figures, date);
    let text = match args.form.form() {
        Form::Json => format!("{}\n", serde_json::to_string_pretty(&report)?),
        Form::Table => super::detect_table::table(&report)?,
        Form::Html => detect_page(&report)?,
    };
    args.form.give(&text)?;
    let told = args.form.is_table_on_terminal();
    for failed in report.figures.failed.iter().filter(|_| !told) {
        output::complain(&format!("{}: {}", failed.name, failed.reason))?;
    }
    Ok(ExitCode::from(u8::from(!report.figures.failed.is_empty())))
}

/// Clips whose detections would be written to one file.
fn refuse_same_names(args: &DetectArgs) -> anyhow::Result<()> {
    for (i, clip) in args.clips.iter().enumerate().filter(|_| args.write.is_some()) {
        if let Some(other) = args.clips[..i].iter().find(|o| o.file_stem() == clip.file_stem()) {
            let (a, b) = (other.display(), clip.display());
            bail!("--write would put {a} and {b} into one file; measure them one after the other");
        }
    }
    Ok(())
}

/// `CLIP=FILE`, or a file for the only clip.
fn labels(args: &DetectArgs) -> anyhow::Result<Vec<LabelFile>> {
    let is_clip = |name: &str| {
        args.clips.iter().any(|c| c.as_os_str() == name || c.file_name() == Some(name.as_ref()))
    };
    let label = |text: &String| match text.split_once('=') {
        Some((clip, file)) if is_clip(clip) => {
            Ok(LabelFile { clip: Some(clip.to_owned()), file: PathBuf::from(file) })
        }
        Some((clip, _)) if args.clips.len() > 1 => {
            bail!("--labels {text}: there is no clip \"{clip}\" among those given")
        }
        None if args.clips.len() > 1 => {
            bail!("--labels {text}: which clip are they of? write --labels CLIP={text}")
        }
        _ => Ok(LabelFile { clip: None, file: PathBuf::from(text) }),
    };
    args.labels.iter().map(label).collect()
}

/// What to measure; `None` is the default model, which may depend on the machine.
fn models(args: &DetectArgs, shelf: &Shelf) -> Vec<Option<String>> {
    if args.model.iter().any(|m| m == "all") {
        return shelf.entries().iter().map(|e| Some(e.name.clone())).collect();
    }
    if args.model.is_empty() { vec![None] } else { args.model.iter().cloned().map(Some).collect() }
}

/// Measures one model in a process of its own; what it says instead of figures is the reason.
fn apart(
    args: &DetectArgs,
    model: Option<&str>,
    side: usize,
) -> anyhow::Result<Result<ModelFigures, String>> {
    let program = std::env::current_exe().context("where this program lies cannot be told")?;
    let mut words: Vec<OsString> = ["bench", "detect", "--alone"].map(Into::into).into();
    if let Some(model) = model {
        words.extend(["--model".into(), model.into()]);
    }
    words.extend(["--input-long-side".into(), side.to_string().into()]);
    words.extend(["--min-score".into(), args.min_score.to_string().into()]);
    if let Some(most) = args.max_frames {
        words.extend(["--max-frames".into(), most.to_string().into()]);
    }
    if let Some(folder) = &args.write {
        words.extend(["--write".into(), folder.clone().into_os_string()]);
    }
    for labels in &args.labels {
        words.extend(["--labels".into(), labels.into()]);
    }
    words.push("--".into());
    words.extend(args.clips.iter().map(|c| c.clone().into_os_string()));
    let done =
        Command::new(program).args(words).output().context("a process could not be begun")?;
    let said = String::from_utf8_lossy(&done.stderr);
    if done.status.success() {
        return Ok(serde_json::from_slice(&done.stdout)
            .map_err(|e| format!("its process gave no figures ({e}); please report this")));
    }
    let reason = said.lines().rev().find_map(|l| l.strip_prefix("streetward: "));
    Ok(Err(reason.map_or_else(
        || format!("its process ended early ({}); is there memory enough?", done.status),
        str::to_owned,
    )))
}

fn alone(args: &DetectArgs, labels: Vec<LabelFile>) -> anyhow::Result<ExitCode> {
    let bench = DetectBench {
        model: args.model.first().cloned(),
        clips: args.clips.clone(),
        labels,
        look: Look { long_side: args.input_long_side[0], min_score: args.min_score },
        max_frames: args.max_frames,
        write: args.write.clone(),
    };
    let figures = bench.run(&Shelf::open(Places::default())?)?;
    output::print(&serde_json::to_string(&figures)?)?;
    Ok(ExitCode::SUCCESS)
}
