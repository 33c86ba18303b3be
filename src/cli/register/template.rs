//! `streetward register template`: a sheet to be filled in.

use super::tongue::Tongue;
use crate::cli::output::print;
use crate::register::{TemplateFormat, template};
use crate::store::{StoreError, write_atomically};
use anyhow::bail;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write an empty sheet with the headings that are understood, and two rows that show how to fill it in
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register template --output cameras.xlsx
  streetward register template --output cameras.csv --language en")]
pub(super) struct TemplateArgs {
    /// The file to write: `.xlsx` or `.csv`
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The language of its headings
    #[arg(long, value_enum, default_value_t = Tongue::Vi)]
    language: Tongue,
}

pub(super) fn run(args: &TemplateArgs) -> anyhow::Result<ExitCode> {
    let path = &args.output;
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "xlsx" => TemplateFormat::Xlsx,
        "csv" => TemplateFormat::Csv,
        _ => bail!("give the file a name that ends with .xlsx or .csv"),
    };
    let bytes = template(format, args.language == Tongue::En)?;
    write_atomically(path, |out| out.write_all(&bytes).map_err(|e| StoreError::from_io(path, e)))?;
    print(&format!("{}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
