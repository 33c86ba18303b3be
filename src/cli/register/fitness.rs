//! `streetward register fitness`: which cameras to put right, turn or move, and why.

use super::format::Format;
use super::place::Where;
use super::tongue::Tongue;
use crate::cli::instant::{end_instant, first_instant};
use crate::cli::output::print;
use crate::config::{Camera, Site};
use crate::media::WallTime;
use crate::report::{Knows, Language, ViewFitness, ViewTerms, view_fitness};
use crate::store::Store;
use crate::vision::{Places, Shelf};
use anyhow::{Context, bail};
use clap::Args;
use comfy_table::{Table, presets};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

/// How good each camera's view is for what is judged there, the worst first
///
/// Measured from what is stored: looks at pictures (dark, dazzled, covered, out of focus, moved, by day
/// and night), states of cameras that run live, sizes of those who were seen and of the subjects of
/// incidents, how often tracks were hidden and found again, and at what angle they come to lines.
/// A view is *probably* out of focus where hardly an edge is sharp whatever it showed before; where too
/// few edges tell, nothing is said. Nothing is decoded and no detector runs. 100 means that nothing is wrong; from 80 a view is good,
/// below 40 of no use.
///
/// Exit codes: 0 every view is good or not known, 1 some are not, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward register fitness --site streetward.toml
  streetward register fitness --site streetward.toml --from 2026-10-01 --to 2026-10-31 --language vi
  streetward register fitness --site streetward.toml --format json | jq '.[0].reasons'")]
pub(super) struct FitnessArgs {
    #[command(flatten)]
    at: Where,
    /// From this time or day on, local (+07:00) unless it says otherwise [default: all there is]
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    from: Option<WallTime>,
    /// Before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    to: Option<WallTime>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The table's language
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
}

pub(super) fn run(args: &FitnessArgs) -> anyhow::Result<ExitCode> {
    let site = args.at.site()?.with_context(needs_site)?;
    let data = args.at.data(Some(&site))?;
    let store = args.at.read(Some(&site))?;
    let views = measured(&store, &data, &site, args.from, args.to)?;
    match args.format {
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&views)?))?,
        Format::Table => {
            let english = args.language == Tongue::En;
            print(&told(&views, if english { Language::En } else { Language::Vi })?)?;
        }
    }
    let bad = views.iter().any(ViewFitness::is_bad);
    Ok(ExitCode::from(u8::from(bad)))
}

pub(super) fn needs_site() -> String {
    "views are judged by what is drawn for them: name the site file with --site".to_owned()
}

/// The views of a site's cameras.
pub(super) fn measured(
    store: &Store,
    data: &Path,
    site: &Site,
    from: Option<WallTime>,
    to: Option<WallTime>,
) -> anyhow::Result<Vec<ViewFitness>> {
    let (from, to) = (
        from.unwrap_or(WallTime(jiff::Timestamp::UNIX_EPOCH)),
        to.unwrap_or(WallTime(jiff::Timestamp::MAX)),
    );
    if from >= to {
        bail!("--from lies after --to: give a time before it");
    }
    let shelf = Shelf::open(Places::default()).ok();
    let model = |camera: &Camera| -> Option<Knows> {
        let shelf = shelf.as_ref()?;
        let entry = shelf.entry(camera.detector.model.as_deref()).ok()?;
        Some((entry.name.clone(), entry.class_table(shelf.class_map()).ok()?.gives()))
    };
    let cameras: Vec<&Camera> = site.cameras.iter().collect();
    Ok(view_fitness(store, data, &cameras, &ViewTerms { from, to, model: &model })?)
}

fn told(views: &[ViewFitness], language: Language) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["score", "camera", "ward", "do", "name"]);
    for v in views {
        table.add_row([
            if v.is_known() { v.score.to_string() } else { "–".to_owned() },
            v.camera.clone(),
            v.ward.clone().unwrap_or_default(),
            v.advice.said().of(language).to_owned(),
            v.name.clone(),
        ]);
    }
    writeln!(out, "{table}")?;
    for v in views.iter().filter(|v| !v.reasons.is_empty()) {
        writeln!(out, "{}:", v.camera)?;
        for reason in &v.reasons {
            writeln!(out, "  {}", reason.said.of(language))?;
        }
    }
    Ok(out)
}
