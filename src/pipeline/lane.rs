//! One job's way: the calling thread reads and decodes, three threads of its own attend, track and
//! judge, and the run's workers and evidence stage serve it.

use super::attend::Attend;
use super::cut::Cut;
use super::feed::{Rate, Recorded};
use super::follow::Follow;
use super::job::{Job, Progress};
use super::judge::Bench;
use super::looks::Looks;
use super::meter::Meter;
use super::needs::{ring_limits, served};
use super::notice::Notice;
use super::run::Run;
use super::stats::Stage;
use super::task::Task;
use super::threads::{joined, spawn};
use super::{PipelineError, capacity, facts};
use crate::media::{Ending, EndingKind, Frame, OpenOptions, Source, SourceInfo};
use crate::rules::{Judge, RuleSpec};
use crate::store::{ObservationWriter, RecordEnd, Recorder};
use crate::vision::attention::{AttentionSpec, Gaze, Mode};
use crossbeam::channel::{Sender, bounded};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Shapes of picture and scene that differ by more than this share put zones beside their places.
const SHAPE_SHARE: f64 = 0.02;

/// One job's way through the pipeline.
pub(super) struct Lane<'a> {
    pub run: &'a Run<'a>,
    pub number: usize,
    pub job: &'a Job,
    pub progress: &'a Arc<Progress>,
    pub tasks: &'a Sender<Task>,
    pub notices: &'a Sender<Notice>,
}

