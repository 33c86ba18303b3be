//! What the threads of one camera's session share, and what each does.

use super::camera_stage::CameraStage;
use super::lane::{Lane, Shared, Ways};
use super::reader::{Reader, Role};
use super::session::{Session, clock_note};
use super::stream_feed::StreamFeed;
use crate::config::{FeedConfig, StreamUrl};
use crate::evidence::EvidenceContext;
use crate::media::{Frame, LiveOptions};
use crate::pipeline::attend::Attend;
use crate::pipeline::cut::Cut;
use crate::pipeline::follow::Follow;
use crate::pipeline::job::Job;
use crate::pipeline::judge::{Bench, Live};
use crate::pipeline::meter::Meter;
use crate::pipeline::needs::served;
use crate::pipeline::pulse::Pulse;
use crate::pipeline::task::{Seen, Task};
use crate::pipeline::{PipelineError, controller, facts};
use crate::rules::Judge;
use crate::scene::Observation;
use crate::store::{LiveObservationWriter, RecordEnd, RecordError, RecordHeader, Recorder};
use crate::vision::attention::{AttentionSpec, Gaze, Known};
use crate::vision::health::{Examiner, Reference};
use crossbeam::channel::{Receiver, Sender};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What the threads of one camera's session share. It is theirs as long as one of them works, be it
/// one that was left behind.
pub(super) struct Sitting {
    /// Never used twice while the service runs.
    pub number: u64,
    pub lane: Arc<Lane>,
    pub session: Session,
    /// Raised to end it.
    pub over: Arc<AtomicBool>,
    /// Raised when a stage of it hangs: nobody waits for that one any more.
    pub given_up: Arc<AtomicBool>,
    /// Raised when its judge was left behind.
    pub judge_left: Arc<AtomicBool>,
    shared: Arc<Shared>,
    job: Job,
    header: RecordHeader,
    /// What events share, as far as it is known by now.
    context: Mutex<Arc<EvidenceContext>>,
}

impl Sitting {
    /// A new session of a camera; with what judges it. Touches no disk.
    ///
    /// # Errors
    /// Rules that cannot be judged.
    pub(super) fn new(
        lane: &Arc<Lane>,
        shared: &Arc<Shared>,
        main: &StreamUrl,
    ) -> Result<(Self, Judge), PipelineError> {
        let camera = &lane.camera;
        let session = Session::begin(camera, &main.to_string(), (shared.now)());
        let job = Job {
            camera: Arc::clone(camera),
            path: session.info.path.clone(),
            start_time: None,
            boxes: None,
        };
        let seer = facts::seer(&job, &shared.model);
        let rules = served(camera, &shared.model, &lane.progress);
        let judge = Judge::new(camera.scene.clone(), rules)?;
        let header = facts::header(camera, &session.info, &seer);
        let context = Arc::new(facts::context(&shared.data, camera, &session.info, seer));
        let sitting = Self {
            number: shared.number(),
            lane: Arc::clone(lane),
            session,
            over: Arc::default(),
            given_up: Arc::default(),
            judge_left: Arc::default(),
            shared: Arc::clone(shared),
            job,
            header,
            context: Mutex::new(context),
        };
        Ok((sitting, judge))
    }

    /// A stage's pulse.
    pub(super) fn pulse(&self, stage: CameraStage) -> Pulse {
        Pulse::of(stage.name(), &self.lane.camera.id)
    }

    /// Reads one of its streams.
    pub(super) fn read(&self, pulse: &Pulse, url: &StreamUrl, role: Role, main: bool) {
        let Some(source) = &self.lane.camera.source else { return };
        let options = LiveOptions {
            url: url.reveal().to_owned(),
            shown: url.to_string(),
            transport: source.stream.transport,
            hardware: source.stream.hardware,
            connect_seconds: source.stream.connect_seconds,
            read_seconds: source.stream.read_seconds,
            stop: Arc::clone(&self.over),
        };
        let reader = Reader {
            camera: &self.lane.camera.id,
            options,
            role,
            clock: &self.session.clock,
            ring: main.then_some(&self.session.ring),
            gauge: &self.lane.gauge,
            link: &self.lane.link,
            pace: &self.lane.pace,
            stats: &self.shared.stats,
            pulse,
            most_wait: Duration::from_secs_f64(self.shared.live.reconnect_most_seconds),
            over: &self.over,
            now: self.shared.now,
        };
        reader.run();
    }

