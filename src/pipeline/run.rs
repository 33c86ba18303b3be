//! One run: jobs in, reports and events out. Builds the topology, watches it, takes it down.

use super::PipelineError;
use super::attend::Attend;
use super::follow::Follow;
use super::infer::{self, Task};
use super::job::{Job, JobReport, Progress};
use super::judge::Bench;
use super::keeper::{Keeper, Notice};
use super::stats::{Stage, Stats};
use super::threads::spawn;
use super::{capacity, facts};
use crate::media::{Ending, EndingKind, Frame, OpenOptions, RingLimits, Source};
use crate::rules::Judge;
use crate::store::{EventRecord, ObservationWriter, RecordEnd, Store};
use crate::vision::{Detector, Model};
use crossbeam::channel::{Sender, bounded};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// How often the observer is called.
const WATCH: Duration = Duration::from_millis(100);

/// Packets kept before an incident's clip, besides its pre-roll, in seconds.
const RING_SLACK_SECONDS: f64 = 10.0;

/// What a run is made of.
pub struct Run<'a> {
    /// The model every worker runs.
    pub model: Arc<Model>,
    /// Inference workers, at least 1.
    pub workers: usize,
    /// Jobs worked on at the same time, at least 1.
    pub at_once: usize,
    /// Whether frames in which nothing moved may be passed over.
    pub rest: bool,
    /// Where events go, with the data folder; `None`: incidents are only counted.
    pub keep: Option<(&'a Store, &'a Path)>,
    /// Set from outside (Ctrl-C): stop reading, finish what is begun.
    pub stop: Arc<AtomicBool>,
    /// Counters to fill.
    pub stats: Arc<Stats>,
}

/// What a run gave.
#[derive(Debug)]
pub struct RunReport {
    /// One a job, in the order given.
    pub jobs: Vec<JobReport>,
    /// Events by the number of their job, in order of start.
    pub events: Vec<(usize, EventRecord)>,
    /// Wall time of all.
    pub took: Duration,
}

/// What the observer sees of each job: its progress, and whether it has begun and ended.
pub struct Watch<'a> {
    /// Counters, one a job.
    pub progress: &'a [Arc<Progress>],
    /// Jobs begun.
    pub begun: &'a [AtomicBool],
    /// Jobs ended.
    pub ended: &'a [AtomicBool],
}

