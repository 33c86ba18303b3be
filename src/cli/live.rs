//! `streetward live`: the service that attaches a site's cameras.

mod desk;
mod signals;

use super::clock::now;
use super::output::{complain, print};
use super::providers::ProviderArgs;
use super::workers::workers;
use crate::alert::Alerter;
use crate::config::{self, Camera, SITE_FILE, Site};
use crate::pipeline;
use crate::pipeline::live::{Beside, Budget, LiveStatus, Service, StatusBoard, Stopped};
use crate::report::Scheduler;
use crate::serve;
use crate::store::{Storage, Store};
use crate::vision::{Model, Places, Shelf};
use anyhow::bail;
use clap::Args;
use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Attach a site's cameras and judge what they show, for as long as it runs.
///
/// Each camera of the site with a `[source] url` is connected, and connected again whenever it is
/// lost. Violations are stored, with evidence, as they happen, and told to the site's sinks of alerts;
/// so is every camera that goes blind, with the reason. Editing the site or a camera file while it runs
/// is enough: the edit is checked first, and a bad one changes nothing and is told.
///
/// SIGTERM or Ctrl-C stops in order, SIGHUP reads the site again. `streetward status` shows how it
/// stands.
///
/// Exit codes: 0 stopped in order, 1 stopped with work unfinished or because too much hung, 2 could
/// not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward live --site streetward.toml
  streetward live --site streetward.toml --dry-run
  streetward live --site streetward.toml --log-format json -v
  CAM_PASSWORD=… streetward live --site streetward.toml --data /var/lib/streetward

