//! `streetward bench scenes`: clips with exact answers.

use super::form;
use crate::bench::scenes::{cases, write_scenes};
use crate::cli::output;
use anyhow::bail;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make short clips whose violations are known exactly, as a suite for `bench events`
///
/// Drawn scenes show a street in perspective by day, at night, in rain, with a shaking camera and at
/// odd frame rates; beside each clip lies what a detector would have seen, with its errors. Composites
/// put cut-outs of real people and vehicles into OpenCV's sample clip, which the real detector sees.
/// The same scenario gives the same pictures every time. Needs the command ffmpeg.
///
/// Exit codes: 0 done, 2 could not be made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward bench scenes scenes
  streetward bench scenes scenes --only 'red_light*' --only crowd_gathers
  streetward bench scenes --list
  streetward bench events scenes/suite.toml")]
pub(super) struct ScenesArgs {
    /// Folder to write clips/, labels/, cameras/ and suite.toml to, made where missing
    #[arg(required_unless_present = "list")]
    out: Option<PathBuf>,
    /// Only this scenario; one that ends in * for all that begin so. May be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Name every scenario, with its condition and what happens in it
    #[arg(long)]
    list: bool,
    /// OpenCV's sample clip vtest.avi, which composites are made of; without it they are left out
    /// [default: the one that scripts/setup fetched]
    #[arg(long, value_name = "FILE")]
    clip: Option<PathBuf>,
}

/// Where set-up puts the sample clip, from the source folder.
const SAMPLE: &str = ".streetward/clips/vtest.avi";

pub(super) fn run(args: &ScenesArgs) -> anyhow::Result<ExitCode> {
    if args.list {
        let mut out = String::new();
        for case in cases() {
            let kinds =
                if case.kinds.is_empty() { "nothing".into() } else { case.kinds.join(", ") };
            let how = if case.composite { "composite" } else { "drawn" };
            writeln!(out, "{:<48} {:<9} {how:<10} {kinds}", case.name, case.condition)?;
        }
        output::print(&out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(out) = &args.out else { bail!("name the folder to write to") };
    let sample = PathBuf::from(SAMPLE);
    let footage = args.clip.clone().or_else(|| sample.exists().then_some(sample));
    let bar = form::bar();
    let made = write_scenes(out, &args.only, footage.as_deref(), |done, all, name| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        bar.set_message(name.to_owned());
    });
    bar.finish_and_clear();
    let made = made?;
    for (name, why) in &made.left_out {
        output::complain(&format!("{name}: {why}"))?;
    }
    output::print(&format!("{} scenarios in {}\n", made.made.len(), made.suite.display()))?;
    Ok(ExitCode::SUCCESS)
}
