//! The threads of a run: jobs in, reports and events out. Built, watched, taken down.

use super::PipelineError;
use super::capacity;
use super::infer;
use super::job::{Job, JobReport, Progress};
use super::keeper::Keeper;
use super::lane::Lane;
use super::notice::Notice;
use super::run::{Run, RunReport, Watch};
use super::task::Task;
use super::threads::spawn;
use crate::media::SourceInfo;
use crate::vision::Detector;
use crossbeam::channel::{Sender, bounded};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

/// How often the observer is called.
const WATCH: Duration = Duration::from_millis(100);

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
        let mut detectors = (0..self.workers.max(1))
            .map(|_| Detector::new(Arc::clone(&self.model)))
            .collect::<Result<Vec<_>, _>>()?;
        let share = self.at_once > 1 && jobs.len() > 1 && infer::may_share(&mut detectors[0]);
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
                let work = move || infer::work(detector, &todo, stats, share, None);
                spawn(scope, &format!("infer-{i}"), work)?;
            }
            drop(todo);
            let keeper = match self.keep {
                Some((store, _)) => {
                    let keeper = Keeper { store, stats: &self.stats, halt: &self.stop, live: None };
                    Some(spawn(scope, "evidence", move || keeper.run(&news))?)
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
            while !runners.iter().all(ScopedJoinHandle::is_finished)
                || keeper.as_ref().is_some_and(|k| !k.is_finished())
            {
                observe(&watch);
                std::thread::sleep(WATCH);
            }
            for runner in runners {
                runner.join().map_err(|_| PipelineError::StageDied("decode"))?;
            }
            let kept = keeper.map_or(Ok(Vec::new()), ScopedJoinHandle::join);
            Ok(kept.unwrap_or_else(|_| {
                let died = PipelineError::StageDied("evidence").to_string();
                for job in &progress {
                    job.fail(died.clone());
                }
                Vec::new()
            }))
        })?;
        observe(&watch);

        let mut reports = reports.into_inner().unwrap_or_default();
        reports.sort_by_key(|(number, _)| *number);
        let mut events = events;
        events.sort_by(|(_, a), (_, b)| (&a.start_utc, &a.id).cmp(&(&b.start_utc, &b.id)));
        let jobs = reports.into_iter().map(|(_, report)| report).collect();
        Ok(RunReport { jobs, events, took: started.elapsed() })
    }

    /// One job, on the calling thread (which decodes) and three of its own.
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
        let lane = Lane { run: self, number, job: &report.job, progress, tasks, notices };
        // A defect in one job must not take the others with it.
        let done = catch_unwind(AssertUnwindSafe(|| -> (Option<SourceInfo>, _) {
            match lane.open() {
                Ok(source) => (Some(source.info().clone()), lane.work(source)),
                Err(e) => (None, Err(e)),
            }
        }));
        let (source, ending) = done.unwrap_or((None, Err(PipelineError::StageDied("decode"))));
        match ending {
            Ok(ending) => report.ending = Some(ending),
            Err(e @ PipelineError::StageDied(_)) => {
                progress.fail(format!("{}: {e}", report.job.path.display()));
            }
            Err(e) => progress.fail(e.to_string()),
        }
        report.source = source;
        report.took = started.elapsed();
        report
    }
}

fn next(waiting: &Mutex<VecDeque<(usize, Job)>>) -> Option<(usize, Job)> {
    waiting.lock().ok()?.pop_front()
}
