//! `streetward replay`: judges what was recorded again by the rules as they are now.
//!
//! After a zone is redrawn or a time changed, this shows what the new rules would find in footage
//! that was analysed before, without decoding any of it. It changes nothing.

mod compare;
mod range;
mod rejudge;

use super::events::{end_instant, first_instant};
use crate::config::load_camera;
use crate::media::{MediaTime, WallTime};
use crate::store::{EventFilter, ObservationReader, Store, StoreError, records_of};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use compare::{Change, ReplayedIncident, StoredIncident, compare};
use range::{Range, within};
use rejudge::rejudge;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show what the rules as they are now would find in stored observations
///
/// `streetward batch` and `streetward live` keep what they saw in every frame. After a zone is redrawn or a time changed,
/// this judges those observations again, without decoding the footage, and says which events would be
/// kept, changed, gained or lost. A rule that needs what the record does not hold (a lamp, things
/// left standing) is named and left out. It changes nothing: run `streetward batch` again for the evidence of what
/// was gained.
///
/// Exit codes: 0 done, 1 a record could be read in part only, 2 nothing could be judged.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward replay --camera cameras/le-loi.toml --data data
  streetward replay --camera cameras/le-loi.toml --data data --format jsonl | grep gained
  streetward replay --camera cameras/redrawn.toml --against cameras/le-loi.toml --data data
  streetward replay --camera cameras/le-loi.toml --data data --from 2026-08-15")]
pub struct ReplayArgs {
    /// Camera file, as it is now
    #[arg(short, long, value_name = "FILE")]
    pub camera: PathBuf,
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    pub data: PathBuf,
    /// Compare with what this other camera file's rules find, instead of with what is stored
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// Judge what was seen from this time on: 2026-08-15, 2026-08-15T14:30, local (+07:00) unless it
    /// says otherwise. What began before is not known then: begin a little earlier
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    pub from: Option<WallTime>,
    /// … and before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    pub to: Option<WallTime>,
    /// How to list what is found
    #[arg(long, value_enum, default_value_t = ReplayFormat::Table)]
    pub format: ReplayFormat,
}

/// How `replay` lists what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON object an incident and line
    Jsonl,
}

