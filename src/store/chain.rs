//! The daily chain, continued: what was sealed and removed since is entered into today's file.
//!
//! A row that waits is written in the transaction that stores the event or says that its evidence
//! goes, and is taken away only after the chain's file is on the disk. A crash in between leaves a
//! file that is ahead of the index; the next addition takes it up, and says in one transaction that
//! the day is known and that what it names waits no longer.

use super::chain_entering::{Earlier, Entering, entering};
use super::chain_key::{chain_keys, day_key};
use super::chain_table::{LastDay, Waiting};
use super::error::StoreError;
use super::handle::Store;
use crate::evidence::chain::{
    ChainDay, ChainEntry, ChainError, ChainKnown, Previous, chain_days, read_day, sweep_chain,
    write_day,
};
use crate::evidence::signing::Trusted;
use crate::media::WallTime;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

/// Entries of one day at most, about 35 MB; what is over is entered on the next.
const MOST: usize = 200_000;

/// What was added to the chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ChainGrown {
    /// The day that it was added to.
    pub day: Date,
    /// The day's head, 64 hexadecimal digits.
    pub head: String,
    /// Entries added now.
    pub added: usize,
    /// Entries of the day.
    pub entries: usize,
}

impl Store {
    /// Enters what was sealed and removed since into the chain of the local day of `now`; says
    /// nothing where there is no chain and nothing to begin one with. The first one begins with all
    /// that is stored. Only who holds the data folder's lock adds to the chain.
    ///
    /// # Errors
    /// The day was altered, or cannot be signed (it is left as it is, and what waits goes on waiting);
    /// the system or the database refuses.
    pub fn extend_chain(
        &self,
        data: &Path,
        now: WallTime,
    ) -> Result<Option<ChainGrown>, StoreError> {
        if !self.writes() {
            return Ok(None);
        }
        let db = self.database();
        sweep_chain(data)?;
        let trusted = chain_keys(data, now)?;
        let today = now.local().date();
        let last = self.take_up_chain(data, today, now, &trusted)?;
        // A clock set back does not go back in the chain.
        let day = last.as_ref().map_or(today, |l| l.is.day.max(today));
        if today.tomorrow().is_ok_and(|tomorrow| day > tomorrow) {
            tracing::error!(
                "the last day of the chain is {day}, and today is {today}: this computer's clock is \
                 wrong, or was ahead then; until {day} all is entered under that day"
            );
        }
        let known = last.as_ref().filter(|l| l.is.day == day);
        let (previous, mut entries) = match known {
            Some(known) => as_written(data, known, &trusted)?,
            None => (last.as_ref().map(|l| l.is.clone()), Vec::new()),
        };
        let waiting = db.chain_waiting(MOST.saturating_sub(entries.len()))?;
        let before = entries.len();
        let mut entered = Vec::new();
        let mut earlier = Earlier::of(data, &waiting);
        for one in waiting {
            match entering(data, &one) {
                Entering::Now(entry) if !earlier.lets_in(data, &one, &entry, &trusted) => continue,
                Entering::Now(entry) => {
                    earlier.hear(&entry);
                    entries.push(entry);
                }
                Entering::Never => {}
                Entering::Later => continue,
            }
            entered.push(one);
        }
        let added = entries.len() - before;
        if added == 0 && (known.is_some() || last.is_none()) {
            if let Some(last) = last.as_ref().filter(|_| !entered.is_empty()) {
                db.chain_written(last, now, &entered)?;
            }
            return Ok(known.map(|l| grown(l, 0)));
        }
        let key = day_key(data, day, last.as_ref().map(|l| l.is.day), &trusted)?;
        let made = ChainDay::new(day, previous, entries, key.as_ref());
        write_day(data, &made)?;
        let is = Previous { day, head: made.head };
        let last = LastDay { is, entries: made.entries.len() };
        db.chain_written(&last, now, &entered)?;
        Ok(Some(grown(&last, added)))
    }

