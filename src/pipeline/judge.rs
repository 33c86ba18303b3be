//! Judges observations in order, records them, and takes hold of the packets that evidence needs.

use super::carried::Carrying;
use super::cut::Cut;
use super::job::{Job, Progress};
use super::live::CameraGauge;
use super::meter::Meter;
use super::notice::Notice;
use super::stats::Stage;
use crate::evidence::EvidenceContext;
use crate::media::{LiveClock, MediaTime, PacketRing, PacketRun, TimeSpan};
use crate::rules::{Closing, Incident, IncidentKey, IncidentUpdate, Judge};
use crate::scene::Observation;
use crate::store::{RecordEnd, RecordError, Recorder, StoreError};
use crate::vision::View;
use crossbeam::channel::Sender;
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Packets kept for the starts of candidates, in bytes. Past this the oldest candidate's are let go,
/// and its evidence begins with the clip.
const STARTS_BYTES: usize = 64 << 20;
/// Live: how long after the disk refused the record it is begun anew.
const RECORD_AGAIN_SECONDS: f64 = 60.0;

/// What the judge stage of one job needs.
pub(super) struct Bench<'a> {
    pub number: usize,
    pub job: &'a Job,
    pub progress: &'a Arc<Progress>,
    pub stats: Meter<'a>,
    pub ring: &'a PacketRing,
    pub context: &'a Arc<EvidenceContext>,
    /// `None` where incidents are only counted, as in benchmarks.
    pub notices: Option<&'a Sender<Notice>>,
    /// Set when nothing more can be kept.
    pub halt: &'a AtomicBool,
    /// Of a live camera.
    pub live: Option<Live<'a>>,
}

/// What the judge stage of a live camera tells besides, and how it goes on where recorded footage
/// would be judged again.
pub(super) struct Live<'a> {
    pub gauge: &'a CameraGauge,
    pub clock: &'a LiveClock,
    /// What events share, as far as it is known by now: codec and clock come with the stream.
    pub context: &'a (dyn Fn() -> Arc<EvidenceContext> + Sync),
    pub ring: &'a Arc<PacketRing>,
    /// Begins the observation record anew, after the disk refused it.
    pub record: &'a (dyn Fn() -> Result<Recorder, RecordError> + Sync),
    /// The data folder, where it is kept what stands.
    pub data: &'a Path,
    /// Whether an event is stored, where the store can tell.
    pub known: &'a (dyn Fn(&str) -> Result<bool, StoreError> + Sync),
    /// Raised when the judge was left behind, as it hung: another goes on in its place, and what it
    /// would still open, close or keep is no longer asked for.
    pub left_behind: &'a Arc<AtomicBool>,
}