Environment (a site file's own settings come first):
  STREETWARD_RUNTIME  the ONNX Runtime library, a file [default: the one scripts/setup fetched]
  STREETWARD_MODELS   the folder of models [default: the one scripts/setup filled]
  STREETWARD_DATA     the data folder, where --data is not given
  STREETWARD_LOG      what to log, as in info,streetward::media=debug; takes the place of -v")]
pub struct LiveArgs {
    /// Site file: its cameras, data folder, sinks and settings are used
    #[arg(short, long, value_name = "FILE", default_value = SITE_FILE)]
    site: PathBuf,
    /// Data folder, made where missing [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// Inference workers [default: the site's, or one a processor]
    #[arg(long, value_name = "N", value_parser = super::count::count)]
    workers: Option<NonZeroUsize>,
    #[command(flatten)]
    providers: ProviderArgs,
    /// Look at every frame, also where nothing moved since the last look
    #[arg(long)]
    every_frame: bool,
    /// Serve the review desk too, as the site's [serve] says
    #[arg(long)]
    serve: bool,
    /// Check everything that a start needs, show what would be attached and the memory it needs, and
    /// attach nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &LiveArgs) -> anyhow::Result<ExitCode> {
    let site = config::load_site(&args.site)?;
    let attached: Vec<&Camera> = site
        .cameras
        .iter()
        .filter(|c| c.source.as_ref().is_some_and(|s| s.url.is_some()))
        .collect();
    if attached.is_empty() {
        bail!(
            "{}: no camera has a stream: write url = \"rtsp://…\" under [source] in a file of {}",
            args.site.display(),
            site.cameras_folder.display()
        );
    }
    let providers = args.providers.or(site.inference.clone())?;
    let places =
        Places { runtime: site.runtime.onnxruntime.clone(), models: site.runtime.models.clone() };
    let shelf = Shelf::open(places)?;
    let model = Arc::new(Model::load_with(&shelf, model_name(&attached)?, &providers)?);
    let workers =
        workers(args.workers.or(site.runtime.workers.and_then(NonZeroUsize::new)), &model);
    let budget = Budget::of(&attached, workers, site.live.memory_megabytes);
    let data = args.data.clone().unwrap_or_else(|| site.data.clone());
    if args.dry_run {
        return dry_run(&site, &attached, &budget, &model);
    }
    let server = site.live.listen.map(serve::serve).transpose()?;
    let people = args.serve.then(|| desk::bind(&site)).transpose()?;
    let store = Arc::new(Store::open(&data)?);
    super::signing::ready(&store, &data)?;
    pipeline::look_over(&data)?;
    let storage = Arc::new(Storage::open(&data, &site.storage)?);
    let alerter = Arc::new(Alerter::new(&site.alerts));
    alerter.abandon_strangers(&store, now())?;
    let recovered = pipeline::recover(&store, &data, &alerter)?;
    if recovered != pipeline::Recovery::default() {
        complain(&format!(
            "after an earlier stop: evidence of {} events finished, {} have none, {} wait for space; {} observation records finished",
            recovered.finished, recovered.lost, recovered.waiting, recovered.records
        ))?;
    }
    let [stop, reload, reread, schedules, abandon] =
        std::array::from_fn(|_| Arc::new(AtomicBool::new(false)));
    let stopper = signals::Stopper::new(&stop, &abandon, site.live.drain_seconds);
    signals::listen(stopper.clone(), [&reload, &reread, &schedules].map(Arc::clone))?;
    complain(&format!(
        "{} cameras, {} on {}, {workers} workers; data in {}",
        attached.len(),
        model.name(),
        model.placement(),
        data.display()
    ))?;
    let board = Arc::new(StatusBoard::default());
    let mut beside = Vec::new();
    if let Some(server) = server {
        if let Some(address) = server.address() {
            complain(&format!("figures and health on http://{address}"))?;
        }
        let (board, stop) = (Arc::clone(&board), Arc::clone(&stop));
        let work = Box::new(move || {
            if let Err(e) = server.run(board, &stop) {
                tracing::error!("{e}");
            }
        });
        beside.push(Beside { name: "serve".to_owned(), work });
    }
    if let Some(server) = people {
        beside.push(desk::beside(server, &site, &data, &stop, reread)?);
    }
    beside.push(reports(Scheduler::new(&site, &data).reread_on(schedules), &stop));
    let service = Service {
        model,
        workers,
        attention: !args.every_frame,
        store,
        data: &data,
        alerter,
        storage,
        abandon,
        stop: Arc::clone(&stop),
        reload,
        board,
        now,
        alive: Box::new(alive),
        must_stop: Box::new(move || {
            stopper.stop();
        }),
        site,
    };
    signals::ready();
    match service.run(beside)? {
        Stopped::InOrder => {
            complain("stopped; everything begun is finished")?;
            Ok(ExitCode::SUCCESS)
        }
        Stopped::Hung(why) => {
            complain(&why)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// What makes reports by schedule while the service runs.
fn reports(scheduler: Scheduler, stop: &Arc<AtomicBool>) -> Beside<'static> {
    let stop = Arc::clone(stop);
    let work = Box::new(move || {
        if let Err(e) = scheduler.run(&stop, now) {
            tracing::error!("reports by schedule: {e}");
        }
    });
    Beside { name: "reports".to_owned(), work }
}

/// Tells who started the service (systemd) that it works, and how.
fn alive(status: &LiveStatus) {
    let seeing = status.cameras.iter().filter(|c| !c.state.is_away()).count();
    signals::alive(&format!("{seeing} of {} cameras see", status.cameras.len()));
}

fn dry_run(
    site: &Site,
    attached: &[&Camera],
    budget: &Budget,
    model: &Model,
) -> anyhow::Result<ExitCode> {
    let mut text = format!("{}: {} on {}\n", site.name, model.name(), model.placement());
    for camera in attached {
        if let Some(url) = camera.source.as_ref().and_then(|s| s.url.as_ref()) {
            let _ = writeln!(text, "  {}: {url}, {} rules", camera.id, camera.rules.len());
        }
    }
    text.push_str("memory:\n");
    for share in &budget.shares {
        let _ = writeln!(text, "  {:>6} MiB  {}", share.bytes >> 20, share.what);
    }
    let (needed, available) = (budget.needed() >> 20, budget.available >> 20);
    let _ = writeln!(text, "  {needed:>6} MiB  of {available} MiB that may be used");
    print(&text)?;
    if let Some(refusal) = budget.refusal() {
        bail!("{refusal}");
    }
    Ok(ExitCode::SUCCESS)
}

/// One model serves all cameras.
fn model_name<'a>(cameras: &[&'a Camera]) -> anyhow::Result<Option<&'a str>> {
    let name = |c: &'a Camera| c.detector.model.as_deref();
    let Some(first) = cameras.first() else { return Ok(None) };
    if let Some(other) = cameras.iter().find(|c| name(c) != name(first)) {
        bail!(
            "cameras {} and {} ask for different models; give each model a site of its own",
            first.id,
            other.id
        );
    }
    Ok(name(first))
}