impl Run<'_> {
    /// Works through `jobs`, calling `observe` ten times a second and once at the end. A failed job
    /// does not stop the others.
    ///
    /// # Errors
    /// Where nothing could begin: a session or a thread is refused.
    pub fn work(
        &self,
        jobs: Vec<Job>,
        mut observe: impl FnMut(&Watch<'_>),
    ) -> Result<RunReport, PipelineError> {
        let started = Instant::now();
        let progress: Vec<Arc<Progress>> = jobs.iter().map(|_| Arc::default()).collect();
        let flags = || jobs.iter().map(|_| AtomicBool::new(false)).collect::<Vec<_>>();
        let (begun, ended) = (flags(), flags());
        let detectors = (0..self.workers.max(1))
            .map(|_| Detector::new(Arc::clone(&self.model)))
            .collect::<Result<Vec<_>, _>>()?;
        let waiting: Mutex<VecDeque<(usize, Job)>> =
            Mutex::new(jobs.into_iter().enumerate().collect());
        let reports: Mutex<Vec<(usize, JobReport)>> = Mutex::default();
        let watch = Watch { progress: &progress, begun: &begun, ended: &ended };

        let events = std::thread::scope(|scope| -> Result<_, PipelineError> {
            let per_worker = capacity::REGIONS.capacity * detectors.len();
            let (tasks, todo) = bounded::<Task>(per_worker);
            let (notices, news) = bounded::<Notice>(capacity::INCIDENTS.capacity);
            for (i, detector) in detectors.into_iter().enumerate() {
                let (todo, stats) = (todo.clone(), &self.stats);
                spawn(scope, &format!("infer-{i}"), move || infer::work(detector, &todo, stats))?;
            }
            drop(todo);
            let keeper = match self.keep {
                Some((store, _)) => {
                    let keeper = Keeper { store, stats: &self.stats, halt: &self.stop };
                    Some(spawn(scope, "evidence", move || keeper.run(news))?)
                }
                None => None,
            };
            let mut runners = Vec::new();
            for i in 0..self.at_once.clamp(1, progress.len().max(1)) {
                let (tasks, notices) = (tasks.clone(), notices.clone());
                let (waiting, reports, watch) = (&waiting, &reports, &watch);
                runners.push(spawn(scope, &format!("decode-{i}"), move || {
                    while let Some((number, job)) = next(waiting) {
                        watch.begun[number].store(true, Relaxed);
                        let report =
                            self.one(number, job, &watch.progress[number], &tasks, &notices);
                        if let Ok(mut reports) = reports.lock() {
                            reports.push((number, report));
                        }
                        watch.ended[number].store(true, Relaxed);
                    }
                })?);
            }
            drop((tasks, notices));
            while !runners.iter().all(std::thread::ScopedJoinHandle::is_finished)
                || keeper.as_ref().is_some_and(|k| !k.is_finished())
            {
                observe(&watch);
                std::thread::sleep(WATCH);
            }
            for runner in runners {
                runner.join().map_err(|_| PipelineError::StageDied("decode"))?;
            }
            let kept = keeper.map(|k| k.join().map_err(|_| PipelineError::StageDied("evidence")));
            Ok(kept.transpose()?.unwrap_or_default())
        })?;
        observe(&watch);

        let mut reports = reports.into_inner().unwrap_or_default();
        reports.sort_by_key(|(number, _)| *number);
        let mut events = events;
        events.sort_by(|(_, a), (_, b)| (&a.start_utc, &a.id).cmp(&(&b.start_utc, &b.id)));
        let jobs = reports.into_iter().map(|(_, report)| report).collect();
        Ok(RunReport { jobs, events, took: started.elapsed() })
    }

    /// One job, on the calling thread (which decodes) and four of its own.
    fn one(
        &self,
        number: usize,
        job: Job,
        progress: &Arc<Progress>,
        tasks: &Sender<Task>,
        notices: &Sender<Notice>,
    ) -> JobReport {
        let started = Instant::now();
        let mut report = JobReport {
            source: None,
            ending: None,
            progress: Arc::clone(progress),
            took: Duration::ZERO,
            job,
        };
        if self.stop.load(Relaxed) {
            progress.fail(format!("{}: not begun, the run was stopped", report.job.path.display()));
            return report;
        }
        if let Err(e) = self.through(number, &mut report, tasks, notices) {
            progress.fail(e.to_string());
        }
        report.took = started.elapsed();
        report
    }

    fn through(
        &self,
        number: usize,
        report: &mut JobReport,
        tasks: &Sender<Task>,
        notices: &Sender<Notice>,
    ) -> Result<(), PipelineError> {
        let job = &report.job;
        let camera = &job.camera;
        let seconds = camera.evidence.pre_seconds + RING_SLACK_SECONDS;
        let hold_seconds = camera.evidence.pre_seconds + camera.evidence.post_seconds;
        let options = OpenOptions {
            start_time: job.start_time,
            ring: RingLimits { seconds, hold_seconds, ..RingLimits::default() },
            stop: Arc::clone(&self.stop),
        };
        let mut source = Source::open(&job.path, options)?;
        let info = source.info().clone();
        let progress = Arc::clone(&report.progress);
        progress.expected.store(info.frames_estimate.unwrap_or(0), Relaxed);
        let judge = Judge::new(camera.scene.clone(), camera.rules.clone())?;
        let record = match self.keep {
            Some((_, data)) => {
                Some(ObservationWriter::create(data, facts::header(camera, &info, &self.model))?)
            }
            None => None,
        };
        let data = self.keep.map(|(_, data)| data).unwrap_or(Path::new(""));
        let context = Arc::new(facts::context(data, camera, &info, &self.model));
        let ring = source.ring();
        let abandon = AtomicBool::new(false);
        let ended: OnceLock<RecordEnd> = OnceLock::new();
        let stats: &Stats = &self.stats;

        let ending = std::thread::scope(|scope| -> Result<Ending, PipelineError> {
            let (frames, attended) = bounded::<Frame>(capacity::FRAMES.capacity);
            let (seen, sightings) = bounded(capacity::DETECTIONS.capacity);
            let (known, observed) = bounded(capacity::OBSERVATIONS.capacity);
            let attend = Attend { job, progress: &progress, stats, rest: self.rest, tasks, seen };
            let follow =
                Follow { job, progress: &progress, stats, abandon: &abandon, observations: known };
            let notices = self.keep.map(|_| notices);
            let bench = Bench {
                number,
                job,
                progress: &progress,
                stats,
                ring: &ring,
                context: &context,
                notices,
            };
            let why = || ended.get().copied().unwrap_or(RecordEnd::Interrupted);
            spawn(scope, &format!("attend-{number}"), move || attend.run(attended))?;
            spawn(scope, &format!("track-{number}"), move || follow.run(sightings))?;
            spawn(scope, &format!("judge-{number}"), move || {
                bench.run(judge, record, observed, why)
            })?;
            let read = self.read(&mut source, &frames, &progress, &abandon);
            let ending = source.ending().clone();
            let _ = ended.set(match ending.kind {
                EndingKind::Stopped => RecordEnd::Interrupted,
                _ if read.is_err() || abandon.load(Relaxed) => RecordEnd::Interrupted,
                EndingKind::Truncated { .. } => RecordEnd::Truncated,
                EndingKind::Complete => RecordEnd::Complete,
            });
            drop(frames);
            read.map(|()| ending)
        });
        // The ring's packets end with the source: evidence that waits for more takes what there is.
        drop(source);
        report.source = Some(info);
        report.ending = Some(ending?);
        Ok(())
    }

    fn read(
        &self,
        source: &mut Source,
        frames: &Sender<Frame>,
        progress: &Progress,
        abandon: &AtomicBool,
    ) -> Result<(), PipelineError> {
        // The source itself minds `stop`, and says so in its ending.
        while !abandon.load(Relaxed) {
            let Some(frame) = self.stats.measure(Stage::Decode, || source.next_frame())? else {
                break;
            };
            Progress::count(&progress.frames);
            if frames.send(frame).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn next(waiting: &Mutex<VecDeque<(usize, Job)>>) -> Option<(usize, Job)> {
    waiting.lock().ok()?.pop_front()
}