impl Bench<'_> {
    /// Works until the observations end; `ended` then says how they did. Every incident opened is
    /// closed, every observation recorded.
    pub(super) fn run(
        self,
        mut judge: Judge,
        mut record: Option<Recorder>,
        observations: impl IntoIterator<Item = Observation>,
        ended: impl FnOnce() -> RecordEnd,
    ) {
        let mut starts = Starts::default();
        // Since when there is no record, live.
        let mut refused: Option<MediaTime> = None;
        let mut carrying = None;
        let mut last = None;
        for mut observation in observations {
            if let Some(live) = &self.live {
                self.stats.measure(Stage::Judge, || {
                    let carrying = carrying.get_or_insert_with(|| self.carrying(live));
                    carrying.find_again(&judge, &mut observation);
                });
            }
            let updates = self.stats.measure(Stage::Judge, || {
                if let (Some(live), None) = (&self.live, &record)
                    && is_due(&mut refused, observation.time)
                {
                    let id = &self.job.camera.id;
                    let failed = |e| self.progress.fail(format!("camera {id}: {e}"));
                    record = (live.record)().map_err(failed).ok();
                }
                if let Some(writer) = &mut record
                    && let Err(e) = writer.write(&observation)
                {
                    self.progress.fail(format!("camera {}: {e}", self.job.camera.id));
                    // Without its record the footage cannot be judged again; what is found is kept.
                    record = None;
                    refused = Some(observation.time);
                    if e.is_full() && self.live.is_none() {
                        self.halt.store(true, Relaxed);
                    }
                }
                judge.observe(&observation)
            });
            if self.is_left_behind() {
                return;
            }
            // What is said of a silence has no delay.
            if let Some(live) = self.live.as_ref().filter(|_| observation.view != View::Unknown) {
                live.gauge.lags.note(live.clock.now().since(observation.time));
            }
            let turned = |u: &IncidentUpdate| {
                matches!(u, IncidentUpdate::Opened(_) | IncidentUpdate::Closed(..))
            };
            let turn = updates.iter().any(turned);
            for update in updates {
                self.pass(update, &mut starts);
            }
            if let Some(carrying) = &mut carrying {
                self.stats.measure(Stage::Judge, || carrying.keep(&judge, &observation, turn));
                let (time, wall, view) = (observation.time, observation.wall, observation.view);
                last = Some(Observation::new(time, wall, view, Vec::new()));
            }
            if self.is_left_behind() {
                return;
            }
            self.ring.judged(observation.time);
        }
        if let (Some(carrying), Some(last)) = (&mut carrying, &last) {
            self.stats.measure(Stage::Judge, || carrying.keep(&judge, last, true));
        }
        if self.is_left_behind() {
            return;
        }
        let end = ended();
        let closing = match end {
            RecordEnd::Interrupted => Closing::Interrupted,
            RecordEnd::Complete | RecordEnd::Truncated => Closing::SourceEnded,
        };
        for update in judge.finish(closing) {
            self.pass(update, &mut starts);
        }
        if let Some(Err(e)) = record.map(|r| r.finish(end)) {
            self.progress.fail(format!("camera {}: {e}", self.job.camera.id));
        }
    }

    /// What stands through restarts, of a live camera.
    fn carrying<'b>(&'b self, live: &Live<'b>) -> Carrying<'b> {
        let (camera, fingerprint) = (&*self.job.camera, &*self.context.source.fingerprint);
        let (known, left) = (live.known, &**live.left_behind);
        Carrying::begin(live.data, camera, fingerprint, live.ring, (known, left))
    }

    /// Whether another has taken its place while it hung.
    fn is_left_behind(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.left_behind.load(Relaxed))
    }

    fn pass(&self, update: IncidentUpdate, starts: &mut Starts) {
        match update {
            IncidentUpdate::Candidate { key, start } => {
                // All packets up to here have passed; there is nothing to wait for.
                starts.keep(key, self.ring.hold(TimeSpan { from: start, to: start }).take());
            }
            IncidentUpdate::Dropped(key) => starts.drop(&key),
            IncidentUpdate::Opened(incident) => {
                Progress::count(&self.progress.incidents);
                tracing::info!(
                    camera = %self.job.camera.id,
                    kind = incident.kind.info().name,
                    at_seconds = incident.moment.seconds(),
                    "incident opened"
                );
                if let Some(live) = &self.live {
                    live.gauge.opened(incident.kind.info().name, incident.moment_wall);
                }
                let before = starts.take(&incident.key);
                let around = self.ring.hold(self.span(&incident));
                self.tell(|job| Notice::Opened { job, incident, before, around });
            }
            IncidentUpdate::Closed(incident, closing) => {
                self.tell(|job| Notice::Closed { job, incident, closing });
            }
        }
    }

    /// The stretch a clip covers.
    fn span(&self, incident: &Incident) -> TimeSpan {
        let evidence = &self.job.camera.evidence;
        TimeSpan {
            from: incident.moment.plus(-evidence.pre_seconds),
            to: incident.moment.plus(evidence.post_seconds),
        }
    }

    fn tell(&self, notice: impl FnOnce(super::notice::Origin) -> Notice) {
        let Some(notices) = self.notices else { return };
        let origin = super::notice::Origin {
            number: self.number,
            context: self.live.as_ref().map_or_else(|| Arc::clone(self.context), |l| (l.context)()),
            progress: Arc::clone(self.progress),
            path: self.job.path.clone(),
            ring: self.live.as_ref().map(|live| Arc::clone(live.ring)),
        };
        let cut = self.live.as_ref().map_or_else(Cut::default, |l| Cut::when(l.left_behind));
        if !self.is_left_behind() && !cut.send(notices, notice(origin)) && !self.is_left_behind() {
            let id = &self.job.camera.id;
            self.progress.fail(format!(
                "camera {id}: the evidence stage stopped; an incident was not kept, run again"
            ));
            self.halt.store(true, Relaxed);
        }
    }
}

/// Whether it is time to begin the record anew, where there has been none since `refused`.
fn is_due(refused: &mut Option<MediaTime>, now: MediaTime) -> bool {
    let due = now.since(*refused.get_or_insert(now)) > RECORD_AGAIN_SECONDS;
    if due {
        *refused = Some(now);
    }
    due
}

/// Packets around the start of each candidate, the oldest candidate first.
#[derive(Default)]
struct Starts(VecDeque<(IncidentKey, PacketRun)>);

impl Starts {
    fn keep(&mut self, key: IncidentKey, run: PacketRun) {
        self.0.push_back((key, run));
        while self.bytes() > STARTS_BYTES {
            self.0.pop_front();
        }
    }

    fn drop(&mut self, key: &IncidentKey) {
        self.0.retain(|(k, _)| k != key);
    }

    fn take(&mut self, key: &IncidentKey) -> Option<PacketRun> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        self.0.remove(at).map(|(_, run)| run)
    }

    /// Candidates whose runs begin at one keyframe share their packets; those count once.
    fn bytes(&self) -> usize {
        let mut groups: BTreeMap<MediaTime, usize> = BTreeMap::new();
        for run in self.0.iter().map(|(_, run)| run) {
            let Some(span) = run.span() else { continue };
            let bytes = groups.entry(span.from).or_default();
            *bytes = run.bytes().max(*bytes);
        }
        groups.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_begun_anew_a_minute_after_there_was_none() {
        let at = MediaTime::from_seconds;
        // None could be begun at all, and then none a minute later.
        let mut refused = None;
        let tries: Vec<u32> =
            (0..200).filter(|s| is_due(&mut refused, at(f64::from(*s)))).collect();
        assert_eq!(tries, [61, 122, 183]);
    }
}
