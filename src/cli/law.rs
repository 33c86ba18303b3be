//! `streetward law`: which provisions were in force for a kind of violation on a day.

mod told;

use super::choice::one_of;
use super::clock::now;
use super::output::print;
use crate::law::{Conduct, citation};
use crate::rules::Kind;
use crate::vision::Class;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::process::ExitCode;

/// Show which provisions were in force for a kind of violation
///
/// The catalogue is part of the program: provisions with the days they hold, how sure each citation
/// is and where it comes from. Where several hold at once, all are shown and none is chosen. What
/// the catalogue does not hold is named. Without KIND, all kinds are listed.
///
/// Nothing here is legal advice: have a lawyer confirm each provision before a city relies on it.
/// Ranges of fines are the texts' own, shown as information: the program computes no penalty, and no
/// event carries one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward law
  streetward law red_light --vehicle motorcycle
  streetward law littering --date 2026-03-01
  streetward law overloading --format json")]
pub struct LawArgs {
    /// A kind of violation, as rules name it
    #[arg(value_parser = one_of::<Kind, _>(Kind::ALL.map(Kind::name)), hide_possible_values = true)]
    kind: Option<Kind>,
    /// Only what holds for this class of subject
    #[arg(long, value_name = "CLASS", value_parser = one_of::<Class, _>(Class::ALL.map(Class::name)))]
    vehicle: Option<Class>,
    /// The local day it happened on [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    date: Option<Date>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one object
    Json,
}

fn day(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write a day as 2026-03-01")
}

pub(super) fn run(args: &LawArgs) -> anyhow::Result<ExitCode> {
    // No event is timed by this: it asks what holds today.
    let date = args.date.unwrap_or_else(|| now().local().date());
    let kinds = args.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    let asked: Vec<_> = kinds
        .into_iter()
        .map(|kind| (kind, citation(Conduct { kind, class: args.vehicle, people: None, date })))
        .collect();
    let text = match (args.format, asked.as_slice()) {
        (Format::Json, _) => told::json(&asked, args.vehicle, date)?,
        (Format::Table, [(kind, cited)]) => told::one(*kind, cited, args.vehicle, date),
        (Format::Table, all) => told::list(all, date),
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
