//! Keeps what the judges of a service find: rows first, evidence when there is time and room for it.
//!
//! One thread records: an event as its incident opens, again as it closes, again as its evidence is
//! sealed; nothing that evidence needs makes it wait. Two helpers work for it, each at one piece at
//! a time: one brings packets to the disk as they come, one makes stills and clips and seals them.
//! While the disk is full, rows go into the reserve, and evidence waits in memory and on the disk.

use super::capacity::IN_HAND;
use super::dossier::{Dossier, Setback, Work};
use super::helper::{self, Errand, Left, Return};
use super::job::Progress;
use super::live_keeping::LiveKeeping;
use super::meter::Meter;
use super::notice::Notice;
use super::slot::{Row, Slot};
use super::stats::{Stage, Stats};
use super::threads::spawn;
use crate::alert::News;
use crate::store::{EventRecord, Put, StorageState, Store, StoreError};
use crossbeam::channel::{Receiver, Sender, TryRecvError, bounded};
use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// How long to wait for news before looking whether there is something to do.
const PATIENCE: Duration = Duration::from_millis(50);
/// From one time that a case's packets are brought to the disk to the next.
const SPOOL_EVERY: Duration = Duration::from_millis(400);
/// How often the disk is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Before work that failed is tried again: at first, and at most.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));
/// Packets kept in memory for evidence not made yet, bytes. Past this, what is on the disk is let
/// go; with a full disk, the oldest events get no evidence.
const MOST_BYTES: usize = 256 << 20;
/// Rows that wait for a store that refuses them. Past this the oldest is given up, loudly.
const MOST_ROWS: usize = 10_000;
/// Attempts after the news has ended, before what is left is left for the next start.
const LAST_TRIES: u32 = 3;

/// The recording thread's state.
pub(super) struct LiveKeeper<'a> {
    pub store: &'a Store,
    pub stats: &'a Stats,
    pub live: &'a LiveKeeping,
    slots: Vec<Slot>,
    rows: VecDeque<Row>,
    rows_not_before: Instant,
    looked: Instant,
    state: StorageState,
    /// Whether each helper is at work: spooling, sealing.
    busy: [bool; 2],
    last: bool,
}

impl<'a> LiveKeeper<'a> {
    pub(super) fn new(store: &'a Store, stats: &'a Stats, live: &'a LiveKeeping) -> Self {
        let now = Instant::now();
        Self {
            store,
            stats,
            live,
            slots: Vec::new(),
            rows: VecDeque::new(),
            rows_not_before: now,
            looked: now,
            state: live.storage.look().state,
            busy: [false; 2],
            last: false,
        }
    }

