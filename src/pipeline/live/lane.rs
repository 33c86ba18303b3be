//! One camera's way while the service runs.

use super::gauge::CameraGauge;
use super::link::Link;
use super::pace::Pace;
use super::reader::{Reader, Role};
use super::session::{Session, clock_note};
use super::stream_feed::StreamFeed;
use super::turnstile::Turnstile;
use crate::config::{Camera, LiveConfig, SourceConfig, StreamUrl};
use crate::evidence::EvidenceContext;
use crate::media::{Frame, LiveOptions, WallTime};
use crate::pipeline::attend::Attend;
use crate::pipeline::follow::Follow;
use crate::pipeline::infer::Task;
use crate::pipeline::job::{Job, Progress};
use crate::pipeline::judge::{Bench, Live};
use crate::pipeline::keeper::Notice;
use crate::pipeline::needs::served;
use crate::pipeline::stats::Stats;
use crate::pipeline::threads::{joined, spawn};
use crate::pipeline::{PipelineError, capacity, controller, facts};
use crate::rules::Judge;
use crate::store::{LiveObservationWriter, RecordEnd, RecordError, Recorder, Store};
use crate::vision::Model;
use crate::vision::attention::{AttentionSpec, Gaze, Mode};
use crate::vision::health::{Examiner, Reference};
use crossbeam::channel::{Sender, bounded};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pictures analysed a second where the camera file does not say.
const ANALYSIS_FPS: f64 = 5.0;
/// The lowest rate where the camera file does not say.
const FLOOR_FPS: f64 = 1.0;

/// How often a waiting lane looks whether it is to stop.
const SLICE: Duration = Duration::from_millis(100);

/// What all cameras share.
pub(super) struct Shared<'a> {
    pub model: &'a Arc<Model>,
    pub data: &'a Path,
    pub store: &'a Store,
    pub stats: &'a Stats,
    pub live: &'a LiveConfig,
    pub attention: bool,
    pub turnstile: Turnstile,
    /// Raised when evidence can no longer be kept at all.
    pub halt: &'a AtomicBool,
    pub now: fn() -> WallTime,
}

/// One camera while the service runs.
pub(super) struct Lane {
    /// Never used twice while the service runs.
    pub number: u64,
    pub camera: Arc<Camera>,
    pub gauge: Arc<CameraGauge>,
    pub link: Arc<Link>,
    pub pace: Arc<Pace>,
    /// What went wrong and what should be known.
    pub progress: Arc<Progress>,
    pub stop: Arc<AtomicBool>,
}

impl Lane {
    pub(super) fn new(number: u64, camera: Arc<Camera>) -> Self {
        let source = camera.source.as_ref();
        let fps = source.and_then(|s| s.analysis_fps).unwrap_or(ANALYSIS_FPS);
        let floor = source.and_then(|s| s.analysis_fps_floor).unwrap_or(FLOOR_FPS);
        Self {
            number,
            gauge: Arc::default(),
            link: Arc::new(Link::new()),
            pace: Arc::new(Pace::new(fps, floor)),
            progress: Arc::default(),
            stop: Arc::default(),
            camera,
        }
    }

    /// Works until told to stop. A stage that fails ends the session; a new one is begun.
    pub(super) fn run(&self, shared: &Shared<'_>, tasks: &Sender<Task>, notices: &Sender<Notice>) {
        let mut backoff =
            super::backoff::Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
        while !self.stop.load(Relaxed) {
            if let Err(e) = self.session(shared, tasks, notices) {
                let detail = format!("camera {}: {e}; it is started again", self.camera.id);
                tracing::error!("{detail}");
                self.progress.fail(detail);
                self.link.stalled(true);
                let until = Instant::now() + backoff.wait();
                while Instant::now() < until && !self.stop.load(Relaxed) {
                    std::thread::sleep(SLICE);
                }
            }
        }
        shared.turnstile.forget(self.number);
    }

