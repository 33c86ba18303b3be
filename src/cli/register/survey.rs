//! `streetward register survey`: what a council brings to its meeting.

use super::fitness::{measured, needs_site};
use super::place::{Where, doer};
use super::tongue::Tongue;
use crate::cli::clock::now;
use crate::cli::instant::{end_instant, first_instant};
use crate::cli::output::print;
use crate::cli::records::known;
use crate::media::WallTime;
use crate::register::Veil;
use crate::report::{
    DocumentFormat, Language, Letterhead, Survey, document_bytes, planned_places, survey_document,
    worst_stills,
};
use crate::store::{StoreError, write_atomically};
use anyhow::{Context, bail};
use clap::Args;
use jiff::ToSpan;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::process::ExitCode;

/// Write the survey of cameras installed and planned as a document
///
/// What stands of what is planned by ward and stage; which cameras to put right, turn or move, with the
/// reason and a picture; planned places by what they would add; and a row for every camera.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register survey --site streetward.toml --output khao-sat.html
  streetward register survey --site streetward.toml --output khao-sat.docx
  streetward register survey --site streetward.toml --output survey.xlsx --language en --from 2026-10-01")]
pub(super) struct SurveyArgs {
    #[command(flatten)]
    at: Where,
    /// The file to write: `.html`, `.docx`, `.xlsx` or `.zip` (of CSV)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// From this time or day on, local (+07:00) unless it says otherwise [default: the last 90 days]
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    from: Option<WallTime>,
    /// Before this time; a date alone includes that whole day [default: now]
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    to: Option<WallTime>,
    /// Its language
    #[arg(long, value_enum, default_value_t = Tongue::Vi)]
    language: Tongue,
}

pub(super) fn run(args: &SurveyArgs) -> anyhow::Result<ExitCode> {
    let path = &args.output;
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "html" | "htm" => DocumentFormat::Html,
        "docx" => DocumentFormat::Docx,
        "xlsx" => DocumentFormat::Xlsx,
        "zip" => DocumentFormat::Csv,
        _ => bail!("give the file a name that ends with .html, .docx, .xlsx or .zip"),
    };
    let site = args.at.site()?.with_context(needs_site)?;
    let data = args.at.data(Some(&site))?;
    let store = known(&data)?;
    let register = store.register_cameras()?;
    if register.is_empty() {
        bail!("the register is empty: fill it with `streetward register import`");
    }
    let to = args.to.map_or_else(now, |to| to.min(now()));
    let from = match args.from {
        Some(from) => from,
        None => WallTime(to.0.checked_sub((90 * 24).hours())?),
    };
    let views = measured(&store, &data, &site, Some(from), Some(to))?;
    let places = planned_places(&store, &register, from, to, None)?;
    let last = WallTime(to.0.checked_sub(1.microsecond())?);
    let survey = Survey {
        days: (from.local().date(), last.local().date()),
        wards: None,
        domains: None,
        made_on: now().local().date(),
        counts: store.register_counts()?,
        stills: worst_stills(&data, &views),
        veil: Veil::of(&register),
        register,
        views,
        places,
    };
    let language = if args.language == Tongue::En { Language::En } else { Language::Vi };
    let head = Letterhead::of(&site.report);
    let template = site.report.template.as_deref();
    let bytes = document_bytes(&survey_document(&survey), format, language, &head, template)?;
    // It shows pictures of streets: what leaves is entered before the file has its name.
    write_atomically(path, |out| -> anyhow::Result<()> {
        out.write_all(&bytes).map_err(|e| StoreError::from_io(path, e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let details = json!({
            "filter": { "from": from.utc_rfc3339(), "to": to.utc_rfc3339() },
            "bytes": bytes.len(),
            "sha256": hex::encode(Sha256::digest(&bytes)),
        });
        store.audit(&doer().entry(now(), "survey", &name, details))?;
        Ok(())
    })?;
    print(&format!("{}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
