//! `streetward privacy`: what was done with what cameras recorded of people.

use super::clock::now;
use super::output::print;
use crate::config::load_site;
use crate::report::{
    DocumentFormat, Language, Letterhead, document_file_name, privacy, write_document,
};
use crate::store::{Store, StoreError};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Report what was done with what cameras recorded of people
#[derive(Debug, Args)]
#[command(after_help = "Example:
  streetward privacy report --data data --year 2026 --out reports")]
pub struct PrivacyArgs {
    #[command(subcommand)]
    command: PrivacyCommand,
}

#[derive(Debug, Subcommand)]
enum PrivacyCommand {
    /// Write the report of a year: who looked at evidence and why, what left the house, what was removed
    ///
    /// It is made of the audit trail and of the daily chain. It names the people who work with the
    /// desk, and no violation, plate or picture.
    #[command(after_help = "\
Exit codes: 0 written, 2 the data folder or the folder for reports cannot be used.

Examples:
  streetward privacy report --data data --year 2026 --out reports
  streetward privacy report --site streetward.toml --year 2026 --format docx --language vi --out reports")]
    Report(ReportArgs),
}

#[derive(Debug, Args)]
struct ReportArgs {
    /// Site file, whose data folder is read and whose [report] says who issues it
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// Which calendar year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(2000..=2200))]
    year: i16,
    /// In which forms
    #[arg(long, value_enum, value_delimiter = ',', default_value = "html")]
    format: Vec<DocumentFormat>,
    /// In which language
    #[arg(long, value_enum, default_value_t = Tongue::Vi)]
    language: Tongue,
    /// Folder that it is written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tongue {
    /// Vietnamese
    Vi,
    /// English
    En,
}

/// Runs `streetward privacy …`.
pub(super) fn run(args: &PrivacyArgs) -> anyhow::Result<ExitCode> {
    let PrivacyCommand::Report(args) = &args.command;
    let site = args.site.as_deref().map(load_site).transpose()?;
    let Some(data) = args.data.clone().or_else(|| site.as_ref().map(|s| s.data.clone())) else {
        bail!("say which data folder (--data) or site (--site)");
    };
    StoreError::refuse_file(&data)?;
    let store = Store::open_read(&data)?;
    let head = site.as_ref().map_or_else(Letterhead::default, |s| Letterhead::of(&s.report));
    let template = site.as_ref().and_then(|s| s.report.template.as_deref());
    let made = privacy(&store, &data, args.year, now().local().date())?;
    let language = match args.language {
        Tongue::Vi => Language::Vi,
        Tongue::En => Language::En,
    };
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    for format in &args.format {
        let out = args.out.join(document_file_name(&made, *format, language));
        write_document(&made, *format, language, &head, template, &out)?;
        print(&format!("{}\n", out.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
