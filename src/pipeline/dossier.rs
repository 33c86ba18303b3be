//! All that is known and kept of one incident of a service until its event is sealed.

use super::notice::Origin;
use crate::evidence::{self, Case, EventId, EvidenceError, Sealed, Staged};
use crate::media::{Hold, MediaTime, PacketRun, TimeSpan};
use crate::rules::{Closing, Incident, IncidentKey};
use crate::store::{EventRecord, StandingState};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pictures taken of an incident that goes on, at most.
const MOST_INTERIM: usize = 10;

/// A piece of work on evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Bring to the disk what is only in memory.
    Spool,
    /// Make stills and clip.
    Stage,
    /// Take a picture while it goes on.
    Interim,
    /// Seal record, pictures and clip.
    Seal,
}

/// Why a piece of work was not done.
#[derive(Debug)]
pub(super) enum Setback {
    /// It may be done later.
    Later(EvidenceError),
    /// It will never be done.
    Never(String),
}

/// Whether it is known when an incident ended that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As far as it can be.
    Known,
    /// Nobody said it, and it was not looked yet until when it was seen.
    Unknown,
}

/// One incident's dossier.
pub(super) struct Dossier {
    pub job: Origin,
    pub id: EventId,
    /// As it was when it opened: pictures and clip are made of this, however late they are made.
    incident: Box<Incident>,
    before: Option<PacketRun>,
    around: Option<Hold>,
    /// Its folder on the disk; `None` until it could be made.
    case: Option<Case>,
    before_kept: bool,
    around_kept: bool,
    staged: Option<Staged>,
    /// As it was when it closed.
    closed: Option<(Box<Incident>, Closing)>,
    closed_kept: bool,
    end: End,
    /// When the next picture is due while it goes on.
    due: MediaTime,
    pub sealed: Option<Sealed>,
}

impl Dossier {
    pub(super) fn new(
        job: Origin,
        incident: Box<Incident>,
        before: Option<PacketRun>,
        around: Hold,
        interim_seconds: f64,
    ) -> Self {
        let id = job.context.event_id(&incident);
        let due = incident.moment.plus(interim_seconds);
        Self {
            job,
            id,
            incident,
            before,
            around: Some(around),
            case: None,
            before_kept: false,
            around_kept: false,
            staged: None,
            closed: None,
            closed_kept: false,
            end: End::Known,
            due,
            sealed: None,
        }
    }

    /// Whether it is that incident's.
    pub(super) fn is_of(&self, key: &IncidentKey) -> bool {
        self.incident.key == *key
    }

    /// The incident is over.
    pub(super) fn close(&mut self, incident: Box<Incident>, closing: Closing) {
        self.closed = Some((incident, closing));
    }

    /// Nobody will say how it ended.
    pub(super) fn interrupt(&mut self) {
        if self.closed.is_none() {
            self.closed = Some((self.incident.clone(), Closing::Interrupted));
            self.end = End::Unknown;
        }
    }

