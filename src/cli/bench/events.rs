//! `streetward bench events`: events against labels.

use super::events_table::table;
use super::form::{self, Form, FormArgs};
use super::track::share;
use crate::bench::Report;
use crate::bench::events::{EventsBench, EventsFigures, prepare};
use crate::bench::page::events_page;
use crate::cli::providers::ProviderArgs;
use crate::cli::{clock, output};
use crate::config;
use crate::pipeline::PipelineError;
use crate::vision::{Model, Places, Providers, Shelf};
use anyhow::{Context, bail};
use clap::Args;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Events against labels: what is found, how late, and how many alarms are false
///
/// A suite is a TOML file: `version = 1`, then `[[clips]]` with `clip`, `camera`, `labels`, and if
/// wanted `name`, `condition` ("day" unless said), `start_time`, `may_miss` (labels need not be
/// found), and `boxes` (a file of boxes that stands in for the detector). Paths are relative to it; `${ROOT}` at their beginning is --root.
/// Every clip goes through the whole pipeline with evidence, as `batch` does it.
///
/// Labels are JSON: `events` of `{kind, start_s, end_s, zone or line or bbox_or_zone}`, and if wanted
/// `subject_box` with `subject_s`, `complete_s`, `optional`; `negative_for`, a list of kinds that do
/// not happen besides; `ignore`, a list of `{start_s, end_s, kind}`.
///
/// Events and labels of one kind and place are matched one to one where their times agree: of
/// red_light, solid_line and banned_turn the moment, of wrong_way, speeding, overloading and no_helmet
/// a moment within the label, of all others the starts, or half of the spans. Duplicates lower
/// precision; they are not counted as false alarms.
///
/// Exit codes: 0 done, 1 a clip could not be judged, or --strict or --fail-under was not met, 2 could
/// not start.
// Kinds are named as labels write them; backticks would show in the help.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward bench events suite.toml
  streetward bench events suite.toml --output events.html
  streetward bench events suite.toml --format json --out results --workers 2
  streetward bench events suite.toml --only 'red_light*' --strict
  streetward bench events fixtures/suites/shared.toml --root shared/data")]
pub(super) struct EventsArgs {
    /// The suite's file
    suite: PathBuf,
    /// What ${ROOT} in the suite stands for
    #[arg(long, value_name = "DIR", env = "STREETWARD_SUITE_ROOT", hide_env_values = true)]
    root: Option<PathBuf>,
    /// Only this clip; one that ends in * for all that begin so. May be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Folder to keep figures.json, index.html and the stills in
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Data folder for events and evidence [default: one that is removed afterwards]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Inference workers [default: one a processor, or 2 where another device does the work]
    #[arg(long, value_name = "N", value_parser = crate::cli::count::count)]
    workers: Option<NonZeroUsize>,
    /// Clips worked on at the same time [default: one a processor]
    #[arg(long, value_name = "N", value_parser = crate::cli::count::count)]
    jobs: Option<NonZeroUsize>,
    /// Seconds by which times may differ
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds)]
    tolerance: f64,
    /// Exit with 1 where the F1 of all clips together is below this, 0 to 1
    #[arg(long, value_name = "F1", value_parser = share)]
    fail_under: Option<f32>,
    /// Exit with 1 at any miss, false alarm, duplicate or wrong subject
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    providers: ProviderArgs,
    #[command(flatten)]
    form: FormArgs,
}

fn seconds(text: &str) -> Result<f64, &'static str> {
    let seconds = text.parse().ok().filter(|s: &f64| (0.0..=60.0).contains(s));
    seconds.ok_or("write seconds from 0 to 60")
}

