//! The threads of one camera's session: started together, watched one by one, and left behind where
//! they hang.

use super::camera_stage::CameraStage;
use super::lane::{Lane, Shared, Ways};
use super::reader::Role;
use super::sitting::{Attended, Sitting, Tracked};
use super::strays::Strays;
use crate::media::{Frame, MediaTime};
use crate::pipeline::notice::Notice;
use crate::pipeline::pulse::{Pulse, PulseWatch};
use crate::pipeline::threads::spawn_loose;
use crate::pipeline::{PipelineError, capacity};
use crossbeam::channel::bounded;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;

/// A session that was told to end and has not by then waits for somebody who hangs.
const CUT: Duration = Duration::from_secs(4);
/// Who still waits then is left behind.
const PARTING: Duration = Duration::from_secs(10);

/// The threads of one camera's session.
pub(super) struct Crew {
    sitting: Arc<Sitting>,
    members: Vec<Member>,
    /// Somebody hangs.
    hung: bool,
    /// For how long it has been told to end.
    ending: Duration,
    /// Who ended unexpectedly.
    died: Option<CameraStage>,
    /// Its judge ended without closing what it opened.
    left_open: bool,
}

struct Member {
    stage: CameraStage,
    pulse: Arc<Pulse>,
    watch: PulseWatch,
    /// What its work may take besides, as it waits for the network within.
    allowed: Duration,
    hangs: bool,
    thread: Option<JoinHandle<()>>,
}

impl Crew {
    /// Begins a session. `None` where the camera has no stream.
    ///
    /// # Errors
    /// Rules that cannot be judged, or the system refuses a thread.
    pub(super) fn begin(
        lane: &Arc<Lane>,
        shared: &Arc<Shared>,
        ways: &Ways,
    ) -> Result<Option<Self>, PipelineError> {
        let Some(source) = lane.camera.source.clone() else { return Ok(None) };
        let Some(main) = source.url.clone() else { return Ok(None) };
        let (sitting, judge) = Sitting::new(lane, shared, &main)?;
        let mut crew = Self {
            sitting: Arc::new(sitting),
            members: Vec::new(),
            hung: false,
            ending: Duration::ZERO,
            died: None,
            left_open: false,
        };

        let (frames, attended) = super::latest::latest::<Frame>(capacity::FRAMES.capacity);
        let (seen, sightings) = bounded(capacity::DETECTIONS.capacity);
        let (known, observed) = bounded(capacity::OBSERVATIONS.capacity);
        let (told, interests) = bounded(capacity::INTERESTS.capacity);
        let tasks = ways.tasks.clone();
        let attended = Attended { frames: attended, interests, tasks, seen };
        let tracked = Tracked { sightings, interests: told, observations: known };
        let ways = ways.clone();
        crew.join(CameraStage::Judge, move |s, pulse| s.judge(pulse, judge, &observed, &ways))?;
        crew.join(CameraStage::Track, move |s, pulse| s.track(pulse, tracked))?;
        crew.join(CameraStage::Attend, move |s, pulse| s.attend(pulse, attended))?;
        for feed in lane.camera.feeds.clone() {
            crew.join(CameraStage::Feed, move |s, pulse| s.listen(pulse, &feed))?;
        }
        let role = if let Some(sub) = source.analysis_url.clone() {
            let role = Role::Analyse(frames);
            crew.join(CameraStage::Sub, move |s, pulse| s.read(pulse, &sub, role, false))?;
            Role::Evidence
        } else {
            Role::Analyse(frames)
        };
        crew.join(CameraStage::Read, move |s, pulse| s.read(pulse, &main, role, true))?;
        Ok(Some(crew))
    }

    /// Starts a member. Whoever was started already ends by itself where that fails.
    fn join(
        &mut self,
        stage: CameraStage,
        work: impl FnOnce(&Sitting, &Pulse) + Send + 'static,
    ) -> Result<(), PipelineError> {
        let sitting = Arc::clone(&self.sitting);
        let pulse = Arc::new(sitting.pulse(stage));
        let allowed = match (stage, &sitting.lane.camera.source) {
            (CameraStage::Read | CameraStage::Sub, Some(source)) => {
                source.stream.connect_seconds + source.stream.read_seconds
            }
            _ => 0.0,
        };
        let (mine, name) = (Arc::clone(&pulse), format!("{}-{}", stage.name(), sitting.number));
        let thread = spawn_loose(&name, move || {
            // Nothing goes on without it, however it ended.
            let _fell = Raise(Arc::clone(&sitting.over));
            work(&sitting, &mine);
        });
        if thread.is_err() {
            self.end();
        }
        self.members.push(Member {
            stage,
            pulse,
            watch: PulseWatch::default(),
            allowed: Duration::from_secs_f64(allowed),
            hangs: false,
            thread: Some(thread?),
        });
        Ok(())
    }

