//! One camera that runs: its sessions, one after the other, and how it stands.

use super::backoff::Backoff;
use super::crew::Crew;
use super::lane::{Lane, Shared, Ways};
use super::strays::Strays;
use super::watch::Watched;
use crate::alert;
use crate::config::{Camera, Language};
use crate::media::{RingStats, WallTime};
use crate::pipeline::notice::Notice;
use crate::scene::{Detail, Reason};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The wait before a session that fell is begun anew: the first, and the longest.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// A session that lasted so long went well: the next wait is a short one.
const LASTED: Duration = Duration::from_mins(5);

/// One camera that runs.
pub(super) struct Running {
    pub lane: Arc<Lane>,
    pub watched: Watched,
    crew: Option<Crew>,
    begun: Instant,
    not_before: Instant,
    backoff: Backoff,
    leaving: bool,
}

/// What all cameras' looks have in common.
pub(super) struct Round<'a> {
    pub shared: &'a Arc<Shared>,
    pub ways: &'a Ways,
    pub strays: &'a mut Strays,
    /// What the keeper is to be told.
    pub notices: &'a mut Vec<Notice>,
    pub now: WallTime,
    /// Since the last look.
    pub step: Duration,
    /// A stage busy with one piece for longer has hung.
    pub most: Duration,
}

impl Running {
    pub(super) fn new(camera: Camera, now: WallTime) -> Self {
        let lane = Arc::new(Lane::new(camera));
        let begun = Instant::now();
        Self {
            watched: Watched::new(&lane, now),
            lane,
            crew: None,
            begun,
            not_before: begun,
            backoff: Backoff::new(AGAIN.0, AGAIN.1),
            leaving: false,
        }
    }

    /// Ends it in order.
    pub(super) fn leave(&mut self) {
        self.leaving = true;
        if let Some(crew) = &self.crew {
            crew.end();
        }
    }

    /// Whether it has left, and nothing of it works any more.
    pub(super) fn has_left(&self) -> bool {
        self.leaving && self.crew.is_none()
    }

    /// Looks at its session: gives it up where a stage hangs, begins another where there is none.
    pub(super) fn look(&mut self, round: &mut Round<'_>) {
        let Some(crew) = &mut self.crew else {
            if !self.leaving && Instant::now() >= self.not_before {
                self.begin(round);
            }
            return;
        };
        if let Some(stage) = crew.look(round.step, round.most) {
            if !self.leaving {
                self.lane.gauge.restarted(stage);
            }
            let (stage, seconds) = (stage.name().to_owned(), round.most.as_secs_f64());
            self.stall(Detail::Hung { stage, seconds }, round.now);
        }
        if let Some(crew) = self.crew.take_if(|crew| crew.is_over(round.shared, round.strays)) {
            round.notices.extend(crew.last_word());
            // One that hung was told of when it did.
            if let (Some(why), false) = (crew.fell(), self.leaving) {
                let text = format!("{why}; its session is begun anew");
                self.stall(Detail::Told { text }, round.now);
            }
        }
    }

    fn begin(&mut self, round: &Round<'_>) {
        self.begun = Instant::now();
        match Crew::begin(&self.lane, round.shared, round.ways) {
            Ok(crew) => self.crew = crew,
            Err(e) => {
                self.stall(Detail::Told { text: format!("{e}; it is tried again") }, round.now);
            }
        }
    }

    /// Its session came to nothing, for a reason that lies here. It is blind until the next judges.
    fn stall(&mut self, detail: Detail, now: WallTime) {
        let id = &self.lane.camera.id;
        let how = alert::told(&[Reason::Stalled], &detail, Language::En);
        tracing::error!(camera = %id, "{how}");
        self.lane.progress.fail(format!("camera {id}: {how}"));
        if self.begun.elapsed() >= LASTED {
            self.backoff.reset();
        }
        let wait = self.backoff.wait();
        self.not_before = Instant::now() + wait;
        let wait = jiff::SignedDuration::try_from(wait).unwrap_or_default();
        self.lane.link.lost(Reason::Stalled, detail, now.plus(wait));
        self.watched.stalled(0);
    }

    /// The detector hung, which serves it too.
    pub(super) fn detector_hung(&mut self) {
        let judged = self.judged();
        self.watched.stalled(judged);
    }

    /// Pieces of work that the judge of its present session has done.
    pub(super) fn judged(&self) -> u64 {
        self.crew.as_ref().map_or(0, Crew::judged)
    }

    /// What its ring holds.
    pub(super) fn ring(&self) -> Option<RingStats> {
        self.crew.as_ref().map(Crew::ring)
    }
}