    /// Where nobody said how it ended: until when, and where, it was last kept as standing.
    fn learn_end(&mut self) {
        if std::mem::replace(&mut self.end, End::Known) == End::Known {
            return;
        }
        let (data, camera) = (&self.job.context.data, &self.job.context.camera.id);
        let stood = StandingState::load(data, camera).unwrap_or_default();
        if let (Some(thing), Some((incident, _))) =
            (stood.of_event(self.id.as_str()), &mut self.closed)
        {
            incident.saw_until(thing.seen, thing.place);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Whether a crash loses none of it.
    pub(super) fn is_on_disk(&self) -> bool {
        self.case.is_some() && self.around_kept
    }

    /// Whether a later start finds it.
    pub(super) fn has_case(&self) -> bool {
        self.case.is_some()
    }

    /// The event as far as it is known.
    pub(super) fn record(&self) -> EventRecord {
        let (context, path) = (&self.job.context, &self.job.path);
        match &self.closed {
            Some((incident, closing)) => EventRecord::open(context, incident, Some(*closing), path),
            None => EventRecord::open(context, &self.incident, None, path),
        }
    }

    /// Bytes of packets kept in memory.
    pub(super) fn bytes(&self) -> usize {
        let before = self.before.as_ref().map_or(0, PacketRun::bytes);
        before + self.around.as_ref().map_or(0, Hold::bytes)
    }

    /// Lets its packets in memory go; evidence is then made of what is on the disk.
    pub(super) fn let_go(&mut self) {
        (self.before, self.around) = (None, None);
    }

    /// Whether something of it is only in memory.
    pub(super) fn wants_spool(&self) -> bool {
        let packets = self.around.is_some() && !self.around_kept;
        packets || (self.closed.is_some() && self.case.is_some() && !self.closed_kept)
    }

    /// The work on its evidence that can be done now; `last`: no more packets can come.
    pub(super) fn next_work(&self, interim_seconds: f64, last: bool) -> Option<Work> {
        let ready = |around: &Hold| last || around.ready();
        match &self.staged {
            Some(_) if self.closed.is_some() => Some(Work::Seal),
            None if self.around.as_ref().is_none_or(ready) => Some(Work::Stage),
            _ => {
                let now = self.job.ring.as_ref().and_then(|ring| ring.stats().newest)?;
                let open = self.closed.is_none() && !last;
                let takes = interim_seconds > 0.0
                    && self.case.as_ref().is_some_and(|c| c.interim() < MOST_INTERIM);
                (open && takes && now >= self.due).then_some(Work::Interim)
            }
        }
    }

    /// Does a piece of work; what goes wrong, be it a panic, is this dossier's trouble alone.
    pub(super) fn work(&mut self, work: Work, interim_seconds: f64) -> Result<(), Setback> {
        let done = catch_unwind(AssertUnwindSafe(|| {
            self.learn_end();
            match work {
                Work::Spool => self.spool(),
                Work::Stage => self.stage(),
                Work::Interim => self.interim(interim_seconds),
                Work::Seal => self.seal(),
            }
        }));
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.is_fatal() => Err(Setback::Later(error)),
            Ok(Err(error)) => Err(Setback::Never(error.to_string())),
            Err(_) => Err(Setback::Never(
                "the evidence stage ended unexpectedly; please report this with the output of -vv"
                    .to_owned(),
            )),
        }
    }

    fn spool(&mut self) -> Result<(), EvidenceError> {
        let Some(around) = &self.around else { return self.keep_closed() };
        let case = match &mut self.case {
            Some(case) => case,
            None => self.case.insert(Case::begin(
                &self.job.context,
                &self.incident,
                &self.job.path,
                around,
            )?),
        };
        if let (Some(before), false) = (&self.before, self.before_kept) {
            case.keep_before(before)?;
        }
        self.before_kept = true;
        self.around_kept = case.follow(around)?;
        if self.around_kept && self.staged.is_some() {
            self.let_go();
        }
        self.keep_closed()
    }

    fn keep_closed(&mut self) -> Result<(), EvidenceError> {
        if let (Some((incident, closing)), Some(case), false) =
            (&self.closed, &mut self.case, self.closed_kept)
        {
            case.close(incident, *closing)?;
            self.closed_kept = true;
        }
        Ok(())
    }

    fn stage(&mut self) -> Result<(), EvidenceError> {
        let staged = match (&self.around, &self.case) {
            (Some(around), _) => evidence::stage(
                &self.job.context,
                &self.incident,
                self.before.clone(),
                around.so_far(),
            )?,
            (None, Some(case)) => case.stage()?,
            (None, None) => {
                let camera = self.job.context.camera.id.clone();
                return Err(EvidenceError::NoFootage { camera, event: self.id.clone() });
            }
        };
        self.staged = Some(staged);
        // What it was made of is on the disk, or not needed any more.
        if self.around_kept || self.case.is_none() {
            self.let_go();
        }
        Ok(())
    }

    fn interim(&mut self, seconds: f64) -> Result<(), EvidenceError> {
        let ring = self.job.ring.as_ref();
        let (Some(ring), Some(case)) = (ring, &mut self.case) else { return Ok(()) };
        let Some(now) = ring.stats().newest else { return Ok(()) };
        self.due = now.plus(seconds);
        case.take_interim(&ring.hold(TimeSpan { from: now, to: now }).take())
    }

    fn seal(&mut self) -> Result<(), EvidenceError> {
        let (Some(staged), Some((incident, closing))) = (&self.staged, &self.closed) else {
            return Ok(());
        };
        let mut staged = staged.clone();
        if let Some(case) = &self.case {
            staged = case.add_interim(staged)?;
        }
        self.sealed = Some(evidence::seal(&self.job.context, staged, incident, *closing)?);
        Ok(())
    }

    /// Puts away what a crash would have needed; its event is recorded.
    pub(super) fn done(self) -> Result<(), EvidenceError> {
        self.case.map_or(Ok(()), Case::remove)
    }
}
