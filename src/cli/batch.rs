//! `streetward batch`: recorded footage in, evidence of violations out.

mod plan;
mod told;

use super::output::{bars, complain, print};
use super::progress::Bars;
use super::providers::ProviderArgs;
use crate::evidence;
use crate::media::WallTime;
use crate::pipeline::{self, JobReport, Run, Stats};
use crate::report::{self, RunSummary};
use crate::store::{RunRecord, SourceOutcome, Store};
use crate::vision::{Model, Shelf};
use anyhow::bail;
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use told::{lines, run_source, told};

/// Judge recorded footage and write evidence of what is found.
///
/// Each event is one incident: stills before, at and after the moment, a marked still, a clip, a
/// record (event.json) and a manifest with the SHA-256 of every file, in DATA/evidence. The same
/// footage judged twice gives the same events, each once; a run that was stopped or killed is simply
/// run again.
///
/// Exit codes: 0 all footage judged, 1 some could not be (named below the table), 2 nothing could
/// start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward batch --camera cameras/le-loi.toml --data data monday.mp4 tuesday.mp4
  streetward batch --camera cameras/le-loi.toml --data data recordings/2026-08-15/
  streetward batch --site streetward.toml p1-le-loi-01=a.mp4 p1-cho-02=b.mp4
  streetward batch --camera cam.toml --data data --start-time 2026-08-15T06:00:00+07:00 clip.avi
  streetward batch --camera cam.toml --data data --provider cuda,cpu clip.mp4

Environment (a site file's own settings come first):
  STREETWARD_RUNTIME  the ONNX Runtime library, a file [default: the one scripts/setup fetched]
  STREETWARD_MODELS   the folder of models [default: the one scripts/setup filled]
  STREETWARD_DATA     the data folder, where --data is not given
  STREETWARD_LOG      what to log, as in info,streetward::media=debug; takes the place of -v")]
pub struct BatchArgs {
    /// Recordings: files, or folders of segments that follow one another. With several cameras,
    /// CAMERA=PATH says whose it is; without any, each camera's `[source] path` is taken
    #[arg(value_name = "[CAMERA=]PATH")]
    clips: Vec<String>,
    /// Camera file; may be given several times
    #[arg(short, long, value_name = "FILE")]
    camera: Vec<PathBuf>,
    /// Site file: its cameras, data folder and runtime settings are used
    #[arg(short, long, value_name = "FILE", conflicts_with = "camera")]
    site: Option<PathBuf>,
    /// Data folder, made where missing [default: the site's, or ./data]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// When the recordings start, as 2026-08-15T06:00:00+07:00 (without an offset: +07:00). Otherwise
    /// taken from the file's metadata, its name, or guessed from its modification time
    #[arg(long, value_name = "TIME", value_parser = WallTime::parse)]
    start_time: Option<WallTime>,
    /// Inference workers [default: one a processor, or 2 where another device does the work]
    #[arg(long, value_name = "N", value_parser = super::args::count)]
    workers: Option<NonZeroUsize>,
    #[command(flatten)]
    providers: ProviderArgs,
    /// Recordings worked on at the same time [default: one a processor]
    #[arg(long, value_name = "N", value_parser = super::args::count)]
    jobs: Option<NonZeroUsize>,
    /// Look at every frame, also where nothing moved since the last look
    #[arg(long)]
    every_frame: bool,
    /// Form of the events printed at the end
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with figures and the path of the summary page
    Table,
    /// One JSON object an event and line, nothing else
    Jsonl,
}

pub(super) fn run(args: &BatchArgs) -> anyhow::Result<ExitCode> {
    let plan = plan::plan(args)?;
    let shelf = Shelf::open(plan.places)?;
    let model = Arc::new(Model::load_with(&shelf, plan::model_name(&plan.jobs)?, &plan.providers)?);
    let store = Store::open(&plan.data)?;
    super::keys::ready(&store, &plan.data)?;
    pipeline::look_over(&plan.data)?;
    let swept = evidence::sweep(&plan.data)?;
    if swept > 0 {
        tracing::info!(folders = swept, "removed evidence that an earlier run left unfinished");
    }
    let run = RunRecord {
        id: run_id(),
        started_utc: now(),
        finished_utc: None,
        command: std::env::args().collect::<Vec<_>>().join(" "),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    store.begin_run(&run)?;
    complain(&format!("{} runs on {}", model.name(), model.placement()))?;

    let stop = Arc::new(AtomicBool::new(false));
    on_interrupt(&stop);
    let work = Run {
        model: Arc::clone(&model),
        workers: workers(plan.workers, &model),
        at_once: args.jobs.map_or_else(processors, NonZeroUsize::get),
        attention: !args.every_frame,
        keep: Some((&store, &plan.data)),
        stop,
        stats: Arc::new(Stats::default()),
    };
    let drawn = Bars::new(&plan.jobs);
    let report = work.work(plan.jobs, |watch| drawn.draw(watch))?;
    drawn.finish();

    if report.jobs.iter().all(|j| j.source.is_none()) {
        // Nothing was judged: the page of the last run that did judge something stays.
        let failures: Vec<String> = report.jobs.iter().flat_map(JobReport::failures).collect();
        store.finish_run(&run.id, now())?;
        bail!("no footage could be judged: {}", failures.join("; "));
    }
    // What was found is told before anything else can fail.
    match args.format {
        Format::Table => print(&told(&report, &model)?)?,
        Format::Jsonl => print(&lines(&report)?)?,
    }
    let chained = store.extend_chain(&plan.data, now());
    if let Err(e) = &chained {
        complain(&format!(
            "what was sealed is not entered into the daily chain yet, and waits for the next run: {e}"
        ))?;
    }
    let page = (|| -> anyhow::Result<PathBuf> {
        for job in &report.jobs {
            store.put_run_source(&run.id, &run_source(job))?;
        }
        store.finish_run(&run.id, now())?;
        Ok(report::write_summary(&plan.data, &RunSummary::load(&store, &run.id)?)?)
    })();
    let failed = chained.is_err()
        || report.jobs.iter().any(|j| run_source(j).outcome != SourceOutcome::Complete);
    match page {
        Ok(page) => {
            if args.format == Format::Table {
                print(&format!("Summary page: {}\n", page.display()))?;
            }
            Ok(ExitCode::from(u8::from(failed)))
        }
        Err(e) => {
            complain(&format!("the run's summary could not be kept: {e:#}"))?;
            Ok(ExitCode::from(1))
        }
    }
}

/// Inference workers: as asked, or one a processor; where another device does the work, two keep it
/// busy.
pub(super) fn workers(asked: Option<NonZeroUsize>, model: &Model) -> usize {
    let fitting = || if model.placement().on_main_processor() { processors() } else { 2 };
    asked.map_or_else(fitting, NonZeroUsize::get)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The first Ctrl-C finishes what is begun, the second ends at once.
fn on_interrupt(stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    let set = ctrlc::set_handler(move || {
        if stop.swap(true, Relaxed) {
            std::process::exit(130);
        }
        bars().suspend(|| {
            use std::io::Write;
            let text = "stopping: finishing the evidence of open incidents (Ctrl-C again to end at once)\n";
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        });
    });
    if let Err(e) = set {
        tracing::warn!("Ctrl-C will end the run without finishing open evidence: {e}");
    }
}

/// Wall time of the command itself; no event is timed by it.
#[allow(clippy::disallowed_methods)]
pub(super) fn now() -> WallTime {
    WallTime(jiff::Timestamp::now())
}

fn run_id() -> String {
    format!("{}-{}", now().local().strftime("%Y%m%d-%H%M%S"), std::process::id())
}