    /// Works until the news ends and all that can be sealed is sealed.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub(super) fn run(mut self, notices: &Receiver<Notice>) -> std::io::Result<()> {
        let (stats, seconds) = (self.stats, self.live.interim_seconds);
        std::thread::scope(|scope| {
            let (back, done) = bounded::<Return>(2 * IN_HAND);
            let mut hands = Vec::new();
            let left = Left::new(self.store, &self.live.storage, &self.live.alerter);
            let pulses = &self.live.pulses;
            let helpers = [
                ("evidence-spool", &pulses.spool, None),
                ("evidence-seal", &pulses.seal, Some(left)),
            ];
            for (name, pulse, left) in helpers {
                let (hand, errands) = bounded::<Errand>(IN_HAND);
                let back = back.clone();
                let meter = Meter::watched(stats, pulse);
                spawn(scope, name, move || helper::work(&errands, &back, meter, seconds, left))?;
                hands.push(hand);
            }
            while self.turn(notices, &done) {
                self.hand_out(&hands);
            }
            Ok(())
        })
    }

    /// Takes what has come, writes rows; `false` when all is done.
    fn turn(&mut self, notices: &Receiver<Notice>, done: &Receiver<Return>) -> bool {
        if self.last {
            if let Ok(returned) = done.recv_timeout(PATIENCE) {
                self.take_back(returned);
            }
        } else {
            crossbeam::select! {
                recv(notices) -> notice => match notice {
                    Ok(notice) => self.enter(notice),
                    Err(_) => self.last = true,
                },
                recv(done) -> returned => if let Ok(returned) = returned {
                    self.take_back(returned);
                },
                default(PATIENCE) => {}
            }
        }
        loop {
            match notices.try_recv() {
                Ok(notice) => self.enter(notice),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.last = true;
                    break;
                }
            }
        }
        self.write_rows();
        while let Ok(returned) = done.try_recv() {
            self.take_back(returned);
        }
        if self.looked.elapsed() >= LOOK_EVERY {
            let look = || self.live.storage.look().state;
            self.state = self.live.pulses.rows.beat(look);
            self.looked = Instant::now();
        }
        self.bound_memory();
        self.retire();
        self.write_rows();
        !(self.live.abandon.load(Relaxed)
            || (self.last && self.slots.is_empty() && self.rows.is_empty()))
    }

    fn enter(&mut self, notice: Notice) {
        match notice {
            Notice::Opened { job, incident, before, around } => {
                let record = EventRecord::open(&job.context, &incident, None, &job.path);
                if self.slots.iter().any(|s| s.number == job.number && s.key == incident.key) {
                    return;
                }
                let letters = self.live.alerter.letters(News::Opened(&record));
                self.rows.push_back(Row { record, letters, dossier: None });
                // Rows of what came with it do not wait for what follows.
                self.write_rows();
                let (number, key) = (job.number, incident.key.clone());
                let seconds = self.live.interim_seconds;
                let dossier = Box::new(Dossier::new(job, incident, before, around, seconds));
                let now = Instant::now();
                self.slots.push(Slot {
                    number,
                    key,
                    dossier: Some(dossier),
                    closed: None,
                    interrupted: false,
                    spooled: now.checked_sub(SPOOL_EVERY).unwrap_or(now),
                    not_before: now,
                    tries: 0,
                    never: None,
                });
            }
            Notice::Closed { job, incident, closing } => {
                let record = EventRecord::open(&job.context, &incident, Some(closing), &job.path);
                let mine = |s: &&mut Slot| s.number == job.number && s.key == incident.key;
                let Some(slot) = self.slots.iter_mut().find(mine) else { return };
                match &mut slot.dossier {
                    Some(dossier) => dossier.close(incident, closing),
                    None => slot.closed = Some((incident, closing)),
                }
                // When and why it ended is known at once, however long its evidence takes; the
                // letter goes out with the evidence.
                self.rows.push_back(Row { record, letters: Vec::new(), dossier: None });
            }
            Notice::GivenUp(number) => self.interrupt(number),
            Notice::End => self.last = true,
        }
    }

    /// Closes what a session left open that was given up.
    fn interrupt(&mut self, number: usize) {
        self.slots.iter_mut().filter(|s| s.number == number).for_each(Slot::interrupt);
    }

    fn take_back(&mut self, (mut dossier, work, result): Return) {
        self.busy[usize::from(work != Work::Spool)] = false;
        let Some(slot) = self.slots.iter_mut().find(|s| {
            s.dossier.is_none() && s.number == dossier.job.number && dossier.is_of(&s.key)
        }) else {
            return;
        };
        if let Some((incident, closing)) = slot.closed.take() {
            dossier.close(incident, closing);
        }
        if slot.interrupted {
            dossier.interrupt();
        }
        match result {
            Ok(()) => slot.tries = 0,
            // A picture less; the rest of the evidence is none the worse for it.
            Err(Setback::Never(why)) if work == Work::Interim => {
                tracing::warn!(event = %dossier.id, why, "a picture was not taken");
            }
            // It stays in memory, and evidence is made of that.
            Err(Setback::Never(why)) if work == Work::Spool => {
                tracing::warn!(event = %dossier.id, why, "packets are in memory only");
                slot.tries += 1;
                slot.not_before = Instant::now() + RETRY.1;
            }
            Err(Setback::Never(why)) => slot.never = Some(why),
            Err(Setback::Later(error)) => {
                if slot.tries == 0 {
                    tracing::warn!(event = %dossier.id, %error, "evidence waits");
                }
                let wait = RETRY.0.saturating_mul(1 << slot.tries.min(6)).min(RETRY.1);
                slot.not_before = Instant::now() + wait;
                slot.tries += 1;
            }
        }
        slot.dossier = Some(dossier);
    }

    /// Gives each idle helper the next piece of work.
    fn hand_out(&mut self, hands: &[Sender<Errand>]) {
        if self.state == StorageState::Full {
            return;
        }
        let now = Instant::now();
        let (seconds, last) = (self.live.interim_seconds, self.last);
        for (which, hand) in hands.iter().enumerate() {
            if self.busy[which] {
                continue;
            }
            let work_of = |slot: &Slot| {
                let dossier = slot.dossier.as_ref()?;
                if slot.never.is_some() || slot.not_before > now {
                    return None;
                }
                if which == 0 {
                    let due = now.duration_since(slot.spooled) >= SPOOL_EVERY;
                    return (due && dossier.wants_spool()).then_some(Work::Spool);
                }
                // What has no folder on the disk yet comes to the disk first.
                dossier.next_work(seconds, last)
            };
            let works = self.slots.iter().enumerate();
            // What can be sealed goes first: it frees what it holds.
            let next = works
                .filter_map(|(i, slot)| Some((i, work_of(slot)?)))
                .min_by_key(|(i, work)| (*work == Work::Interim, *work != Work::Seal, *i));
            let Some((i, work)) = next else { continue };
            let slot = &mut self.slots[i];
            let Some(dossier) = slot.dossier.take() else { continue };
            slot.spooled = if work == Work::Spool { now } else { slot.spooled };
            match hand.try_send((dossier, work)) {
                Ok(()) => self.busy[which] = true,
                Err(refused) => slot.dossier = Some(refused.into_inner().0),
            }
        }
    }

    /// Takes out of the slots what is sealed, what will never be, and what is left for later.
    fn retire(&mut self) {
        let mut i = 0;
        while i < self.slots.len() {
            let slot = &mut self.slots[i];
            let Some(dossier) = &slot.dossier else {
                i += 1;
                continue;
            };
            let stuck = self.last && (self.state == StorageState::Full || slot.tries >= LAST_TRIES);
            // Where its judge has gone without closing it, the next start finishes it.
            let orphan = self.last && !dossier.is_closed();
            let row = if let Some(sealed) = &dossier.sealed {
                Some(EventRecord::of(&sealed.event, &dossier.job.path, &sealed.folder))
            } else if let (Some(why), true) = (&slot.never, dossier.is_closed() || self.last) {
                Some(dossier.record().without_evidence(why))
            } else if (stuck || orphan) && dossier.has_case() {
                tracing::warn!(event = %dossier.id, "its evidence is finished at the next start");
                None
            } else if stuck {
                let why = "the disk was full, and the program stopped before there was room again";
                Some(dossier.record().without_evidence(why))
            } else {
                i += 1;
                continue;
            };
            let slot = self.slots.remove(i);
            if let Some(record) = row {
                let letters = self.live.alerter.letters(News::Closed(&record));
                self.rows.push_back(Row { record, letters, dossier: slot.dossier });
            }
        }
    }

    /// Holds no more packets in memory than it may.
    fn bound_memory(&mut self) {
        let bytes = |slot: &Slot| slot.dossier.as_ref().map_or(0, |d| d.bytes());
        let mut held: usize = self.slots.iter().map(bytes).sum();
        let full = self.state == StorageState::Full;
        for slot in &mut self.slots {
            if held <= MOST_BYTES {
                return;
            }
            let Some(dossier) = &mut slot.dossier else { continue };
            if dossier.bytes() > 0 && (dossier.is_on_disk() || full) {
                if !dossier.is_on_disk() {
                    let why = "the disk was full for longer than memory could keep its packets";
                    tracing::error!(event = %dossier.id, "no evidence: {why}");
                    slot.never = Some(why.to_owned());
                }
                held -= dossier.bytes();
                dossier.let_go();
            }
        }
    }

    /// Writes the rows that wait, in order, as far as the store takes them.
    fn write_rows(&mut self) {
        if self.rows_not_before > Instant::now() {
            return;
        }
        while let Some(row) = self.rows.front() {
            match self.put(row) {
                Ok(_) => {
                    if let Some(Row { dossier: Some(dossier), .. }) = self.rows.pop_front() {
                        if dossier.sealed.is_some() {
                            Progress::count(&dossier.job.progress.events);
                        }
                        if let Err(error) = dossier.done() {
                            tracing::warn!(%error, "what is not needed any more stays");
                        }
                    }
                }
                Err(error) => {
                    tracing::error!(waiting = self.rows.len(), %error, "events cannot be recorded");
                    self.rows_not_before = Instant::now() + RETRY.0;
                    if self.rows.len() > MOST_ROWS
                        && let Some(lost) = self.rows.pop_front()
                    {
                        tracing::error!(event = lost.record.id, "an event could not be recorded");
                    }
                    if self.last && self.rows_given_up() {
                        self.rows.clear();
                    }
                    return;
                }
            }
        }
    }

    /// After the news has ended, a store that refuses is not waited for.
    fn rows_given_up(&self) -> bool {
        let ids: Vec<&str> = self.rows.iter().map(|r| r.record.id.as_str()).collect();
        tracing::error!(events = ?ids, "these could not be recorded");
        true
    }

    /// Whether a refusal comes from a full disk; a database does not always say so.
    fn is_full(&self, error: &StoreError) -> bool {
        matches!(error, StoreError::Full(_)) || self.live.storage.look().state == StorageState::Full
    }

    /// Stores a row; on a full disk with the help of the reserve.
    fn put(&self, row: &Row) -> Result<Put, StoreError> {
        let put = || self.store.put_event_with(&row.record, &row.letters);
        let meter = Meter::watched(self.stats, &self.live.pulses.rows);
        match meter.measure(Stage::Evidence, put) {
            Err(error) if self.is_full(&error) && self.live.storage.relieve() => {
                meter.measure(Stage::Evidence, put)
            }
            other => other,
        }
    }
}