    /// What the index knows of the chain.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn chain_known(&self) -> Result<ChainKnown, StoreError> {
        // Waiting first: what is entered in between is then named by the chain.
        let (waiting, removals) = self.database().chain_waits()?;
        let (heads, stamps) = (self.database().chain_heads()?, self.database().chain_stamps()?);
        Ok(ChainKnown { heads, waiting, removals, stamps, ..ChainKnown::default() })
    }

    /// Takes up days that are written and that the index does not know yet: a crash came between, or
    /// the index was made anew. What such a day names waits no longer, from the same moment on: a
    /// second crash must not let it be entered twice. Gives the last day.
    fn take_up_chain(
        &self,
        data: &Path,
        today: Date,
        now: WallTime,
        trusted: &Trusted,
    ) -> Result<Option<LastDay>, StoreError> {
        let db = self.database();
        let mut last = db.chain_last()?;
        let from = last.as_ref().map(|l| l.is.day);
        for day in chain_days(data)?.into_iter().filter(|d| from.is_none_or(|from| *d >= from)) {
            let read = match read_day(data, day) {
                Ok(Some(read)) => read,
                Ok(None) => continue,
                Err(e) if day >= today => return Err(e.into()),
                Err(e) => {
                    tracing::error!("the chain goes on after a day that is damaged: {e}");
                    continue;
                }
            };
            if last.as_ref().is_some_and(|l| l.is.day == day && l.is.head == read.head) {
                continue;
            }
            if let Some(detail) = unfit(&read, last.as_ref(), trusted) {
                let broken = ChainError::Broken { day, detail };
                if day >= today {
                    return Err(broken.into());
                }
                tracing::error!("{broken}");
                continue;
            }
            let named = self.named_already(data, &read)?;
            let taken =
                LastDay { is: Previous { day, head: read.head }, entries: read.entries.len() };
            db.chain_written(&taken, now, &named)?;
            last = Some(taken);
        }
        Ok(last)
    }

    /// What waits although a day names it already.
    fn named_already(&self, data: &Path, read: &ChainDay) -> Result<Vec<Waiting>, StoreError> {
        let lines: HashSet<String> = read.entries.iter().map(ChainEntry::line).collect();
        let events: BTreeSet<&str> = read.entries.iter().map(|e| e.event.as_str()).collect();
        let mut named = Vec::new();
        for waiting in self.database().chain_waiting_of(&events)? {
            if let Entering::Now(entry) = entering(data, &waiting)
                && lines.contains(&entry.line())
            {
                named.push(waiting);
            }
        }
        Ok(named)
    }
}

/// Why a day cannot be the one that a crash left unknown to the index.
fn unfit(read: &ChainDay, last: Option<&LastDay>, trusted: &Trusted) -> Option<String> {
    if trusted.any && read.signature.is_none() {
        return Some("it is not signed".to_owned());
    }
    let shorter = last.is_some_and(|l| l.is.day == read.day && read.entries.len() < l.entries);
    if shorter {
        return Some("it has fewer entries than were written".to_owned());
    }
    let follows =
        last.is_none_or(|l| l.is.day == read.day || read.previous.as_ref() == Some(&l.is));
    if !follows {
        return Some("it does not follow the day before".to_owned());
    }
    read.fault(trusted)
}

/// A day's beginning and entries, if it is what was written.
fn as_written(
    data: &Path,
    known: &LastDay,
    trusted: &Trusted,
) -> Result<(Option<Previous>, Vec<ChainEntry>), StoreError> {
    let day = known.is.day;
    let broken = |detail: String| Err(ChainError::Broken { day, detail }.into());
    match read_day(data, day)? {
        None => broken("its file is not there".to_owned()),
        Some(read) if read.head != known.is.head => broken("its head is another".to_owned()),
        Some(read) => match read.fault(trusted) {
            Some(detail) => broken(detail),
            None => Ok((read.previous, read.entries)),
        },
    }
}

fn grown(last: &LastDay, added: usize) -> ChainGrown {
    ChainGrown { day: last.is.day, head: last.is.head.clone(), added, entries: last.entries }
}
