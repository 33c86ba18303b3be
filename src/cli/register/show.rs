//! `streetward register show`: one camera and where it stood before.

use super::dong::dong;
use super::format::Format;
use super::place::Where;
use crate::cli::output::print;
use crate::config::nearest;
use crate::register::RegisterError;
use crate::store::{RegisterCamera, RegisterMove, RegisterSpot};
use clap::Args;
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

/// Show one camera of the register and where it stood before
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register show p1-le-loi-01 --site streetward.toml
  streetward register show p1-le-loi-01 --data data --format json")]
pub(super) struct ShowArgs {
    /// The camera's code
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    at: Where,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<ExitCode> {
    let site = args.at.site()?;
    let store = args.at.read(site.as_ref())?;
    let cameras = store.register_cameras()?;
    let Some(camera) = cameras.iter().find(|c| c.code == args.code) else {
        let near = nearest(&args.code, cameras.iter().map(|c| c.code.as_str()));
        let (code, near) = (args.code.clone(), near.map(str::to_owned));
        return Err(RegisterError::NoCamera { code, near }.into());
    };
    let moves = store.register_moves(Some(&args.code))?;
    match args.format {
        Format::Json => {
            let told = json!({ "camera": camera, "moves": moves });
            print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
        }
        Format::Table => print(&told(camera, &moves)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn told(c: &RegisterCamera, moves: &[RegisterMove]) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        value.map_or(Ok(()), |value| writeln!(out, "{name:<12} {value}"))
    };
    line("code", Some(c.code.clone()))?;
    line("name", Some(c.name.clone()))?;
    line("state", Some(c.state.name().to_owned()))?;
    line("installed", c.installed_on.map(|d| d.to_string()))?;
    line("ward", Some(c.ward.clone()))?;
    line("stage", c.stage.clone())?;
    line("place", c.place.clone())?;
    line("position", c.position.map(|p| format!("{}, {}", p.lat, p.lon)))?;
    line("owner", c.owner.clone())?;
    line("vendor", c.vendor.clone())?;
    line("contract", c.contract.clone())?;
    line("cost", c.cost_dong.map(|d| format!("{} đồng", dong(d))))?;
    line("funding", c.funding.clone())?;
    let named = if c.consent { "may be named" } else { "not to be named" };
    line("contributor", c.contributor.as_ref().map(|n| format!("{n} ({named})")))?;
    line("note", c.note.clone())?;
    for moved in moves {
        let why = moved.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
        let day = moved.at.local().date();
        writeln!(out, "{day}: moved from {} to {}{why}", spot(&moved.from), spot(&moved.to))?;
    }
    Ok(out)
}

/// A place as people read it.
pub(super) fn spot(spot: &RegisterSpot) -> String {
    let position = spot.position.map(|p| format!("{}, {}", p.lat, p.lon));
    let parts = [spot.place.clone(), Some(spot.ward.clone()), position];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
