//! `streetward camera health`: whether a recording would have been called blind, and when.

use super::calibrate::Format;
use crate::alert;
use crate::cli::output::print;
use crate::config::{self, HealthConfig, Language};
use crate::media::{EndingKind, Frame, MediaTime, OpenOptions, Source, WallTime};
use crate::scene::{CameraState, Condition, Detail, Reason, Signs, StateChange};
use crate::vision::View;
use crate::vision::health::{Examiner, Reference};
use clap::Args;
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Whether a camera would have been called blind or degraded during a recording, when and why
///
/// The recording is looked at as a live stream is: about four pictures a second are examined, and the
/// camera's state follows once the signs have lasted. With --camera, its `[health]` holds.
///
/// Exit codes: 0 the camera saw throughout, 1 it did not, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera health monday.mp4
  streetward camera health --camera cameras/le-loi.toml --format json monday.mp4")]
pub(super) struct HealthArgs {
    /// Recording, or folder of segments
    #[arg(value_name = "CLIP")]
    clip: PathBuf,
    /// Camera file whose [health] holds [default: all defaults]
    #[arg(short, long, value_name = "FILE")]
    camera: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language of details
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

/// What the recording shows.
#[derive(Serialize)]
struct Told {
    clip: String,
    seconds: f64,
    examined: u32,
    cpu_ms_per_examined: f64,
    seeing_seconds: f64,
    changes: Vec<Change>,
}

/// A change of the camera's state; the first is where the recording begins.
#[derive(Serialize)]
struct Change {
    at_seconds: f64,
    at_utc: String,
    state: CameraState,
    reasons: Vec<Reason>,
    detail: String,
    figures: Detail,
}

pub(super) fn run(args: &HealthArgs) -> anyhow::Result<ExitCode> {
    let health = match &args.camera {
        Some(file) => config::load_camera(file)?.health,
        None => HealthConfig::default(),
    };
    let told = look(args, &health)?;
    match args.format {
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?,
        Format::Table => print(&table(&told)?)?,
    }
    let blind = told.changes.iter().skip(1).any(|c| c.state != CameraState::Seeing);
    Ok(ExitCode::from(u8::from(blind)))
}

fn look(args: &HealthArgs, health: &HealthConfig) -> anyhow::Result<Told> {
    let reference = health.reference.as_deref().map(Reference::open).transpose()?;
    let mut examiner = Examiner::new(health.spec.clone(), reference);
    let mut source = Source::open(&args.clip, OpenOptions::default())?;
    let mut condition = None;
    let mut changes = Vec::new();
    let (mut last, mut cpu) = (MediaTime::ZERO, 0.0);
    let mut good = 0.0;
    while let Some(frame) = source.next_frame()? {
        // A recording is connected from its beginning: it counts as seen there.
        let known: &mut Condition = condition.get_or_insert_with(|| {
            let (known, first) = begin(health, &frame, args.language);
            changes.extend(first);
            known
        });
        if known.state() == CameraState::Seeing {
            good += frame.time.since(last);
        }
        last = frame.time;
        let begun = cpu_seconds();
        let faults = examiner.examine(&frame, View::Steady);
        cpu += cpu_seconds() - begun;
        let faults = faults.into_iter().map(Into::into).collect();
        let signs = Signs { faults, ..Signs::good(frame.wall) };
        let change = known.note(&signs);
        changes.extend(change.map(|c| Change::of(c, frame.time, args.language)));
    }
    let ending = source.ending();
    if let EndingKind::Truncated { reason } = &ending.kind {
        tracing::warn!(path = %args.clip.display(), reason, "footage is incomplete");
    }
    Ok(Told {
        clip: args.clip.display().to_string(),
        seconds: last.seconds(),
        examined: examiner.looks(),
        cpu_ms_per_examined: 1e3 * cpu / f64::from(examiner.looks().max(1)),
        seeing_seconds: good,
        changes,
    })
}

/// A condition that sees, as of a stream that has come for a while.
fn begin(health: &HealthConfig, frame: &Frame, language: Language) -> (Condition, Option<Change>) {
    let long = health.condition.recover_seconds + 2.0;
    let ago = |seconds: f64| {
        let at = frame.wall.0.as_microsecond() - (seconds * 1e6) as i64;
        jiff::Timestamp::from_microsecond(at).map_or(frame.wall, WallTime)
    };
    let mut condition = Condition::new(health.condition.clone(), ago(long));
    let first = (1..=16)
        .filter_map(|step| condition.note(&Signs::good(ago(long * f64::from(16 - step) / 16.0))))
        .last()
        .map(|change| Change {
            at_utc: frame.wall.utc_rfc3339(),
            ..Change::of(StateChange { detail: Detail::Began, ..change }, frame.time, language)
        });
    (condition, first)
}

impl Change {
    fn of(change: StateChange, time: MediaTime, language: Language) -> Self {
        Self {
            at_seconds: time.seconds(),
            at_utc: change.at.utc_rfc3339(),
            state: change.state,
            detail: alert::told(&change.reasons, &change.detail, language),
            reasons: change.reasons,
            figures: change.detail,
        }
    }
}

fn table(told: &Told) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["at s", "state", "reasons", "detail"]);
    for change in &told.changes {
        let reasons: Vec<&str> = change.reasons.iter().map(|r| r.name()).collect();
        table.add_row([
            format!("{:.1}", change.at_seconds),
            change.state.name().to_owned(),
            reasons.join(", "),
            change.detail.clone(),
        ]);
    }
    writeln!(out, "{table}")?;
    writeln!(
        out,
        "{:.1} of {:.1} s seeing; {} pictures examined, {:.2} ms each",
        told.seeing_seconds, told.seconds, told.examined, told.cpu_ms_per_examined
    )?;
    Ok(out)
}

/// Processor time of this thread.
fn cpu_seconds() -> f64 {
    let t = clock_gettime(ClockId::ThreadCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}
