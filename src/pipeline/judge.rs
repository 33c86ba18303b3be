//! Judges observations in order, records them, and takes hold of the packets that evidence needs.

use super::job::{Job, Progress};
use super::keeper::Notice;
use super::stats::{Stage, Stats};
use crate::evidence::EvidenceContext;
use crate::media::{Hold, PacketRing, TimeSpan};
use crate::rules::{Closing, Incident, IncidentKey, IncidentUpdate, Judge};
use crate::scene::Observation;
use crate::store::{ObservationWriter, RecordEnd};
use crossbeam::channel::{Receiver, Sender};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Starts of candidates whose packets are kept; past this, evidence begins with the clip. Packets
/// are shared, so many candidates of one crowd cost little more than one.
const STARTS_KEPT: usize = 256;

/// What the judge stage of one job needs.
pub(super) struct Bench<'a> {
    pub number: usize,
    pub job: &'a Job,
    pub progress: &'a Arc<Progress>,
    pub stats: &'a Stats,
    pub ring: &'a PacketRing,
    pub context: &'a Arc<EvidenceContext>,
    /// `None` where incidents are only counted, as in benchmarks.
    pub notices: Option<&'a Sender<Notice>>,
}

impl Bench<'_> {
    /// Works until the observations end; `ended` then says how they did. Every incident opened is
    /// closed, every observation recorded.
    pub(super) fn run(
        self,
        mut judge: Judge,
        mut record: Option<ObservationWriter>,
        observations: Receiver<Observation>,
        ended: impl FnOnce() -> RecordEnd,
    ) {
        let mut starts = Starts::default();
        for observation in observations {
            let updates = self.stats.measure(Stage::Judge, || {
                if let Some(writer) = &mut record
                    && let Err(e) = writer.write(&observation)
                {
                    self.progress.fail(format!("camera {}: {e}", self.job.camera.id));
                    record = None;
                }
                judge.observe(&observation)
            });
            for update in updates {
                self.pass(update, &mut starts);
            }
            self.ring.judged(observation.time);
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

    fn pass(&self, update: IncidentUpdate, starts: &mut Starts) {
        match update {
            IncidentUpdate::Candidate { key, start } => {
                starts.keep(key, || self.ring.hold(TimeSpan { from: start, to: start }));
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

    fn tell(&self, notice: impl FnOnce(super::keeper::Origin) -> Notice) {
        let Some(notices) = self.notices else { return };
        let origin = super::keeper::Origin {
            number: self.number,
            context: Arc::clone(self.context),
            progress: Arc::clone(self.progress),
            path: self.job.path.clone(),
        };
        if notices.send(notice(origin)).is_err() {
            let id = &self.job.camera.id;
            self.progress.fail(format!(
                "camera {id}: the evidence stage stopped; an incident was not kept, run again"
            ));
        }
    }
}

/// Packets around the start of each candidate.
#[derive(Default)]
struct Starts(BTreeMap<IncidentKey, Hold>);

impl Starts {
    fn keep(&mut self, key: IncidentKey, hold: impl FnOnce() -> Hold) {
        if self.0.len() < STARTS_KEPT {
            self.0.insert(key, hold());
        }
    }

    fn drop(&mut self, key: &IncidentKey) {
        self.0.remove(key);
    }

    fn take(&mut self, key: &IncidentKey) -> Option<Hold> {
        self.0.remove(key)
    }
}
