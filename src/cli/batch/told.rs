//! What a run is told as: a table for people, lines for programs, and what the store keeps of it.

use crate::cli::output::complain;
use crate::media::{ClockQuality, EndingKind, MediaTime};
use crate::pipeline::{JobReport, RunReport};
use crate::rules::KindInfo;
use crate::store::{EventRecord, RunSource, SourceOutcome};
use crate::vision::Model;
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::fmt::Write;
use std::sync::atomic::Ordering::Relaxed;

/// What became of a job's footage.
pub(super) fn run_source(report: &JobReport) -> RunSource {
    let failures = report.failures();
    let notes = report.progress.notes();
    let transient = report.ending.as_ref().is_some_and(|e| e.transient);
    let (outcome, message) = match report.ending.as_ref().map(|e| &e.kind) {
        _ if !failures.is_empty() => (SourceOutcome::Failed, Some(failures.join("; "))),
        None => (SourceOutcome::Failed, None),
        Some(EndingKind::Complete) => {
            (SourceOutcome::Complete, (!notes.is_empty()).then(|| notes.join("; ")))
        }
        Some(EndingKind::Truncated { reason }) if transient => (
            SourceOutcome::Interrupted,
            Some(format!("{reason}; when the disk or network is back, run the same command again")),
        ),
        Some(EndingKind::Truncated { reason }) => (SourceOutcome::Truncated, Some(reason.clone())),
        Some(EndingKind::Stopped) => {
            (SourceOutcome::Interrupted, Some("stopped; run the same command again".into()))
        }
    };
    let clock = report.source.as_ref();
    let guessed = clock.filter(|s| s.clock_quality == ClockQuality::Guessed);
    RunSource {
        path: report.job.path.to_string_lossy().into_owned(),
        camera: report.job.camera.id.clone(),
        source_fingerprint: clock.map(|s| s.fingerprint.clone()),
        frames: report.progress.frames.load(Relaxed),
        footage_seconds: report
            .ending
            .as_ref()
            .and_then(|e| e.last)
            .map_or(0.0, MediaTime::seconds),
        wall_seconds: report.took.as_secs_f64(),
        outcome,
        message,
        clock_note: guessed.map(|s| s.clock_note.clone()),
    }
}

/// An event a line; what went wrong goes to stderr.
pub(super) fn lines(report: &RunReport) -> anyhow::Result<String> {
    for job in &report.jobs {
        let source = run_source(job);
        if let Some(message) = source.message {
            complain(&format!("{}: {message}", source.path))?;
        }
    }
    let mut out = String::new();
    for (_, event) in &report.events {
        writeln!(out, "{}", serde_json::to_string(event)?)?;
    }
    Ok(out)
}

/// Table, figures and failures, for people.
pub(super) fn told(report: &RunReport, model: &Model) -> anyhow::Result<String> {
    let mut out = String::new();
    if report.events.is_empty() {
        writeln!(out, "No events were found in the footage that was judged.")?;
    } else {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY);
        table.set_header(["kind", "camera", "zone", "start", "moment", "end", "evidence"]);
        for (_, e) in &report.events {
            table.add_row(row(e));
        }
        writeln!(out, "{table}")?;
    }
    for job in &report.jobs {
        let source = run_source(job);
        let looked = job.progress.looked.load(Relaxed);
        writeln!(
            out,
            "{}: {} frames ({looked} looked at), {:.1} s of footage in {:.1} s, {}",
            source.path,
            source.frames,
            source.footage_seconds,
            source.wall_seconds,
            plural(job.progress.events.load(Relaxed), "event"),
        )?;
        for note in job.progress.notes().iter().chain(&source.clock_note) {
            writeln!(out, "  note: {note}")?;
        }
        if let Some(message) = source.message.filter(|_| source.outcome != SourceOutcome::Complete)
        {
            writeln!(out, "  {}: {message}", word(source.outcome))?;
        }
    }
    writeln!(out, "{} ran on {}", model.name(), model.placement())?;
    writeln!(out, "\nPending review: nothing is a violation before a person has confirmed it.")?;
    Ok(out)
}

fn plural(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn row(e: &EventRecord) -> [String; 7] {
    let time = |seconds: f64| format!("{seconds:.1} s");
    let kind: &KindInfo = e.kind.info();
    [
        kind.name.to_owned(),
        e.camera.clone(),
        e.zone.clone(),
        time(e.start_media_seconds),
        time(e.moment_media_seconds),
        time(e.end_media_seconds),
        e.evidence.clone(),
    ]
}

const fn word(outcome: SourceOutcome) -> &'static str {
    match outcome {
        SourceOutcome::Complete => "complete",
        SourceOutcome::Truncated => "truncated",
        SourceOutcome::Interrupted => "interrupted",
        SourceOutcome::Failed => "FAILED",
    }
}
