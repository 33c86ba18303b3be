//! Keeps what the judges found: stages evidence as soon as its packets are there, seals and stores
//! it when the incident is over.

use super::job::Progress;
use super::live_keeper::LiveKeeper;
use super::live_keeping::LiveKeeping;
use super::notice::{Notice, Origin};
use super::stats::{Stage, Stats};
use crate::evidence::{self, EventId, EvidenceError, Staged};
use crate::media::{Hold, PacketRun};
use crate::rules::{Closing, Incident, IncidentKey};
use crate::store::{EventRecord, Store};
use crossbeam::channel::{Receiver, RecvTimeoutError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// How long to wait for news before looking whether packets have come.
const PATIENCE: Duration = Duration::from_millis(50);

/// An incident whose evidence is not sealed yet.
struct Case {
    job: Origin,
    id: EventId,
    /// As it was when it opened: pictures and clip are made of this, however late they are made.
    incident: Box<Incident>,
    packets: Option<(Option<PacketRun>, Hold)>,
    staged: Option<Staged>,
    /// As it was when it closed.
    closed: Option<(Box<Incident>, Closing)>,
    broken: bool,
}

/// The evidence stage.
pub struct Keeper<'a> {
    /// Where events are recorded.
    pub store: &'a Store,
    /// Counters to fill.
    pub stats: &'a Stats,
    /// Set when nothing more can be kept, so that the run stops instead of judging in vain.
    pub halt: &'a AtomicBool,
    /// Set in a service that runs for months: an event is recorded as its incident opens.
    pub live: Option<LiveKeeping>,
}

impl Keeper<'_> {
    /// Works until the news ends and every case is sealed; returns the events, in the order in
    /// which they were sealed; in a service, where they would never end, none.
    pub fn run(self, notices: &Receiver<Notice>) -> Vec<(usize, EventRecord)> {
        if let Some(live) = &self.live {
            if let Err(error) = LiveKeeper::new(self.store, self.stats, live).run(notices) {
                tracing::error!(%error, "no thread could be started to keep evidence");
                self.halt.store(true, Relaxed);
            }
            return Vec::new();
        }
        let mut cases: Vec<Case> = Vec::new();
        let mut events = Vec::new();
        let mut open = true;
        while open || !cases.is_empty() {
            match notices.recv_timeout(PATIENCE) {
                Ok(notice) => enter(&mut cases, notice),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => open = false,
            }
            for case in &mut cases {
                self.stage(case, !open);
            }
            let mut i = 0;
            while i < cases.len() {
                if cases[i].broken || (cases[i].closed.is_some() && cases[i].staged.is_some()) {
                    events.extend(self.seal(cases.remove(i)));
                } else if !open && cases[i].closed.is_none() {
                    // Its judge has gone without closing it; said where it went.
                    cases.remove(i);
                } else {
                    i += 1;
                }
            }
        }
        events
    }

    /// Stills and clip, as soon as the packets are all there (or no more can come).
    fn stage(&self, case: &mut Case, last_call: bool) {
        let ready = case.packets.as_ref().is_some_and(|(_, around)| last_call || around.ready());
        if !ready {
            return;
        }
        let Some((before, around)) = case.packets.take() else { return };
        let staged = self.guarded(case, |case| {
            evidence::stage(&case.job.context, &case.incident, before, around.take())
        });
        case.staged = staged;
    }

    /// Does a case's work; what goes wrong, be it a panic, breaks this case only.
    fn guarded<T>(
        &self,
        case: &mut Case,
        work: impl FnOnce(&Case) -> Result<T, EvidenceError>,
    ) -> Option<T> {
        let done =
            self.stats.measure(Stage::Evidence, || catch_unwind(AssertUnwindSafe(|| work(case))));
        match done {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(e)) => {
                case.job.progress.fail(e.to_string());
                if e.is_fatal() {
                    self.halt.store(true, Relaxed);
                }
            }
            Err(_) => case.job.progress.fail(format!(
                "camera {}: event {}: the evidence stage ended unexpectedly; please report this with the output of -vv",
                case.job.context.camera.id, case.id
            )),
        }
        case.broken = true;
        None
    }

    fn seal(&self, mut case: Case) -> Option<(usize, EventRecord)> {
        let staged = case.staged.take()?;
        let (incident, closing) = case.closed.take()?;
        let sealed = self.guarded(&mut case, |case| {
            evidence::seal(&case.job.context, staged, &incident, closing)
        })?;
        let record = EventRecord::of(&sealed.event, &case.job.path, &sealed.folder);
        match self.stats.measure(Stage::Evidence, || self.store.put_event(&record)) {
            Ok(_) => {
                Progress::count(&case.job.progress.events);
                Some((case.job.number, record))
            }
            Err(e) => {
                case.job.progress.fail(e.to_string());
                self.halt.store(true, Relaxed);
                None
            }
        }
    }
}

fn enter(cases: &mut Vec<Case>, notice: Notice) {
    match notice {
        Notice::Opened { job, incident, before, around } => {
            let id = job.context.event_id(&incident);
            // The same footage named twice in one command: one of them is enough.
            if cases.iter().any(|c| c.id == id) {
                return;
            }
            let packets = Some((before, around));
            let (staged, closed) = (None, None);
            cases.push(Case { job, id, incident, packets, staged, closed, broken: false });
        }
        Notice::Closed { job, incident, closing } => {
            let key: &IncidentKey = &incident.key;
            let mine = |c: &&mut Case| c.job.number == job.number && c.incident.key == *key;
            if let Some(case) = cases.iter_mut().find(mine) {
                case.closed = Some((incident, closing));
            }
        }
        Notice::GivenUp(_) | Notice::End => {}
    }
}
