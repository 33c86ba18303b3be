//! `streetward register import`: a sheet of cameras into the register.

use super::format::Format;
use super::place::{Where, doer};
use crate::cli::clock::now;
use crate::cli::output::print;
use crate::register::{
    ImportPlan, ImportTerms, MOST_BYTES, RegisterError, Sheet, carry_out, site_notes,
};
use crate::store::Store;
use anyhow::Context;
use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Take a sheet of cameras into the register, whole or not at all
///
/// FILE is CSV (comma or semicolon, UTF-8 with or without byte order mark) or XLSX (its first sheet);
/// headings may be Vietnamese or English, see `register template`. Cameras are known by their code: new
/// ones are added, known ones become what the file says; a column that the file does not have stays as
/// it is, and cameras that the file does not name stay. Every mistake is named with its row and column,
/// and then nothing is changed. A camera that stands is not moved without --moves.
///
/// Exit codes: 0 done, 1 mistakes, nothing was changed, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register import cameras.xlsx --site streetward.toml --dry-run
  streetward register import cameras.csv --data data --moves
  streetward register import cameras.csv --data data --format json | jq .problems")]
pub(super) struct ImportArgs {
    /// CSV or XLSX
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    at: Where,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Let cameras that stand be put elsewhere, and keep where they stood
    #[arg(long)]
    moves: bool,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let bytes = bytes(&args.file)?;
    let sheet = Sheet::read(&bytes).with_context(|| args.file.display().to_string())?;
    let site = args.at.site()?;
    let store = if args.dry_run {
        args.at.read(site.as_ref()).map_or_else(missing, |store| Ok(Some(store)))?
    } else {
        Some(args.at.write(site.as_ref())?)
    };
    let (seen, known) = match &store {
        Some(store) => (store.register_version()?, store.register_cameras()?),
        None => (0, Vec::new()),
    };
    let at = now();
    let terms = ImportTerms {
        bounds: site.as_ref().and_then(|s| s.register.bounds),
        moves: args.moves,
        today: at.local().date(),
        contracts: site.as_ref().map_or(&[], |s| s.contracts.as_slice()),
    };
    let plan = ImportPlan::new(&sheet, &known, seen, &terms);
    let done = plan.is_sound() && !args.dry_run;
    let mut notes = Vec::new();
    if let Some(store) = store.as_ref().filter(|_| done) {
        let name = args.file.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
        let sha256 = hex::encode(Sha256::digest(&bytes));
        carry_out(store, &plan, &doer(), at, (&name, &sha256))?;
        let register = store.register_cameras()?;
        notes.extend(site.iter().flat_map(|site| site_notes(&register, site)));
    }
    match args.format {
        Format::Json => {
            let told = json!({ "done": done, "plan": plan, "notes": notes });
            print(&format!("{}\n", serde_json::to_string_pretty(&told)?))?;
        }
        Format::Table => {
            let mut text = told(&plan, done)?;
            for note in &notes {
                writeln!(text, "note: {}", note.en)?;
            }
            print(&text)?;
        }
    }
    Ok(ExitCode::from(u8::from(!plan.is_sound())))
}

/// What was never written to is an empty register to a dry run.
fn missing(error: anyhow::Error) -> anyhow::Result<Option<Store>> {
    match error.downcast_ref::<crate::store::StoreError>() {
        Some(crate::store::StoreError::Missing(_)) => Ok(None),
        _ => Err(error),
    }
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let told = || format!("cannot read {}; check its name and rights", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(told)?;
    file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(told)?;
    if bytes.len() > MOST_BYTES {
        let bytes = std::fs::metadata(path).map_or(bytes.len() as u64, |m| m.len());
        return Err(RegisterError::TooLarge { bytes, most: MOST_BYTES as u64 })
            .with_context(|| path.display().to_string());
    }
    Ok(bytes)
}

fn told(plan: &ImportPlan, done: bool) -> anyhow::Result<String> {
    let mut out = String::new();
    for problem in &plan.problems {
        writeln!(out, "{problem}")?;
    }
    if plan.more_problems > 0 {
        writeln!(out, "… and {} more", plan.more_problems)?;
    }
    for note in &plan.notes {
        writeln!(out, "note: {note}")?;
    }
    for moved in &plan.moved {
        let far = moved.metres.map(|m| format!(" by {m:.0} m")).unwrap_or_default();
        writeln!(out, "moved{far}: {} ({} → {})", moved.code, moved.from.ward, moved.to.ward)?;
    }
    for changed in &plan.changed {
        writeln!(out, "changed: {} ({})", changed.camera.code, changed.columns.join(", "))?;
    }
    let ImportPlan { rows, added, changed, unchanged, moved, problems, .. } = plan;
    let mistakes = problems.len() as u64 + plan.more_problems;
    let (new, other, elsewhere) = (added.len(), changed.len(), moved.len());
    let sums = format!(
        "{rows} rows: {new} new, {other} changed ({elsewhere} moved), {unchanged} as before"
    );
    if mistakes > 0 {
        writeln!(
            out,
            "{sums}; {mistakes} mistakes. Nothing was changed: correct them and import again."
        )?;
    } else if done {
        writeln!(out, "{sums}. The register holds it now.")?;
    } else {
        writeln!(out, "{sums}. Nothing was changed: this was a dry run.")?;
    }
    Ok(out)
}