    /// Ends it in order: what has come is judged, what is open is closed.
    pub(super) fn end(&self) {
        self.sitting.over.store(true, Relaxed);
    }

    /// Pieces of work that its judge has done, while it is sound: all other stages lie before it.
    pub(super) fn judged(&self) -> u64 {
        if self.sitting.over.load(Relaxed) {
            return 0;
        }
        let judge = self.members.iter().find(|m| m.stage == CameraStage::Judge);
        judge.map_or(0, |m| m.pulse.done())
    }

    /// What its ring holds.
    pub(super) fn ring(&self) -> crate::media::RingStats {
        self.sitting.session.ring.stats()
    }

    /// Looks at everybody, `step` after the last time. Gives the stage that was busy with one piece of
    /// work for longer than `most`, once: the session is then over, and those that hang are no longer
    /// waited for.
    pub(super) fn look(&mut self, step: Duration, most: Duration) -> Option<CameraStage> {
        let over = self.sitting.over.load(Relaxed);
        let mut found = None;
        for member in &mut self.members {
            if member.ended() {
                continue;
            }
            // Who was told to end waits for the network no longer.
            let allowed = if over { Duration::ZERO } else { member.allowed };
            member.hangs = member.watch.look(&member.pulse, step) > most + allowed;
            if member.hangs && found.is_none() {
                found = Some(member.stage);
            }
        }
        if over {
            self.ending += step;
        }
        if self.hung {
            return None;
        }
        if found.is_some() {
            self.hung = true;
            self.end();
        }
        // An inference worker that was left behind may hold what they wait for, too.
        if self.hung || self.ending >= CUT {
            self.sitting.given_up.store(true, Relaxed);
        }
        found
    }

    /// Whether it is over: all have ended, or those that have not were left behind.
    pub(super) fn is_over(&mut self, shared: &Shared, strays: &mut Strays) -> bool {
        for member in &mut self.members {
            if let Some(thread) = member.thread.take_if(|t| t.is_finished())
                && thread.join().is_err()
            {
                self.died = self.died.or(Some(member.stage));
                self.left_open |= member.stage == CameraStage::Judge;
            }
        }
        // One that works is waited for; one that waits itself, for what nobody can cut, not for ever.
        let late = self.ending >= PARTING;
        let lost = |m: &Member| m.thread.is_none() || m.hangs || (late && !m.watch.is_busy());
        if !self.members.iter().all(lost) {
            return false;
        }
        for member in &mut self.members {
            let Some(thread) = member.thread.take() else { continue };
            if member.stage == CameraStage::Judge {
                // Should it come back, it must not take a part in what the next session does.
                self.sitting.judge_left.store(true, Relaxed);
                self.left_open = true;
            }
            let (stage, id) = (member.stage.name(), &self.sitting.lane.camera.id);
            strays.leave(format!("the {stage} stage of camera {id}"), thread);
        }
        self.clear_up(shared);
        true
    }

    /// Gives back what those left behind would keep from others.
    fn clear_up(&self, shared: &Shared) {
        shared.turnstile.forget(self.sitting.number);
        // No more packets come: evidence is made of those that did.
        self.sitting.session.ring.passed(MediaTime(i64::MAX));
        if self.hung {
            self.sitting.lane.camera.feeds.iter().for_each(|f| f.feed.fall_silent());
        }
    }

    /// What the keeper must be told of it once it is over.
    pub(super) fn last_word(&self) -> Option<Notice> {
        self.left_open.then_some(Notice::GivenUp(self.sitting.number as usize))
    }

    /// Why it ended, where nobody asked it to and nobody hung.
    pub(super) fn fell(&self) -> Option<String> {
        let why = match self.died {
            Some(stage) => format!(
                "its {} stage ended unexpectedly (please report this with the output of -vv)",
                stage.name()
            ),
            None => "its pictures could not be looked at".to_owned(),
        };
        (!self.hung).then_some(why)
    }
}

impl Member {
    fn ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

/// Raises a flag at its end, however that comes about.
struct Raise(Arc<AtomicBool>);

impl Drop for Raise {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