/// Runs the command: exit 0, or 1 where a record could be read in part only.
///
/// # Errors
/// The camera's file, the data folder or the store cannot be read, or the camera has no record.
pub fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let camera = load_camera(&args.camera)?;
    StoreError::refuse_file(&args.data)?;
    let range = Range { from: args.from, to: args.to };
    let all = sources(&args.data, &camera.id)?;
    if all.is_empty() {
        bail!(
            "no observations of camera `{}` are stored in {}; run `streetward batch` on its footage first, or `streetward live` for an hour",
            camera.id,
            args.data.display()
        );
    }
    let sources = within(all, range)?;
    if sources.is_empty() {
        bail!("{}", none_then(&camera.id));
    }
    let other = args.against.as_deref().map(load_camera).transpose()?;
    let mut lines = Vec::new();
    let mut failures = Vec::new();
    let mut unjudged = std::collections::BTreeSet::new();
    let mut observations = 0;
    for (fingerprint, files) in &sources {
        let replayed = rejudge(&camera.scene, &camera.rules, fingerprint, files, range)?;
        let stored = match &other {
            None => stored(&args.data, &camera.id, fingerprint, range)?,
            Some(other) => {
                let before = rejudge(&other.scene, &other.rules, fingerprint, files, range)?;
                unjudged.extend(before.unjudged.into_iter().map(|(_, why)| why));
                before.incidents.iter().map(|i| StoredIncident::found(i, fingerprint)).collect()
            }
        };
        unjudged.extend(replayed.unjudged.iter().map(|(_, why)| why.clone()));
        observations += replayed.observations;
        lines.extend(compare(&replayed, &stored));
        failures.extend(replayed.failure);
    }
    if observations == 0 && range != Range::default() {
        bail!("{}", none_then(&camera.id));
    }
    let mut out = std::io::stdout().lock();
    let unjudged: Vec<String> = unjudged.into_iter().collect();
    let summary =
        Summary { camera: &camera.id, sources: sources.len(), observations, unjudged: &unjudged };
    show(&mut out, args.format, &summary, &lines).context("cannot write the result")?;
    for why in &unjudged {
        tracing::warn!("{why}");
    }
    for failure in &failures {
        tracing::error!("{failure}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn none_then(camera: &str) -> String {
    format!(
        "camera `{camera}` has no observations of the time asked for; give another --from or --to"
    )
}

/// The camera's records by source, each source's files in order of day.
fn sources(data: &Path, camera: &str) -> anyhow::Result<Vec<(String, Vec<PathBuf>)>> {
    let mut sources: Vec<(String, Vec<PathBuf>)> = Vec::new();
    for path in records_of(data, camera)? {
        let fingerprint = ObservationReader::open(&path)?.header().source_fingerprint.clone();
        match sources.iter_mut().find(|(known, _)| *known == fingerprint) {
            Some((_, files)) => files.push(path),
            None => sources.push((fingerprint, vec![path])),
        }
    }
    Ok(sources)
}

fn stored(
    data: &Path,
    camera: &str,
    fingerprint: &str,
    range: Range,
) -> anyhow::Result<Vec<StoredIncident>> {
    let store = match Store::open_read(data) {
        Ok(store) => store,
        Err(StoreError::Missing(_)) => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let filter = EventFilter {
        camera: Some(camera.into()),
        source_fingerprint: Some(fingerprint.into()),
        ..EventFilter::default()
    };
    let events = store.events(&filter)?;
    Ok(events
        .into_iter()
        .filter(|e| range.holds(e.moment_utc))
        .map(|e| StoredIncident {
            id: Some(e.id),
            rule: e.rule,
            source_fingerprint: e.source_fingerprint,
            incident_key: e.incident_key,
            kind: e.kind,
            zone: e.zone,
            times: [e.start_media_seconds, e.moment_media_seconds, e.end_media_seconds]
                .map(MediaTime::from_seconds),
            class: e.subject_class,
            measured: None,
        })
        .collect())
}

/// What was judged.
struct Summary<'a> {
    camera: &'a str,
    sources: usize,
    observations: u64,
    /// Why some rules were not, each a sentence.
    unjudged: &'a [String],
}

fn show(
    out: &mut impl Write,
    format: ReplayFormat,
    &Summary { camera, sources, observations, unjudged }: &Summary<'_>,
    lines: &[ReplayedIncident],
) -> anyhow::Result<()> {
    let count = |change| lines.iter().filter(|l| l.change == change).count();
    let all = [Change::Kept, Change::Changed, Change::Gained, Change::Lost];
    let [kept, changed, gained, lost] = all.map(count);
    match format {
        ReplayFormat::Jsonl => {
            for line in lines {
                serde_json::to_writer(&mut *out, line)?;
                writeln!(out)?;
            }
        }
        ReplayFormat::Json => {
            let document = serde_json::json!({
                "format": "streetward.replay/1",
                "camera": camera,
                "sources": sources,
                "observations": observations,
                "totals": { "kept": kept, "changed": changed, "gained": gained, "lost": lost },
                "cannot_judge": unjudged,
                "incidents": lines,
            });
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
        }
        ReplayFormat::Table => {
            let mut table = Table::new();
            table.load_preset(UTF8_HORIZONTAL_ONLY).set_header([
                "change", "kind", "zone", "source", "start s", "moment s", "end s", "event",
            ]);
            for l in lines {
                table.add_row([
                    l.change.word(),
                    l.kind.name(),
                    &l.zone,
                    l.source_fingerprint.get(..12).unwrap_or(&l.source_fingerprint),
                    &format!("{:.1}", l.start_media_seconds),
                    &format!("{:.1}", l.moment_media_seconds),
                    &format!("{:.1}", l.end_media_seconds),
                    l.event.as_deref().unwrap_or("—"),
                ]);
            }
            writeln!(out, "{table}")?;
            writeln!(
                out,
                "{kept} kept, {changed} changed, {gained} gained, {lost} lost; {observations} observations of {sources} source(s)"
            )?;
        }
    }
    Ok(())
}
