//! `streetward batch`: recorded footage in, evidence of violations out.

mod args;
mod plan;
mod told;

pub use args::BatchArgs;

use super::clock::now;
use super::output::{bars, complain, print};
use super::progress::Bars;
use super::workers::{processors, workers};
use crate::evidence;
use crate::pipeline::{self, JobReport, Run, Stats};
use crate::report::{self, RunSummary};
use crate::store::{RunRecord, SourceOutcome, Store};
use crate::vision::{Model, Shelf};
use anyhow::bail;
use args::Format;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use told::{lines, run_source, told};

pub(super) fn run(args: &BatchArgs) -> anyhow::Result<ExitCode> {
    let plan = plan::plan(args)?;
    let shelf = Shelf::open(plan.places)?;
    let model = Arc::new(Model::load_with(&shelf, plan::model_name(&plan.jobs)?, &plan.providers)?);
    let store = Store::open(&plan.data)?;
    super::signing::ready(&store, &plan.data)?;
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

fn run_id() -> String {
    format!("{}-{}", now().local().strftime("%Y%m%d-%H%M%S"), std::process::id())
}
