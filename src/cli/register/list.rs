//! `streetward register list`: what the register holds.

use super::dong::dong;
use super::format::Format;
use super::place::Where;
use crate::cli::output::print;
use crate::register::site_notes;
use crate::store::{RegisterCamera, RegisterCounts, RegisterState};
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

/// List the cameras of the register, or how many stand of those planned
///
/// Contributors who did not agree to be named are in this list: it is for those who keep the register.
/// What may be given away is made by `register disclose`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register list --site streetward.toml
  streetward register list --data data --coverage
  streetward register list --data data --ward \"Phường 1\" --state planned --format json")]
pub(super) struct ListArgs {
    #[command(flatten)]
    at: Where,
    /// Only of this ward
    #[arg(long, value_name = "WARD")]
    ward: Option<String>,
    /// Only in this state: planned, installed, removed
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<RegisterState>,
    /// How many stand of those planned, by ward and stage, instead of the cameras
    #[arg(long)]
    coverage: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn state(word: &str) -> Result<RegisterState, &'static str> {
    RegisterState::ALL
        .into_iter()
        .find(|s| s.name() == word)
        .ok_or("write planned, installed or removed")
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let site = args.at.site()?;
    let store = args.at.read(site.as_ref())?;
    let counts = store.register_counts()?;
    let all = store.register_cameras()?;
    let notes = site.as_ref().map(|s| site_notes(&all, s)).unwrap_or_default();
    let cameras: Vec<&RegisterCamera> = all
        .iter()
        .filter(|c| args.ward.as_ref().is_none_or(|w| c.ward == *w))
        .filter(|c| args.state.is_none_or(|s| c.state == s))
        .collect();
    if args.format == Format::Json {
        let told = if args.coverage {
            json!({ "coverage": counts.coverage(), "counts": counts })
        } else {
            json!({ "cameras": cameras, "notes": notes })
        };
        print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = if args.coverage { String::new() } else { table(&cameras) };
    text += &coverage(&counts, args.coverage)?;
    for note in notes.iter().filter(|_| !args.coverage) {
        writeln!(text, "note: {}", note.en)?;
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn table(cameras: &[&RegisterCamera]) -> String {
    if cameras.is_empty() {
        return "The register holds no such camera.\n".to_owned();
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header([
        "code", "state", "ward", "stage", "name", "position", "vendor", "contract", "cost",
    ]);
    let maybe = |text: &Option<String>| text.clone().unwrap_or_default();
    for c in cameras {
        table.add_row([
            c.code.clone(),
            c.state.name().to_owned(),
            c.ward.clone(),
            maybe(&c.stage),
            c.name.clone(),
            c.position.map(|p| format!("{}, {}", p.lat, p.lon)).unwrap_or_default(),
            maybe(&c.vendor),
            maybe(&c.contract),
            c.cost_dong.map(dong).unwrap_or_default(),
        ]);
    }
    format!("{table}\n")
}

fn coverage(counts: &RegisterCounts, parts: bool) -> anyhow::Result<String> {
    let mut out = String::new();
    if parts && !counts.parts.is_empty() {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_header([
            "ward",
            "stage",
            "wanted",
            "installed",
            "planned",
            "removed",
        ]);
        for p in &counts.parts {
            table.add_row([
                p.ward.clone(),
                p.stage.clone().unwrap_or_default(),
                (p.installed + p.planned).to_string(),
                p.installed.to_string(),
                p.planned.to_string(),
                p.removed.to_string(),
            ]);
        }
        writeln!(out, "{table}")?;
    }
    let share = counts.coverage().map(|s| format!(" ({:.1} %)", 100.0 * s)).unwrap_or_default();
    let RegisterCounts { installed, wanted, places, .. } = counts;
    writeln!(out, "{installed} of {wanted} are installed{share}, at {places} places.")?;
    Ok(out)
}
