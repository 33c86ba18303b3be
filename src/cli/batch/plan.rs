//! What configuration and command line come to: whose footage, with which model, kept where.

use super::args::BatchArgs;
use crate::config::{self, Camera};
use crate::media::WallTime;
use crate::pipeline::Job;
use crate::vision::{Places, Providers};
use anyhow::bail;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

/// What configuration and command line come to.
pub(super) struct Plan {
    pub jobs: Vec<Job>,
    pub data: PathBuf,
    pub places: Places,
    pub workers: Option<NonZeroUsize>,
    pub providers: Providers,
}

/// Reads the configuration that the command line names.
pub(super) fn plan(args: &BatchArgs) -> anyhow::Result<Plan> {
    let mut cameras = Vec::new();
    let (mut data, mut places, mut site_workers) = (None, Places::default(), None);
    let mut providers = Providers::default();
    if let Some(file) = &args.site {
        let site = config::load_site(file)?;
        data = Some(site.data);
        places = Places { runtime: site.runtime.onnxruntime, models: site.runtime.models };
        site_workers = site.runtime.workers;
        providers = site.inference;
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
    let providers = args.providers.or(providers)?;
    Ok(Plan { jobs, data, places, workers, providers })
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
        let start_time = args.start_time.or(own_start(&camera));
        jobs.push(Job { start_time, camera, path, boxes: None });
    }
    if args.clips.is_empty() {
        for camera in cameras {
            let source = camera.source.as_ref();
            if let Some(path) = source.and_then(|s| s.path.clone()) {
                let start_time = args.start_time.or(own_start(camera));
                jobs.push(Job { camera: Arc::clone(camera), path, start_time, boxes: None });
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
pub(super) fn model_name(jobs: &[Job]) -> anyhow::Result<Option<&str>> {
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
