//! From a run to the words and links of its page.

use super::figures::Figures;
use super::run_summary::RunSummary;
use super::say::{self, Said};
use crate::evidence::{Event, EventStill, Names, measured_said};
use crate::law::{RelationKind, Text};
use crate::store::{EventRecord, RunSource, SourceOutcome, word};
use askama::Template;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Events shown on one page; beyond that a browser becomes slow. Figures always count all.
const SHOWN: usize = 1000;

#[derive(Template)]
#[template(path = "summary.html")]
struct Page<'a> {
    run_id: &'a str,
    command: &'a str,
    version: &'a str,
    started: String,
    finished: Option<String>,
    /// Lets this page's own script run and no other.
    nonce: String,
    root: &'a str,
    figures: Figures,
    footage: String,
    elapsed: String,
    frames: String,
    fps: Option<String>,
    times: Option<String>,
    sources: Vec<SourceRow<'a>>,
    /// Those that need a person's attention.
    troubled: usize,
    events: Vec<Card<'a>>,
    left_out: usize,
}

struct SourceRow<'a> {
    path: &'a str,
    camera: &'a str,
    outcome: Said,
    class: &'static str,
    message: Option<&'a str>,
    clock_note: Option<&'a str>,
    footage: String,
    frames: String,
    wall: String,
    events: String,
}

struct Card<'a> {
    number: usize,
    e: &'a EventRecord,
    kind: String,
    kind_said: Said,
    domain: String,
    status: String,
    status_said: Said,
    severity: String,
    class_said: Said,
    /// Whether it happened at a line, not in a zone.
    at_line: bool,
    closing_said: Said,
    clock: Option<Said>,
    start: String,
    start_iso: String,
    /// Where in the footage each picture was taken; empty where its record cannot be read.
    before_place: String,
    moment_place: String,
    after_place: String,
    /// The pictures shown before and after the moment: marked ones where there are.
    before_file: String,
    after_file: String,
    measured: Vec<Names>,
    /// Whether other provisions than the one shown may apply, and why.
    law: Vec<Note>,
    exemptions: Vec<Text>,
    length: String,
    /// Whether there is a clip for browsers.
    playable: bool,
    /// The camera's own packets beside a viewing copy, or in its place.
    original: Option<String>,
}

/// What a reviewer is told of several provisions.
struct Note {
    /// Two instruments cover the same: for the officer to decide.
    is_overlap: bool,
    provisions: String,
    told: Text,
}

/// The page as HTML; `root` leads from the page's folder to the data folder `data` (`./`, `../../`).
pub(super) fn render(run: &RunSummary, data: &Path, root: &str) -> Result<String, askama::Error> {
    let figures = Figures::of(run);
    let mut nonce = Sha256::new();
    for part in [&run.run.id, &run.run.command, &run.run.started_utc.utc_rfc3339()] {
        nonce.update(part);
        nonce.update([0]);
    }
    Page {
        run_id: &run.run.id,
        command: &run.run.command,
        version: &run.run.version,
        started: say::local(run.run.started_utc),
        finished: run.run.finished_utc.map(say::local),
        nonce: hex::encode(&nonce.finalize()[..16]),
        root,
        footage: say::length(figures.footage_seconds),
        elapsed: say::length(figures.elapsed_seconds),
        frames: say::count(figures.frames),
        fps: figures.frames_per_second().map(|f| format!("{f:.1}")),
        times: figures.times_real_time().map(|t| format!("{t:.1}")),
        sources: run.sources.iter().map(|s| source_row(s, &run.events)).collect(),
        troubled: run.sources.iter().filter(|s| is_troubled(s)).count(),
        events: run
            .events
            .iter()
            .take(SHOWN)
            .enumerate()
            .map(|(i, e)| card(i + 1, e, data))
            .collect(),
        left_out: run.events.len().saturating_sub(SHOWN),
        figures,
    }
    .render()
}

fn is_troubled(s: &RunSource) -> bool {
    s.outcome != SourceOutcome::Complete || s.clock_note.is_some()
}

fn source_row<'a>(s: &'a RunSource, events: &[EventRecord]) -> SourceRow<'a> {
    let fingerprint = s.source_fingerprint.as_deref();
    let events = events
        .iter()
        .filter(|e| Some(e.source_fingerprint.as_str()) == fingerprint && e.camera == s.camera)
        .count();
    SourceRow {
        path: &s.path,
        camera: &s.camera,
        outcome: say::outcome(s.outcome),
        class: match s.outcome {
            SourceOutcome::Complete => "ok",
            SourceOutcome::Truncated | SourceOutcome::Interrupted => "warn",
            SourceOutcome::Failed => "bad",
        },
        message: s.message.as_deref(),
        clock_note: s.clock_note.as_deref(),
        footage: say::length(s.footage_seconds),
        frames: say::count(s.frames),
        wall: say::length(s.wall_seconds),
        events: say::count(events as u64),
    }
}

/// Why the folder is read: the store does not say which files an event's clip came to.
fn original_of(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).ok()?;
    names
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with("clip-original."))
}

/// The record holds what the store does not: each picture's own time, for an incident may last for
/// hours after the last one; what was measured; what the law says of it.
fn event_of(folder: &Path) -> Option<Event> {
    let record = std::fs::read(folder.join("event.json")).ok()?;
    serde_json::from_slice(&record).ok()
}

fn notes(event: &Event) -> Vec<Note> {
    let note = |o: &crate::law::Overlap| Note {
        is_overlap: o.relation == RelationKind::Overlap,
        provisions: o.provisions.join("; "),
        told: o.note.clone(),
    };
    event.overlap.iter().map(note).collect()
}

fn card<'a>(number: usize, e: &'a EventRecord, data: &Path) -> Card<'a> {
    let folder = data.join(&e.evidence);
    let original = original_of(&folder);
    let event = event_of(&folder);
    let taken = |which: fn(&Event) -> &EventStill| {
        event.as_ref().map(|e| say::place(which(e).time.media_seconds)).unwrap_or_default()
    };
    let shown = |which: fn(&Event) -> Option<&String>, plain: &str| {
        event.as_ref().and_then(which).cloned().unwrap_or_else(|| plain.to_owned())
    };
    Card {
        number,
        e,
        kind: word(&e.kind),
        kind_said: say::kind(e.kind),
        domain: word(&e.domain),
        status: word(&e.status),
        status_said: say::status(e.status),
        severity: word(&e.severity),
        class_said: say::class(e.subject_class),
        at_line: e.kind.info().mechanism.on_line(),
        closing_said: say::closing(e.closing),
        clock: say::clock(e.clock_quality),
        start: say::local(e.start_utc),
        start_iso: e.start_utc.local_rfc3339(),
        before_place: taken(|e| &e.stills.before),
        moment_place: taken(|e| &e.stills.moment),
        after_place: taken(|e| &e.stills.after),
        before_file: shown(|e| e.stills.before_marked.as_ref(), "before.jpg"),
        after_file: shown(|e| e.stills.after_marked.as_ref(), "after.jpg"),
        measured: event.as_ref().map(|e| measured_said(e.kind, &e.measured)).unwrap_or_default(),
        law: event.as_ref().map(notes).unwrap_or_default(),
        exemptions: event
            .iter()
            .flat_map(|e| e.exemptions.iter().map(|x| x.text.clone()))
            .collect(),
        length: say::length(e.end_media_seconds - e.start_media_seconds),
        playable: original.is_none() || folder.join("clip.mp4").is_file(),
        original,
    }
}