    /// Chooses what is looked at.
    pub(super) fn attend(&self, pulse: &Pulse, queues: Attended) {
        let (lane, camera) = (&self.lane, &self.lane.camera);
        let spec = if self.shared.attention { camera.attention } else { AttentionSpec::OFF };
        let input = self.shared.model.input();
        let long_side = camera.detector.input_long_side as usize;
        let feed = StreamFeed {
            number: self.number,
            weight: camera.source.as_ref().map_or(1.0, |s| f64::from(s.priority)),
            frames: queues.frames,
            turnstile: self.shared.turnstile.clone(),
            pace: &lane.pace,
            gauge: &lane.gauge,
            link: &lane.link,
            still: &lane.still,
            clock: &self.session.clock,
            examiner: pulse.beat(|| self.examiner()),
            clock_looked: None,
            last: None,
            silent: false,
            dropped: lane.gauge.dropped.load(Relaxed),
            given_up: &self.given_up,
        };
        let attend = Attend {
            job: &self.job,
            progress: &lane.progress,
            stats: Meter::watched(&self.shared.stats, pulse),
            cut: Cut::when(&self.given_up),
            gaze: Gaze::new(spec, long_side, input.multiple, input.size),
            // Heard in any mode: no more frames are under way than tracking takes, so that no worker
            // ever waits for one camera with its answer.
            interests: Some(queues.interests),
            tasks: &queues.tasks,
            seen: queues.seen,
        };
        attend.run(feed);
    }

    /// Tracks what was seen.
    pub(super) fn track(&self, pulse: &Pulse, queues: Tracked) {
        let follow = Follow {
            job: &self.job,
            progress: &self.lane.progress,
            stats: Meter::watched(&self.shared.stats, pulse),
            cut: Cut::when(&self.given_up),
            abandon: &self.over,
            interests: Some(queues.interests),
            observations: queues.observations,
        };
        follow.run(&queues.sightings);
    }

    /// Judges what is known, and records it.
    pub(super) fn judge(
        &self,
        pulse: &Pulse,
        judge: Judge,
        observed: &Receiver<Observation>,
        ways: &Ways,
    ) {
        let progress = &self.lane.progress;
        let new_record = || -> Result<Recorder, RecordError> {
            let writer = LiveObservationWriter::create(&self.shared.data, self.header.clone())?;
            Ok(Recorder::Stream(Box::new(writer)))
        };
        let stored = |id: &str| self.shared.store.knows_event(id);
        // A full disk stops the record, not the camera.
        let record = pulse.beat(|| new_record().map_err(|e| progress.fail(e.to_string())).ok());
        let (current, context) = (|| self.current(), self.current());
        let bench = Bench {
            number: self.number as usize,
            job: &self.job,
            progress,
            stats: Meter::watched(&self.shared.stats, pulse),
            ring: &self.session.ring,
            context: &context,
            notices: Some(&ways.notices),
            halt: &self.shared.halt,
            live: Some(Live {
                gauge: &self.lane.gauge,
                clock: &self.session.clock,
                ring: &self.session.ring,
                context: &current,
                record: &new_record,
                data: &self.shared.data,
                known: &stored,
                left_behind: &self.judge_left,
            }),
        };
        let cut = Cut::when(&self.given_up);
        bench.run(judge, record, cut.each(observed), || RecordEnd::Interrupted);
    }

    /// Listens to a controller of its lights.
    pub(super) fn listen(&self, pulse: &Pulse, feed: &FeedConfig) {
        controller::listen_watched(feed, &self.over, pulse);
    }

    /// What events share, as far as it is known by now.
    fn current(&self) -> Arc<EvidenceContext> {
        let mut known = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let (quality, codec) = (self.session.clock.quality(), self.lane.link.state().codec);
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
        let health = &self.lane.camera.health;
        // `check` refuses a picture that cannot be read; one that is gone since is told, and the view
        // is held against what the camera shows.
        let reference = health.reference.as_deref().and_then(|path| {
            Reference::open(path).map_err(|e| self.lane.progress.note(e.to_string())).ok()
        });
        Examiner::new(health.spec.clone(), reference)
    }
}

/// The ends of queues that attending holds.
pub(super) struct Attended {
    pub frames: Receiver<Frame>,
    pub interests: Receiver<Known>,
    pub tasks: Sender<Task>,
    pub seen: Sender<Seen>,
}

/// The ends of queues that tracking holds.
pub(super) struct Tracked {
    pub sightings: Receiver<Seen>,
    pub interests: Sender<Known>,
    pub observations: Sender<Observation>,
}
