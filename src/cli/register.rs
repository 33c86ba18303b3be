//! `streetward register`: the cameras that a city has and plans.

mod disclose;
mod fitness;
mod import;
mod list;
mod moved;
mod show;
mod survey;
mod template;

use crate::config::{self, SITE_FILE, Site};
use crate::media::WallTime;
use crate::review::Doer;
use crate::store::{Store, StoreError};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
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

/// Where the register is.
#[derive(Debug, Args)]
struct Where {
    /// Site file, for the data folder, bounds and contracts [default: ./streetward.toml, if it is there]
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
}

/// The language of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tongue {
    /// Vietnamese
    Vi,
    /// English
    En,
}

impl Where {
    fn site(&self) -> anyhow::Result<Option<Site>> {
        Ok(match &self.site {
            Some(file) => Some(config::load_site(file)?),
            None if Path::new(SITE_FILE).exists() => Some(config::load_site(Path::new(SITE_FILE))?),
            None => None,
        })
    }

    fn data(&self, site: Option<&Site>) -> anyhow::Result<PathBuf> {
        let Some(data) = self.data.clone().or_else(|| site.map(|s| s.data.clone())) else {
            bail!("no data folder is given: name one with --data, or a site file with --site");
        };
        StoreError::refuse_file(&data)?;
        Ok(data)
    }

    fn read(&self, site: Option<&Site>) -> anyhow::Result<Store> {
        Ok(Store::open_read(&self.data(site)?)?)
    }

    /// For changes: beside a service that runs, or making the folder where there is none yet.
    fn write(&self, site: Option<&Site>) -> anyhow::Result<Store> {
        let data = self.data(site)?;
        match Store::open(&data) {
            Err(StoreError::Busy { .. }) => Ok(Store::open_beside(&data)?),
            opened => Ok(opened?),
        }
    }
}

fn doer() -> Doer<'static> {
    Doer::Command { uid: rustix::process::getuid().as_raw() }
}

/// When something is entered is now.
#[allow(clippy::disallowed_methods)]
fn now() -> WallTime {
    WallTime(jiff::Timestamp::now())
}

/// đồng in groups of three.
fn dong(amount: i64) -> String {
    let plain = amount.to_string();
    let mut text = String::new();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(c);
    }
    text
}
