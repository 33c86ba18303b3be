//! `streetward report template`: the template that a city begins its own with.

use crate::cli::output::print;
use crate::report::write_template;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write the template of letters, to be changed in a word processor
///
/// The template is laid out by Nghị định 30/2020: the national heading, number and symbol, place and
/// date, recipients and signature, in Times New Roman on A4. What stands between {{ and }} is filled in
/// when a report is written; everything else is yours: words, fonts, margins, a logo, the styles whose
/// names begin with "Report". Name the file as `template` in `[report]` of the site file. A template
/// with a field that there is not, or without one that must be there, is refused with the list of
/// fields.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward report template --out report.docx")]
pub struct TemplateArgs {
    /// The file to write; one that is there is left alone
    #[arg(long, value_name = "FILE", default_value = "report.docx")]
    out: PathBuf,
}

pub(super) fn run(args: &TemplateArgs) -> anyhow::Result<ExitCode> {
    let out = args.out.display();
    anyhow::ensure!(!args.out.exists(), "{out}: the file is there already; name another");
    write_template(&args.out)?;
    print(&format!(
        "{out} written; change it in a word processor, then name it in the site file:\n\n\
         [report]\ntemplate = \"{out}\"\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}
