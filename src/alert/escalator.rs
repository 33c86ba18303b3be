//! Finds what is overdue by the agencies' targets and makes the letters that tell their sinks of it:
//! one an event and step, and where there are many, one for all.

use super::alerter::key;
use super::message::Message;
use crate::config::Agency;
use crate::media::WallTime;
use crate::store::{
    ActorKind, Letter, NewEntry, Overdue, OverdueCount, OverdueOf, Store, StoreError, word,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// So many events of an agency have a letter of their own within [`LATELY`]; more are told together, and
/// then nothing else for as long: who is told every minute stops reading.
const ALONE: u32 = 5;
const LATELY: SignedDuration = SignedDuration::from_hours(1);
/// How often all that waits is looked through.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What one look found and told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Escalated {
    /// Events that had a letter of their own.
    pub alone: u64,
    /// Events told of together with others.
    pub together: u64,
}

/// Tells agencies of what is overdue.
#[derive(Debug, Clone)]
pub struct Escalator {
    agencies: Vec<Agency>,
    looked: Vec<Looked>,
}

/// When an agency's events were looked through, and all that was found was told.
#[derive(Debug, Clone, Copy, Default)]
struct Looked {
    /// Last.
    last: Option<WallTime>,
    /// Last from the oldest on.
    whole: Option<WallTime>,
}

impl Looked {
    /// From when on to look at `now`. What became overdue long ago is looked through seldom: it comes
    /// to be told only where an event was stored late, given to another agency or opened again.
    fn since(self, now: WallTime) -> Option<WallTime> {
        let whole = self.whole.filter(|whole| now < whole.plus(WHOLE_EVERY));
        whole.and(self.last)
    }
}

impl Escalator {
    /// For a site's agencies, in their order; `None`: none of them has a sink that would hear.
    pub fn new(agencies: &[Agency]) -> Option<Self> {
        let heard = agencies.iter().any(|a| !a.sinks.is_empty());
        let looked = vec![Looked::default(); agencies.len()];
        heard.then(|| Self { agencies: agencies.to_vec(), looked })
    }

    /// Puts letters into the outbox for what is overdue at `now` and was not told. What was told is
    /// noted with its letter and an entry in the audit trail, so that it is told once, whoever looks.
    ///
    /// # Errors
    /// What is wrong with the store; the next look goes on.
    pub fn look(&mut self, store: &Store, now: WallTime) -> Result<Escalated, StoreError> {
        let mut done = Escalated::default();
        for (nth, agency) in self.agencies.iter().enumerate() {
            if agency.sinks.is_empty() {
                continue;
            }
            let since = self.looked[nth].since(now);
            let of = OverdueOf { agencies: &self.agencies, nth, now, since };
            if let Some(told) = tell(store, of)? {
                done.alone += told.alone;
                done.together += told.together;
                self.looked[nth].last = Some(now);
                if since.is_none() {
                    self.looked[nth].whole = Some(now);
                }
            }
        }
        Ok(done)
    }
}

/// Tells one agency; `None`: not now, as it was told much lately.
fn tell(store: &Store, of: OverdueOf<'_>) -> Result<Option<Escalated>, StoreError> {
    let (agency, now) = (of.agency(), of.now);
    let mut done = Escalated::default();
    let lately = store.told_lately(&agency.id, now.plus(-LATELY))?;
    if lately.together > 0 {
        return Ok(None);
    }
    let overdue = store.overdue_untold(of, ALONE + 1)?;
    if overdue.is_empty() {
        return Ok(Some(done));
    }
    if lately.alone + overdue.len() as u64 <= u64::from(ALONE) {
        for one in &overdue {
            let (letters, entry) = of_one(agency, one, now);
            done.alone += u64::from(store.escalate(&agency.id, one, &letters, &entry)?);
        }
    } else {
        let count = store.overdue_count(of)?;
        let (letters, entry) = of_many(agency, &count, now);
        done.together += store.escalate_all(of, &letters, &entry)?;
    }
    Ok(Some(done))
}

fn of_one(agency: &Agency, overdue: &Overdue, now: WallTime) -> (Vec<Letter>, NewEntry) {
    let Overdue { event, stage, counted, due } = overdue;
    let message = Message::Overdue {
        event: Box::new(event.clone()),
        agency: agency.name.clone(),
        stage: *stage,
        due: *due,
    };
    let phase = format!("overdue {} {} {}", word(stage), agency.id, counted.0.as_microsecond());
    let details = json!({
        "agency": agency.id, "stage": word(stage), "due": due.utc_rfc3339(), "sinks": agency.sinks,
    });
    (letters(agency, &event.id, &phase, now, &message), entry(&event.id, details, now))
}

fn of_many(agency: &Agency, count: &OverdueCount, now: WallTime) -> (Vec<Letter>, NewEntry) {
    let message = Message::OverdueMany {
        agency: agency.id.clone(),
        agency_name: agency.name.clone(),
        acknowledge: count.acknowledge,
        decide: count.decide,
        kinds: count.kinds.clone(),
        oldest: count.counted_from.unwrap_or(now),
    };
    let phase = format!("overdue {}", now.0.as_microsecond());
    let details = json!({
        "agency": agency.id, "acknowledge": count.acknowledge, "decide": count.decide,
        "sinks": agency.sinks,
    });
    let subject = format!("agency {}", agency.id);
    (letters(agency, &subject, &phase, now, &message), entry(&agency.id, details, now))
}

fn letters(
    agency: &Agency,
    subject: &str,
    phase: &str,
    now: WallTime,
    message: &Message,
) -> Vec<Letter> {
    // Of plain fields alone, so it cannot fail.
    let Ok(body) = serde_json::to_string(message) else { return Vec::new() };
    let letter = |sink: &String| Letter {
        key: key(sink, subject, phase),
        sink: sink.clone(),
        subject: subject.to_owned(),
        at: now,
        body: body.clone(),
        recovery: false,
    };
    agency.sinks.iter().map(letter).collect()
}

fn entry(subject: &str, details: Value, at: WallTime) -> NewEntry {
    NewEntry {
        at,
        actor: "service".to_owned(),
        actor_kind: ActorKind::Service,
        action: "escalated".to_owned(),
        subject: subject.to_owned(),
        details,
        address: None,
    }
}