impl Lane<'_> {
    /// Opens the source; what it is, is known even where working through it fails later.
    pub(super) fn open(&self) -> Result<Source, PipelineError> {
        let options = OpenOptions {
            start_time: self.job.start_time,
            ring: ring_limits(&self.job.camera),
            stop: Arc::clone(&self.run.stop),
        };
        let source = Source::open(&self.job.path, options)?;
        self.progress.expected.store(source.info().frames_estimate.unwrap_or(0), Relaxed);
        self.compare_shapes(source.info());
        Ok(source)
    }

    /// The rules that are judged. A file of boxes gives what it likes.
    fn served(&self) -> Vec<RuleSpec> {
        let camera = &self.job.camera;
        match self.job.boxes {
            Some(_) => camera.rules.clone(),
            None => served(camera, &self.run.model, self.progress),
        }
    }

    /// Works the source through to its end. When this returns, its threads are gone and everything
    /// that was opened is closed.
    pub(super) fn work(&self, mut source: Source) -> Result<Ending, PipelineError> {
        let (job, number, run) = (self.job, self.number, self.run);
        let (camera, info) = (&job.camera, source.info().clone());
        let seer = facts::seer(job, &run.model);
        let judge = Judge::new(camera.scene.clone(), self.served())?;
        let record = match run.keep {
            Some((_, data)) => {
                let writer = ObservationWriter::create(data, facts::header(camera, &info, &seer))?;
                Some(Recorder::Footage(Box::new(writer)))
            }
            None => None,
        };
        let data = run.keep.map_or(Path::new(""), |(_, data)| data);
        // Drawn scenes stand nowhere.
        let looked = run.keep.is_some() && job.boxes.is_none();
        let looks = looked.then(|| Arc::new(Mutex::new(Looks::new(camera, &info.fingerprint))));
        let context = Arc::new(facts::context(data, camera, &info, seer));
        let ring = source.ring();
        let abandon = AtomicBool::new(false);
        let ended: OnceLock<RecordEnd> = OnceLock::new();
        let (stats, progress) = (Meter::new(&run.stats), self.progress);

        std::thread::scope(|scope| {
            let (frames, attended) = bounded::<Frame>(capacity::FRAMES.capacity);
            let (seen, sightings) = bounded(capacity::DETECTIONS.capacity);
            let (known, observed) = bounded(capacity::OBSERVATIONS.capacity);
            let (told, interests) = bounded(capacity::INTERESTS.capacity);
            let spec = if run.attention && job.boxes.is_none() {
                camera.attention
            } else {
                AttentionSpec::OFF
            };
            // Without attention nobody listens, and nothing must be told.
            let attends = spec.mode != Mode::EveryFrame;
            let attend = Attend {
                job,
                progress,
                stats,
                cut: Cut::default(),
                gaze: Gaze::new(
                    spec,
                    camera.detector.input_long_side as usize,
                    run.model.input().multiple,
                    run.model.input().size,
                ),
                interests: attends.then_some(interests),
                tasks: self.tasks,
                seen,
            };
            let interests = attends.then_some(told);
            let follow = Follow {
                job,
                progress,
                stats,
                cut: Cut::default(),
                abandon: &abandon,
                interests,
                observations: known,
            };
            let bench = Bench {
                number,
                job,
                progress,
                stats,
                ring: &ring,
                context: &context,
                notices: run.keep.map(|_| self.notices),
                halt: &run.stop,
                live: None,
            };
            // The judge asks when the observations end, which a stage that died also brings about:
            // only this thread knows which it was, so it is waited for.
            let why = || *ended.wait();
            let judging = spawn(scope, &format!("judge-{number}"), move || {
                bench.run(judge, record, observed, why);
            });
            let fps = camera.source.as_ref().and_then(|s| s.analysis_fps);
            let feed = Recorded { frames: attended, rate: Rate::new(fps), looks: looks.clone() };
            let working = [
                ("attend", spawn(scope, &format!("attend-{number}"), move || attend.run(feed))),
                ("track", spawn(scope, &format!("track-{number}"), move || follow.run(&sightings))),
            ];
            let read = self.read(&mut source, &frames, &abandon);
            drop(frames);
            let worked = working.map(|(name, handle)| joined(name, handle));
            let ending = source.ending().clone();
            let sound = read.is_ok() && worked.iter().all(Result::is_ok) && !abandon.load(Relaxed);
            // Nobody else sets it.
            let _ = ended.set(match ending.kind {
                EndingKind::Complete if sound => RecordEnd::Complete,
                // What a failing disk or network cut off may be whole the next time.
                EndingKind::Truncated { .. } if sound && !ending.transient => RecordEnd::Truncated,
                _ => RecordEnd::Interrupted,
            });
            // The ring ends with the source: evidence that waits for more takes what there is.
            drop(source);
            let judged = joined("judge", judging);
            for stage in worked.into_iter().chain([judged]) {
                stage?;
            }
            if let (Some((store, data)), Some(looks)) = (run.keep, &looks) {
                let looks = looks.lock().unwrap_or_else(PoisonError::into_inner);
                store.put_view_looks(&looks.counts())?;
                looks.keep_still(data)?;
            }
            read.map(|()| ending)
        })
    }

    fn read(
        &self,
        source: &mut Source,
        frames: &Sender<Frame>,
        abandon: &AtomicBool,
    ) -> Result<(), PipelineError> {
        // The source itself minds `stop`, and says so in its ending.
        while !abandon.load(Relaxed) {
            let next = self.run.stats.measure(Stage::Decode, || source.next_frame())?;
            let Some(frame) = next else { break };
            Progress::count(&self.progress.frames);
            if frames.send(frame).is_err() {
                // Told why to stop, the attend stage ends first.
                if abandon.load(Relaxed) {
                    break;
                }
                return Err(PipelineError::StageDied("attend"));
            }
        }
        Ok(())
    }

    fn compare_shapes(&self, info: &SourceInfo) {
        let (width, height) = self.job.camera.scene.frame_size;
        let drawn = f64::from(width) / f64::from(height);
        let real = f64::from(info.width) / f64::from(info.height);
        if (real / drawn - 1.0).abs() > SHAPE_SHARE {
            self.progress.note(format!(
                "the picture is {}×{} but camera {} was drawn on {width}×{height}: the shapes differ, so zones may not lie where they were drawn; draw them on a picture of this recording",
                info.width, info.height, self.job.camera.id
            ));
        }
    }
}
