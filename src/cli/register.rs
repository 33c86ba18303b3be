//! `streetward register`: the cameras that a city has and plans.

mod disclose;
mod dong;
mod fitness;
mod format;
mod import;
mod list;
mod moved;
mod place;
mod show;
mod survey;
mod template;
mod tongue;

use clap::{Args, Subcommand};
use std::process::ExitCode;

/// The cameras that a city has and plans: what stands where, since when, by whom and for how much
///
/// The register is kept in the data folder. It is filled from sheets (CSV or XLSX) that staff keep, and
/// says what was installed of what is planned. A camera's code is the id of its camera file once it is
/// attached.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register template --output cameras.xlsx
  streetward register import cameras.xlsx --site streetward.toml --dry-run
  streetward register list --site streetward.toml --coverage
  streetward register disclose --site streetward.toml --output cong-khai.html
  streetward register fitness --site streetward.toml
  streetward register survey --site streetward.toml --output khao-sat.html")]
pub struct RegisterArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Import(import::ImportArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Move(moved::MoveArgs),
    Template(template::TemplateArgs),
    Disclose(disclose::DiscloseArgs),
    Fitness(fitness::FitnessArgs),
    Survey(survey::SurveyArgs),
}

pub(super) fn run(args: &RegisterArgs) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Import(args) => import::run(args),
        What::List(args) => list::run(args),
        What::Show(args) => show::run(args),
        What::Move(args) => moved::run(args),
        What::Template(args) => template::run(args),
        What::Disclose(args) => disclose::run(args),
        What::Fitness(args) => fitness::run(args),
        What::Survey(args) => survey::run(args),
    }
}
