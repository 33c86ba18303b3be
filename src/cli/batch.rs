//! `streetward batch`: recorded footage in, evidence of violations out.

use super::output::{bars, complain, print};
use super::progress::Bars;
use crate::config::{self, Camera};
use crate::media::{EndingKind, WallTime};
use crate::pipeline::{Job, JobReport, Run, RunReport, Stats};
use crate::report::{self, RunSummary};
use crate::store::{EventRecord, RunRecord, RunSource, SourceOutcome, Store};
use crate::vision::{Model, Places, Shelf};
use crate::{evidence, rules};
use anyhow::bail;
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

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
    /// Inference workers [default: one a processor]
    #[arg(long, value_name = "N", value_parser = super::args::count)]
    workers: Option<NonZeroUsize>,
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

/// What configuration and command line come to.
struct Plan {
    jobs: Vec<Job>,
    data: PathBuf,
    places: Places,
    workers: usize,
}

pub(super) fn run(args: &BatchArgs) -> anyhow::Result<ExitCode> {
    let plan = plan(args)?;
    let shelf = Shelf::open(plan.places)?;
    let model = Arc::new(Model::load(&shelf, model_name(&plan.jobs)?)?);
    let store = Store::open(&plan.data)?;
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

    let stop = Arc::new(AtomicBool::new(false));
    on_interrupt(&stop);
    let work = Run {
        model,
        workers: plan.workers,
        at_once: args.jobs.map_or_else(processors, NonZeroUsize::get),
        rest: !args.every_frame,
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
        Format::Table => print(&told(&report)?)?,
        Format::Jsonl => print(&lines(&report)?)?,
    }
    let page = (|| -> anyhow::Result<PathBuf> {
        for job in &report.jobs {
            store.put_run_source(&run.id, &run_source(job))?;
        }
        store.finish_run(&run.id, now())?;
        Ok(report::write_summary(&plan.data, &RunSummary::load(&store, &run.id)?)?)
    })();
    let failed = report.jobs.iter().any(|j| run_source(j).outcome != SourceOutcome::Complete);
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

/// Inference workers: as asked, or one a processor.
pub(super) fn workers(asked: Option<NonZeroUsize>) -> usize {
    asked.map_or_else(processors, NonZeroUsize::get)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn plan(args: &BatchArgs) -> anyhow::Result<Plan> {
    let mut cameras = Vec::new();
    let (mut data, mut places, mut site_workers) = (None, Places::default(), None);
    if let Some(file) = &args.site {
        let site = config::load_site(file)?;
        data = Some(site.data);
        places = Places { runtime: site.runtime.onnxruntime, models: site.runtime.models };
        site_workers = site.runtime.workers;
        cameras.extend(site.cameras.into_iter().map(Arc::new));
    }
    for file in &args.camera {
        let camera = Arc::new(config::load_camera(file)?);
        if let Some(other) = cameras.iter().find(|c| c.id == camera.id) {
            bail!(
                "{} and {} both have the id \"{}\"; give each camera its own",
                other.file.display(),
                camera.file.display(),
                camera.id
            );
        }
        cameras.push(camera);
    }
    if cameras.is_empty() {
        bail!("no camera is given: name a camera file with --camera, or a site file with --site");
    }
    let jobs = jobs(args, &cameras)?;
    let data = args.data.clone().or(data).unwrap_or_else(|| PathBuf::from("data"));
    let workers = args.workers.or(site_workers.and_then(NonZeroUsize::new));
    Ok(Plan { jobs, data, places, workers: self::workers(workers) })
}

fn jobs(args: &BatchArgs, cameras: &[Arc<Camera>]) -> anyhow::Result<Vec<Job>> {
    let mut jobs: Vec<Job> = Vec::new();
    for clip in &args.clips {
        let owned = clip.split_once('=').and_then(|(id, path)| {
            cameras.iter().find(|c| c.id == id).map(|c| (Arc::clone(c), PathBuf::from(path)))
        });
        let (camera, path) = match (owned, cameras) {
            (Some(owned), _) => owned,
            (None, [only]) => (Arc::clone(only), PathBuf::from(clip)),
            (None, _) => bail!(
                "{clip}: whose recording is it? Write CAMERA={clip} with one of {}",
                cameras.iter().map(|c| &*c.id).collect::<Vec<_>>().join(", ")
            ),
        };
        jobs.push(Job { start_time: args.start_time.or(own_start(&camera)), camera, path });
    }
    if args.clips.is_empty() {
        for camera in cameras {
            let source = camera.source.as_ref();
            if let Some(path) = source.and_then(|s| s.path.clone()) {
                let start_time = args.start_time.or(own_start(camera));
                jobs.push(Job { camera: Arc::clone(camera), path, start_time });
            }
        }
    }
    let mut seen = BTreeSet::new();
    jobs.retain(|job| {
        let path = job.path.canonicalize().unwrap_or_else(|_| job.path.clone());
        seen.insert((job.camera.id.clone(), path))
    });
    if jobs.is_empty() {
        bail!(
            "no recording is given: name one after the options, or a `[source] path` in the camera file"
        );
    }
    Ok(jobs)
}

fn own_start(camera: &Camera) -> Option<WallTime> {
    camera.source.as_ref().and_then(|s| s.start_time)
}

/// One model serves all workers of a run.
fn model_name(jobs: &[Job]) -> anyhow::Result<Option<&str>> {
    let name = |j: &Job| j.camera.detector.model.clone();
    if let Some(other) = jobs.iter().find(|j| name(j) != name(&jobs[0])) {
        bail!(
            "cameras {} and {} ask for different models; run them separately",
            jobs[0].camera.id,
            other.camera.id
        );
    }
    Ok(jobs[0].camera.detector.model.as_deref())
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

fn run_source(report: &JobReport) -> RunSource {
    let failures = report.failures();
    let notes = report.progress.notes();
    let (outcome, message) = match report.ending.as_ref().map(|e| &e.kind) {
        _ if !failures.is_empty() => (SourceOutcome::Failed, Some(failures.join("; "))),
        None => (SourceOutcome::Failed, None),
        Some(EndingKind::Complete) => {
            (SourceOutcome::Complete, (!notes.is_empty()).then(|| notes.join("; ")))
        }
        Some(EndingKind::Truncated { reason }) => (SourceOutcome::Truncated, Some(reason.clone())),
        Some(EndingKind::Stopped) => {
            (SourceOutcome::Interrupted, Some("stopped; run the same command again".into()))
        }
    };
    let clock = report.source.as_ref();
    let guessed = clock.filter(|s| s.clock_quality == crate::media::ClockQuality::Guessed);
    RunSource {
        path: report.job.path.to_string_lossy().into_owned(),
        camera: report.job.camera.id.clone(),
        source_fingerprint: clock.map(|s| s.fingerprint.clone()),
        frames: report.progress.frames.load(Relaxed),
        footage_seconds: report
            .ending
            .as_ref()
            .and_then(|e| e.last)
            .map_or(0.0, crate::media::MediaTime::seconds),
        wall_seconds: report.took.as_secs_f64(),
        outcome,
        message,
        clock_note: guessed.map(|s| s.clock_note.clone()),
    }
}

fn lines(report: &RunReport) -> anyhow::Result<String> {
    for job in &report.jobs {
        let source = run_source(job);
        if let Some(message) = source.message {
            complain(&format!("{}: {message}", source.path))?;
        }
    }
    let mut out = String::new();
    for (_, event) in &report.events {
        writeln!(out, "{}", serde_json::to_string(event)?)?;
    }
    Ok(out)
}

fn told(report: &RunReport) -> anyhow::Result<String> {
    let mut out = String::new();
    if report.events.is_empty() {
        writeln!(out, "No events were found in the footage that was judged.")?;
    } else {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY);
        table.set_header(["event", "kind", "camera", "zone", "start", "moment", "end", "evidence"]);
        for (_, e) in &report.events {
            table.add_row(row(e));
        }
        writeln!(out, "{table}")?;
    }
    for job in &report.jobs {
        let source = run_source(job);
        let looked = job.progress.looked.load(Relaxed);
        writeln!(
            out,
            "{}: {} frames ({looked} looked at), {:.1} s of footage in {:.1} s, {}",
            source.path,
            source.frames,
            source.footage_seconds,
            source.wall_seconds,
            plural(job.progress.events.load(Relaxed), "event"),
        )?;
        for note in job.progress.notes().iter().chain(&source.clock_note) {
            writeln!(out, "  note: {note}")?;
        }
        if let Some(message) = source.message.filter(|_| source.outcome != SourceOutcome::Complete)
        {
            writeln!(out, "  {}: {message}", word(source.outcome))?;
        }
    }
    writeln!(out, "\nPending review: nothing is a violation before a person has confirmed it.")?;
    Ok(out)
}

fn plural(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn row(e: &EventRecord) -> [String; 8] {
    let time = |seconds: f64| format!("{:.1} s", seconds);
    let kind: &rules::KindInfo = e.kind.info();
    [
        e.id.clone(),
        kind.name.to_owned(),
        e.camera.clone(),
        e.zone.clone(),
        time(e.start_media_seconds),
        time(e.moment_media_seconds),
        time(e.end_media_seconds),
        e.evidence.clone(),
    ]
}

const fn word(outcome: SourceOutcome) -> &'static str {
    match outcome {
        SourceOutcome::Complete => "complete",
        SourceOutcome::Truncated => "truncated",
        SourceOutcome::Interrupted => "interrupted",
        SourceOutcome::Failed => "FAILED",
    }
}

/// Wall time of the command itself; no event is timed by it.
#[allow(clippy::disallowed_methods)]
fn now() -> WallTime {
    WallTime(jiff::Timestamp::now())
}

fn run_id() -> String {
    format!("{}-{}", now().local().strftime("%Y%m%d-%H%M%S"), std::process::id())
}
