//! `streetward replay`: judges what was recorded again by the rules as they are now.
//!
//! After a zone is redrawn or a time changed, this shows what the new rules would find in footage
//! that was analysed before, without decoding any of it. It changes nothing.

use super::instant::{end_instant, first_instant};
use crate::config::load_camera;
use crate::media::WallTime;
use crate::pipeline::replay::{self, Change, Range, Replay};
use crate::store::StoreError;
use anyhow::Context;
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::io::Write;
use std::path::PathBuf;
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
    let other = args.against.as_deref().map(load_camera).transpose()?;
    let replay = replay::replay(&args.data, &camera, other.as_ref(), range)?;
    let mut out = std::io::stdout().lock();
    show(&mut out, args.format, &camera.id, &replay).context("cannot write the result")?;
    for why in &replay.unjudged {
        tracing::warn!("{why}");
    }
    for failure in &replay.failures {
        tracing::error!("{failure}");
    }
    Ok(if replay.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn show(
    out: &mut impl Write,
    format: ReplayFormat,
    camera: &str,
    Replay { sources, observations, incidents: lines, unjudged, .. }: &Replay,
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