pub(super) fn run(args: &EventsArgs) -> anyhow::Result<ExitCode> {
    args.form.check()?;
    let suite = config::load_suite(&args.suite, args.root.as_deref())?;
    let clips = prepare(suite, &args.only)?;
    let scratch = tempfile::Builder::new()
        .prefix("streetward-events-")
        .tempdir()
        .context("a folder for what is found cannot be made; name one with --data")?;
    let out = args.out.as_deref();
    if let Some(out) = out {
        std::fs::create_dir_all(out).with_context(|| {
            format!("{}: the folder cannot be made; give another --out", out.display())
        })?;
    }
    let kept_in = out.unwrap_or(scratch.path());
    let data = args.data.clone().unwrap_or_else(|| scratch.path().join("data"));
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let bench = EventsBench {
        suite: args.suite.display().to_string(),
        clips,
        data,
        stills: kept_in.join("stills"),
        workers: args.workers.map_or(processors, NonZeroUsize::get),
        at_once: args.jobs.map_or(processors, NonZeroUsize::get),
        tolerance: args.tolerance,
        stop: Arc::default(),
    };
    let date = clock::now();
    let shelf = Shelf::open(Places::default())?;
    let providers = args.providers.or(Providers::default())?;
    let load = |name: Option<&str>| -> Result<Arc<Model>, PipelineError> {
        Ok(Arc::new(Model::load_with(&shelf, name, &providers)?))
    };
    let bar = form::bar();
    bar.set_length(bench.clips.len() as u64);
    let mut figures = bench.run(&load, |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    if figures.clips.is_empty() {
        let failed = figures.failed.iter().map(|f| format!("{}: {}", f.name, f.reason));
        bail!("no clip could be judged: {}", failed.collect::<Vec<_>>().join("; "));
    }
    // Drawn before stills are moved or forgotten.
    let html = |figures: &EventsFigures| -> anyhow::Result<String> {
        Ok(events_page(&Report::new(figures.clone(), date))?)
    };
    let page =
        if out.is_some() || args.form.form() == Form::Html { Some(html(&figures)?) } else { None };
    settle(&mut figures, &bench.stills, out)?;
    let good = verdict(args, &figures);
    let report = Report::new(figures, date);
    let json = format!("{}\n", serde_json::to_string_pretty(&report)?);
    if let (Some(out), Some(page)) = (out, &page) {
        write(&out.join("figures.json"), &json)?;
        write(&out.join("index.html"), page)?;
    }
    let text = match (args.form.form(), page) {
        (Form::Json, _) => json,
        (Form::Html, Some(page)) => page,
        (Form::Table | Form::Html, _) => table(&report)?,
    };
    args.form.give(&text)?;
    let told = args.form.is_table_on_terminal();
    for failed in report.figures.failed.iter().filter(|_| !told) {
        output::complain(&format!("{}: {}", failed.name, failed.reason))?;
    }
    let done = good && report.figures.failed.is_empty();
    Ok(ExitCode::from(u8::from(!done)))
}

/// Puts stills beside the figures, and forgets those that will be gone.
fn settle(figures: &mut EventsFigures, stills: &Path, out: Option<&Path>) -> anyhow::Result<()> {
    let alarms = figures.false_alarms.iter_mut().map(|a| (&a.clip, "false", &mut a.still));
    let twice = figures.duplicates.iter_mut().map(|a| (&a.clip, "duplicate", &mut a.still));
    let misses = figures.misses.iter_mut().map(|m| (&m.clip, "missed", &mut m.still));
    for (i, (clip, what, still)) in alarms.chain(twice).chain(misses).enumerate() {
        let (Some(from), Some(out)) = (still.take(), out) else { continue };
        let to = if from.starts_with(stills) {
            from
        } else {
            let to = stills.join(format!("{clip}-{what}-{i}.jpg"));
            let copied = std::fs::create_dir_all(stills).and_then(|()| std::fs::copy(&from, &to));
            copied.with_context(|| format!("{}: the still cannot be copied", from.display()))?;
            to
        };
        *still = to.strip_prefix(out).ok().map(Path::to_path_buf);
    }
    Ok(())
}

fn verdict(args: &EventsArgs, figures: &EventsFigures) -> bool {
    let t = &figures.totals;
    let spotless = t.missed + t.false_alarms + t.duplicates + t.wrong_subject == 0;
    (!args.strict || spotless) && args.fail_under.is_none_or(|least| t.f1 >= f64::from(least))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    crate::store::write_atomically(path, |out| {
        out.write_all(text.as_bytes()).map_err(|e| crate::store::StoreError::from_io(path, e))
    })?;
    Ok(())
}
