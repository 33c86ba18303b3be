//! The store's outbox as the rest of the program sees it.

use super::error::StoreError;
use super::handle::Store;
use super::letter::{Letter, LetterState, OutboxCount, OutboxLetter};
use crate::media::WallTime;

impl Store {
    /// Puts letters that tell of nothing stored into the outbox; known keys are left out.
    pub fn put_letters(&self, letters: &[Letter]) -> Result<(), StoreError> {
        let db = self.database();
        db.put_letters(letters)
    }

    /// The letters to try now: of each thread the first that waits, where its time has come; longest
    /// due first, at most `limit`.
    pub fn outbox_due(
        &self,
        sink: &str,
        now: WallTime,
        limit: u32,
    ) -> Result<Vec<OutboxLetter>, StoreError> {
        let db = self.database();
        db.outbox_due(sink, now, limit)
    }

    /// When the next letter of a sink is due; `None` where none waits. May lie in the past.
    pub fn outbox_next(&self, sink: &str) -> Result<Option<WallTime>, StoreError> {
        let db = self.database();
        db.outbox_next(sink)
    }

    /// Its sink has taken a letter; `receipt` is what the receiver calls it.
    pub fn letter_sent(
        &self,
        key: &str,
        now: WallTime,
        receipt: Option<&str>,
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.letter_sent(key, now, receipt)
    }

    /// A try failed; the letter waits until `next_try`, and later ones of its thread with it.
    pub fn letter_failed(
        &self,
        key: &str,
        now: WallTime,
        next_try: WallTime,
        why: &str,
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.letter_failed(key, now, next_try, why)
    }

    /// A letter waits until `until` without having been tried.
    pub fn letter_held(&self, key: &str, until: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.letter_held(key, until)
    }

    /// A letter is given up; later ones of its thread go on without it.
    pub fn letter_dead(&self, key: &str, now: WallTime, why: &str) -> Result<(), StoreError> {
        let db = self.database();
        db.letter_dead(key, now, why)
    }

    /// The latest letters, in order of their numbers.
    pub fn letters(
        &self,
        state: Option<LetterState>,
        sink: Option<&str>,
        limit: u32,
    ) -> Result<Vec<OutboxLetter>, StoreError> {
        let db = self.database();
        db.letters(state, sink, limit)
    }

    /// The letters given up, in order of their numbers, the latest `limit`.
    pub fn dead_letters(
        &self,
        sink: Option<&str>,
        limit: u32,
    ) -> Result<Vec<OutboxLetter>, StoreError> {
        self.letters(Some(LetterState::Dead), sink, limit)
    }

    /// Lets letters that were given up wait again, as if never tried: those of these keys, or all;
    /// of one sink, or of all. Gives how many.
    pub fn retry_dead(&self, sink: Option<&str>, keys: &[String]) -> Result<u64, StoreError> {
        let db = self.database();
        db.retry_dead(sink, keys)
    }

    /// Forgets letters of a sink that were sent, or given up, before these times.
    pub fn forget_letters(
        &self,
        sink: &str,
        sent_before: WallTime,
        dead_before: WallTime,
    ) -> Result<u64, StoreError> {
        let db = self.database();
        db.forget_letters(sink, sent_before, dead_before)
    }

    /// Gives up the waiting letters of all sinks but these: no sink of their name is left. Gives how
    /// many.
    pub fn abandon_letters(
        &self,
        sinks: &[&str],
        now: WallTime,
        why: &str,
    ) -> Result<u64, StoreError> {
        let db = self.database();
        db.abandon_letters(sinks, now, why)
    }

    /// How many letters of each sink stand where, by the sinks' names.
    pub fn outbox_counts(&self) -> Result<Vec<OutboxCount>, StoreError> {
        let db = self.database();
        db.outbox_counts()
    }
}
