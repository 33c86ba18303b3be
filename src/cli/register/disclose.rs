//! `streetward register disclose`: what of the register may be made public.

use super::place::Where;
use super::tongue::Tongue;
use crate::cli::clock::now;
use crate::cli::output::print;
use crate::register::disclosed;
use crate::report::{DisclosureFormat, Language, disclosure_bytes};
use crate::store::{StoreError, write_atomically};
use anyhow::bail;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write what of the register may be made public, as a page or a file
///
/// Contributors are named where they agreed to it. Who did not is named nowhere: a name or place that
/// holds theirs is left out too. Owners, notes and exact positions are not disclosed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register disclose --site streetward.toml --output cong-khai.html
  streetward register disclose --data data --output cong-khai.csv
  streetward register disclose --data data --output disclosure.json --language en")]
pub(super) struct DiscloseArgs {
    #[command(flatten)]
    at: Where,
    /// The file to write: `.html`, `.csv` or `.json`
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The page's language
    #[arg(long, value_enum, default_value_t = Tongue::Vi)]
    language: Tongue,
}

pub(super) fn run(args: &DiscloseArgs) -> anyhow::Result<ExitCode> {
    let path = &args.output;
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "html" | "htm" => DisclosureFormat::Html,
        "csv" => DisclosureFormat::Csv,
        "json" => DisclosureFormat::Json,
        _ => bail!("give the file a name that ends with .html, .csv or .json"),
    };
    let site = args.at.site()?;
    let store = args.at.read(site.as_ref())?;
    let register = store.register_cameras()?;
    if register.is_empty() {
        bail!("the register is empty: fill it with `streetward register import`");
    }
    let told = disclosed(&register, &store.register_counts()?, now().local().date());
    let language = if args.language == Tongue::En { Language::En } else { Language::Vi };
    let bytes = disclosure_bytes(&told, format, language)?;
    write_atomically(path, |out| out.write_all(&bytes).map_err(|e| StoreError::from_io(path, e)))?;
    print(&format!("{}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
