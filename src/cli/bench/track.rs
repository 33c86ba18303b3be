//! `streetward bench track`: how well and how fast objects are followed.

use super::form::{self, Form, FormArgs};
use super::grid::{align, grid};
use crate::bench::Report;
use crate::bench::page::track_page;
use crate::bench::track::{TrackBench, TrackFigures, TrackScores};
use crate::cli::{clock, output};
use crate::track::TrackerConfig;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// How well objects are followed: HOTA, CLEAR and identity scores against ground truth
///
/// DIR holds sequences in the form of the MOT Challenge, or is one: `<sequence>/seqinfo.ini`,
/// `<sequence>/det/det.txt` and `<sequence>/gt/gt.txt`. The tracker of this program is given the
/// detections as people seen in frames at `frameRate`, with its default settings; with --results,
/// files that any tracker wrote are judged instead. Scores are percentages, combined over all
/// sequences as if they were one, and equal those of the Python package trackeval 1.0.0 (2D boxes,
/// without its preprocessing).
///
/// Time is the tracker's alone: processor time of one thread, the median of five passes.
///
/// Exit codes: 0 done, 1 a sequence could not be judged (each is named), 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward bench track sequences
  streetward bench track sequences --format json
  streetward bench track sequences --write results --output track.html
  streetward bench track sequences --results others/bytetrack")]
pub(super) struct TrackArgs {
    /// Folder of sequences, or one sequence
    dir: PathBuf,
    /// Judge the result files `<sequence>.txt` in this folder instead of running the tracker
    #[arg(long, value_name = "DIR", conflicts_with_all = ["write", "min_score"])]
    results: Option<PathBuf>,
    /// Write the tracker's result files `<sequence>.txt` into this folder
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// Leave out detections that score less, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = 0.0, value_parser = share)]
    min_score: f32,
    #[command(flatten)]
    form: FormArgs,
}

/// A share as typed.
pub(super) fn share(text: &str) -> Result<f32, &'static str> {
    let share = text.parse().ok().filter(|v| (0.0..=1.0).contains(v));
    share.ok_or("write a number from 0 to 1")
}

pub(super) fn run(args: &TrackArgs) -> anyhow::Result<ExitCode> {
    args.form.check()?;
    let bench = TrackBench {
        folder: args.dir.clone(),
        results: args.results.clone(),
        write: args.write.clone(),
        min_score: args.min_score,
        config: TrackerConfig::default(),
    };
    let date = clock::now();
    let bar = form::bar();
    let figures = bench.run(|done, all, name| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        bar.set_message(name.to_owned());
    });
    bar.finish_and_clear();
    let report = Report::new(figures?, date);
    let text = match args.form.form() {
        Form::Json => format!("{}\n", serde_json::to_string_pretty(&report)?),
        Form::Table => table(&report)?,
        Form::Html => track_page(&report)?,
    };
    args.form.give(&text)?;
    let told = args.form.is_table_on_terminal();
    for failed in report.figures.failed.iter().filter(|_| !told) {
        output::complain(&format!("{}: {}", failed.name, failed.reason))?;
    }
    Ok(ExitCode::from(u8::from(!report.figures.failed.is_empty())))
}

fn table(report: &Report<TrackFigures>) -> Result<String, std::fmt::Error> {
    let f = &report.figures;
    let timed = f.microseconds_per_frame.is_some();
    let mut heads =
        vec!["sequence", "HOTA", "DetA", "AssA", "LocA", "MOTA", "IDF1", "IDSW", "FP", "FN"];
    heads.extend(timed.then_some("µs a frame"));
    let mut table = grid(&heads);
    let row = |name: &str, s: &TrackScores, micros: Option<f64>| {
        let mut cells = vec![name.to_owned()];
        cells
            .extend([s.hota, s.det_a, s.ass_a, s.loc_a, s.mota, s.idf1].map(|v| format!("{v:.2}")));
        cells.extend([s.switches, s.false_positives, s.false_negatives].map(|v| v.to_string()));
        cells.extend(micros.map(|m| format!("{m:.1}")));
        cells
    };
    for (name, s) in &f.sequences {
        table.add_row(row(name, &s.scores, s.microseconds_per_frame));
    }
    if let Some(combined) = &f.combined {
        table.add_row(row("all together", combined, f.microseconds_per_frame));
    }
    align(&mut table, 1);
    let mut out = String::new();
    let whose = f.results.as_ref().map_or_else(|| "our tracker".into(), |r| format!("results {r}"));
    writeln!(out, "{whose} on {}, {} frames", f.folder, f.frames)?;
    if !f.sequences.is_empty() {
        writeln!(out, "{table}")?;
    }
    if let (Some(micros), Some(detections)) = (f.microseconds_per_frame, f.detections_per_frame) {
        writeln!(out, "{micros:.1} µs a frame at {detections:.1} detections a frame")?;
    }
    for (name, s) in &f.sequences {
        for note in &s.notes {
            writeln!(out, "note: {name}: {note}")?;
        }
    }
    for failed in &f.failed {
        writeln!(out, "FAILED {}: {}", failed.name, failed.reason)?;
    }
    Ok(out)
}