    // The list of a camera's threads and the queues between them: apart, none says anything.
    #[allow(clippy::too_many_lines)]
    fn session(
        &self,
        shared: &Shared<'_>,
        tasks: &Sender<Task>,
        notices: &Sender<Notice>,
    ) -> Result<(), PipelineError> {
        let camera = &self.camera;
        let Some(source) = &camera.source else { return Ok(()) };
        let Some(main) = &source.url else { return Ok(()) };
        let session = Session::begin(camera, &main.to_string(), (shared.now)());
        let job = Job {
            camera: Arc::clone(camera),
            path: session.info.path.clone(),
            start_time: None,
            boxes: None,
        };
        let seer = facts::seer(&job, shared.model);
        let judge = Judge::new(camera.scene.clone(), served(camera, shared.model, &self.progress))?;
        let header = facts::header(camera, &session.info, &seer);
        let new_record = || -> Result<Recorder, RecordError> {
            let writer = LiveObservationWriter::create(shared.data, header.clone())?;
            Ok(Recorder::Stream(Box::new(writer)))
        };
        // A full disk stops the record, not the camera.
        let record = new_record().map_err(|e| self.progress.fail(e.to_string())).ok();
        let context = Arc::new(facts::context(shared.data, camera, &session.info, seer));
        let known = Mutex::new(Arc::clone(&context));
        let current = || self.current(&known, &session);
        let stored = |id: &str| shared.store.knows_event(id).unwrap_or(false);
        let abandon = &AtomicBool::new(false);
        let over = AtomicBool::new(false);
        let number = self.number as usize;

        std::thread::scope(|scope| {
            let (frames, attended) = super::latest::latest::<Frame>(capacity::FRAMES.capacity);
            let (seen, sightings) = bounded(capacity::DETECTIONS.capacity);
            let (known, observed) = bounded(capacity::OBSERVATIONS.capacity);
            let (told, interests) = bounded(capacity::INTERESTS.capacity);
            let spec = if shared.attention { camera.attention } else { AttentionSpec::OFF };
            let attends = spec.mode != Mode::EveryFrame;
            let (progress, stats) = (&self.progress, shared.stats);
            let attend = Attend {
                job: &job,
                progress,
                stats,
                gaze: Gaze::new(
                    spec,
                    camera.detector.input_long_side as usize,
                    shared.model.input().multiple,
                    shared.model.input().size,
                ),
                interests: attends.then_some(interests),
                tasks,
                seen,
            };
            let interests = attends.then_some(told);
            let follow =
                Follow { job: &job, progress, stats, abandon, interests, observations: known };
            let bench = Bench {
                number,
                job: &job,
                progress,
                stats,
                ring: &session.ring,
                context: &context,
                notices: Some(notices),
                halt: shared.halt,
                live: Some(Live {
                    gauge: &self.gauge,
                    clock: &session.clock,
                    ring: &session.ring,
                    context: &current,
                    record: &new_record,
                    data: shared.data,
                    known: &stored,
                }),
            };
            let feed = StreamFeed {
                number: self.number,
                weight: f64::from(source.priority),
                frames: attended,
                turnstile: shared.turnstile.clone(),
                pace: &self.pace,
                gauge: &self.gauge,
                link: &self.link,
                clock: &session.clock,
                examiner: self.examiner(),
                clock_looked: None,
                last: None,
                silent: false,
                dropped: self.gauge.dropped.load(Relaxed),
            };
            let name = |stage: &str| format!("{stage}-{number}");
            let judging = spawn(scope, &name("judge"), move || {
                let _fell = Fell(abandon);
                bench.run(judge, record, observed, || RecordEnd::Interrupted);
            });
            let attending = spawn(scope, &name("attend"), move || {
                let _fell = Fell(abandon);
                attend.run(feed);
            });
            let tracking = spawn(scope, &name("track"), move || {
                let _fell = Fell(abandon);
                follow.run(sightings);
            });
            let reader = |options: LiveOptions, role, ring| Reader {
                camera: &camera.id,
                options,
                role,
                clock: &session.clock,
                ring,
                gauge: &self.gauge,
                link: &self.link,
                pace: &self.pace,
                stats,
                most_wait: Duration::from_secs_f64(shared.live.reconnect_most_seconds),
                stop: &self.stop,
                abandon,
                now: shared.now,
            };
            // Controllers of this camera's lights are heard while its session lasts.
            let over = &over;
            let mut feeds = Vec::new();
            for feed in &camera.feeds {
                feeds.push(spawn(scope, &name("feed"), move || controller::listen(feed, over))?);
            }
            let _ended = Fell(over);
            let main = options(source, main, &self.stop);
            let analysed = Role::Analyse(frames);
            let mut beside = Ok(());
            match &source.analysis_url {
                None => reader(main, analysed, Some(&session.ring)).run(),
                Some(sub) => {
                    let sub = options(source, sub, &self.stop);
                    let reader_of_sub = reader(sub, analysed, None);
                    let side = spawn(scope, &name("sub"), move || reader_of_sub.run());
                    reader(main, Role::Evidence, Some(&session.ring)).run();
                    beside = joined("analysis stream", side);
                }
            }
            // The readers are gone, so the stages behind them end one after the other.
            let stages = [
                joined("attend", attending),
                joined("track", tracking),
                joined("judge", judging),
                beside,
            ];
            stages.into_iter().collect::<Result<(), _>>()?;
            if abandon.load(Relaxed) && !self.stop.load(Relaxed) {
                return Err(PipelineError::Failed(
                    "its pictures could not be looked at".to_owned(),
                ));
            }
            Ok(())
        })
    }

    /// What events share, as far as it is known by now.
    fn current(
        &self,
        known: &Mutex<Arc<EvidenceContext>>,
        session: &Session,
    ) -> Arc<EvidenceContext> {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let (quality, codec) = (session.clock.quality(), self.link.state().codec);
        if known.source.clock_quality != quality || known.source.codec != codec {
            let mut context = EvidenceContext::clone(&known);
            clock_note(quality).clone_into(&mut context.source.clock_note);
            context.source.clock_quality = quality;
            context.source.codec = codec;
            *known = Arc::new(context);
        }
        Arc::clone(&known)
    }

    /// What looks whether the camera itself is well.
    fn examiner(&self) -> Examiner {
        let health = &self.camera.health;
        // `check` refuses a picture that cannot be read; one that is gone since is told, and the view
        // is held against what the camera shows.
        let reference = health.reference.as_deref().and_then(|path| {
            Reference::open(path).map_err(|e| self.progress.note(e.to_string())).ok()
        });
        Examiner::new(health.spec.clone(), reference)
    }
}

/// How a stream is opened.
fn options(source: &SourceConfig, url: &StreamUrl, stop: &Arc<AtomicBool>) -> LiveOptions {
    LiveOptions {
        url: url.reveal().to_owned(),
        shown: url.to_string(),
        transport: source.stream.transport,
        hardware: source.stream.hardware,
        connect_seconds: source.stream.connect_seconds,
        read_seconds: source.stream.read_seconds,
        stop: Arc::clone(stop),
    }
}

/// Says that a stage is gone, however it went: nothing goes on without it.
struct Fell<'a>(&'a AtomicBool);

impl Drop for Fell<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
