//! Delivers the letters of one sink.

use super::attempt::{Attempt, Outcome};
use super::backoff::Backoff;
use super::carrier::Carrier;
use super::message::Message;
use super::pace::Pace;
use super::papers;
use super::still;
use super::wording::Wording;
use crate::config::{SinkConfig, Target};
use crate::media::WallTime;
use crate::rules::Severity;
use crate::scene::CameraState;
use crate::store::{OutboxLetter, Store, StoreError};
use jiff::SignedDuration;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Letters tried in one call at most, so that the caller may stop in between.
const MOST_AT_ONCE: u32 = 32;
/// No letter is begun this long after a call began.
const LONGEST_CALL: Duration = Duration::from_secs(15);
/// Letters refused for what they are are given up after so many tries.
const MOST_REFUSALS: u32 = 5;
/// An alert waits for its picture so often, so long each.
const STILL_WAITS: u32 = 4;
const STILL_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// Letters that were sent are remembered so long, so that the same news is not told again.
const SENT_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Letters that were given up can be tried again for so long.
const DEAD_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
const TIDY_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Why there is no courier.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The sink's settings cannot be used on this machine.
    #[error("alerts \"{sink}\" cannot be sent: {why}")]
    Unusable {
        /// The sink's name.
        sink: String,
        /// Why, and what to do.
        why: String,
    },
}

/// What one call did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivered {
    /// Letters taken by the sink.
    pub sent: u32,
    /// Tries that failed and will be made again.
    pub failed: u32,
    /// Letters given up.
    pub dead: u32,
    /// Letters put off without a try: quiet hours, or a picture that is not there yet.
    pub held: u32,
    /// When to call again at the latest, unless a letter comes sooner; `None`: none waits.
    pub next_due: Option<WallTime>,
    /// What is wrong with the sink now, with the time of the next try; `None`: nothing known.
    pub trouble: Option<String>,
}

/// Delivers the letters of one sink, in order within a thread, each at least once. Every call blocks
/// while a try lasts, at most for the sink's time-out.
pub struct Courier {
    sink: SinkConfig,
    data: PathBuf,
    carrier: Box<dyn Carrier>,
    wording: Wording,
    backoff: Backoff,
    pace: Pace,
    paused_until: Option<WallTime>,
    trouble: Option<String>,
    tidied: Option<WallTime>,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("sink", &self.sink.name).finish_non_exhaustive()
    }
}

impl Courier {
    /// For a sink; `data` is the data folder that evidence lies under. Connects to nothing yet.
    ///
    /// # Errors
    /// [`AlertError`] when the sink's settings cannot be used.
    pub fn new(sink: SinkConfig, data: &Path) -> Result<Self, AlertError> {
        let carrier = super::sink::carrier(&sink)
            .map_err(|why| AlertError::Unusable { sink: sink.name.clone(), why })?;
        Ok(Self {
            wording: Wording::new(&sink),
            backoff: Backoff::new(),
            pace: Pace::new(sink.most_per_minute),
            data: data.to_owned(),
            carrier,
            paused_until: None,
            trouble: None,
            tidied: None,
            sink,
        })
    }

    /// The sink's name.
    pub fn name(&self) -> &str {
        &self.sink.name
    }

    /// Tries the letters that are due at `now`. What goes wrong with the sink is told in the
    /// answer and kept with its letter; a later call tries again.
    ///
    /// # Errors
    /// What is wrong with the store alone. A letter sent and not marked is sent again, with its key.
    pub fn deliver_due(&mut self, store: &Store, now: WallTime) -> Result<Delivered, StoreError> {
        let mut done = Delivered::default();
        let worked = self.work(store, now, &mut done);
        self.carrier.rest();
        worked?;
        self.tidy(store, now)?;
        done.next_due = self.next_due(store, now)?;
        done.trouble.clone_from(&self.trouble);
        Ok(done)
    }

    /// Sends a message that says it is a test, past the outbox, quiet hours and pace.
    ///
    /// # Errors
    /// A sentence that says what went wrong.
    pub fn send_test(&mut self, now: WallTime) -> Result<(), String> {
        let letter = super::alerter::test_letter(&self.sink.name, now);
        let said = self.wording.put(&letter, false, &Message::Test, None);
        let attempt = Attempt {
            letter: &letter,
            message: &Message::Test,
            said,
            follows: false,
            refers_to: None,
            still: None,
            papers: Vec::new(),
            facts: None,
            now,
        };
        let outcome = self.carrier.carry(&attempt);
        self.carrier.rest();
        match outcome {
            Outcome::Taken { .. } => Ok(()),
            Outcome::Again { why, .. } | Outcome::Refused { why } => Err(why),
        }
    }

    fn work(
        &mut self,
        store: &Store,
        now: WallTime,
        done: &mut Delivered,
    ) -> Result<(), StoreError> {
        if self.paused_until.is_some_and(|until| now < until) {
            return Ok(());
        }
        let begun = Instant::now();
        for _ in 0..MOST_AT_ONCE {
            if begun.elapsed() > LONGEST_CALL || !self.pace.allows(now) {
                break;
            }
            // One at a time: a letter that goes out lets the next of its thread follow.
            let Some(waiting) = store.outbox_due(&self.sink.name, now, 1)?.pop() else { break };
            if !self.try_one(store, &waiting, now, done)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether to go on with the next.
    fn try_one(
        &mut self,
        store: &Store,
        waiting: &OutboxLetter,
        now: WallTime,
        done: &mut Delivered,
    ) -> Result<bool, StoreError> {
        let letter = &waiting.letter;
        let key = &letter.key;
        let message: Message = match serde_json::from_str(&letter.body) {
            Ok(message) => message,
            Err(e) => {
                let why =
                    format!("this version cannot read the letter ({e}); use the one that wrote it");
                store.letter_dead(key, now, &why)?;
                done.dead += 1;
                return Ok(true);
            }
        };
        if let Some(until) = self.quiet_until(&message, now) {
            store.letter_held(key, until)?;
            done.held += 1;
            return Ok(true);
        }
        let (mut picture, mut facts) = (None, None);
        if let Some(event) = message.event() {
            if self.sink.attach_still {
                picture = still::of_event(&self.data, event);
                if picture.is_none()
                    && waiting.held < STILL_WAITS
                    && matches!(message, Message::Opened { .. })
                {
                    store.letter_held(key, now.plus(STILL_WAIT))?;
                    done.held += 1;
                    return Ok(true);
                }
            }
            if matches!(message, Message::Closed { .. }) {
                facts = still::facts_of(&self.data, event);
            }
        }
        let papers = match &message {
            Message::Report { files, .. } if matches!(self.sink.target, Target::Email(_)) => {
                papers::of_report(&self.data, files)
            }
            _ => Vec::new(),
        };
        let said = self.wording.put(letter, waiting.follows, &message, facts.as_ref());
        let attempt = Attempt {
            letter,
            message: &message,
            said,
            follows: waiting.follows,
            refers_to: waiting.refers_to.as_deref(),
            still: picture,
            papers,
            facts,
            now,
        };
        self.pace.note(now);
        match self.carrier.carry(&attempt) {
            Outcome::Taken { receipt } => {
                store.letter_sent(key, now, receipt.as_deref())?;
                done.sent += 1;
                self.backoff.calm();
                if self.trouble.take().is_some() {
                    tracing::info!(sink = %self.sink.name, "alerts go out again");
                }
                Ok(true)
            }
            Outcome::Refused { why } if waiting.tries + 1 >= MOST_REFUSALS => {
                let why = format!("given up after {} tries: {why}", waiting.tries + 1);
                self.give_up(store, waiting, now, &why)?;
                done.dead += 1;
                Ok(true)
            }
            Outcome::Refused { why } => {
                // The sink itself answers, so others need not wait.
                let next = now.plus(Backoff::refusal(waiting.tries));
                self.put_off(store, waiting, now, next, &why)?;
                done.failed += 1;
                Ok(true)
            }
            Outcome::Again { why, after } => {
                let first = waiting.first_try.unwrap_or(now);
                let days = now.0.duration_since(first.0).as_secs_f64() / 86_400.0;
                let pause = self.backoff.fail().max(after.unwrap_or_default());
                self.paused_until = Some(now.plus(pause));
                if days >= self.sink.give_up_days {
                    let why = format!(
                        "given up after {days:.1} days and {} tries: {why}",
                        waiting.tries + 1
                    );
                    self.give_up(store, waiting, now, &why)?;
                    done.dead += 1;
                } else {
                    self.put_off(store, waiting, now, now.plus(pause), &why)?;
                    done.failed += 1;
                }
                Ok(false)
            }
        }
    }

    fn put_off(
        &mut self,
        store: &Store,
        waiting: &OutboxLetter,
        now: WallTime,
        next: WallTime,
        why: &str,
    ) -> Result<(), StoreError> {
        let told = format!("{why}; next try at {}", next.local().strftime("%H:%M:%S"));
        // The same trouble again is no news.
        if self.trouble.is_none() {
            tracing::info!(sink = %self.sink.name, "alerts \"{}\" wait: {told}", self.sink.name);
        } else {
            tracing::debug!(sink = %self.sink.name, "alerts \"{}\" wait: {told}", self.sink.name);
        }
        store.letter_failed(&waiting.letter.key, now, next, why)?;
        self.trouble = Some(told);
        Ok(())
    }

    fn give_up(
        &mut self,
        store: &Store,
        waiting: &OutboxLetter,
        now: WallTime,
        why: &str,
    ) -> Result<(), StoreError> {
        tracing::error!(sink = %self.sink.name, key = %waiting.letter.key,
            "an alert of \"{}\" was given up: {why}; see `streetward alerts dead`", self.sink.name);
        store.letter_dead(&waiting.letter.key, now, why)
    }

    /// When the sink may be disturbed with this news; `None`: now.
    fn quiet_until(&self, message: &Message, now: WallTime) -> Option<WallTime> {
        let quiet = self.sink.quiet.as_ref()?;
        if quiet.severe_pass && is_severe(message) {
            return None;
        }
        let local = now.local();
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        let still = |m: u16| quiet.hours.iter().any(|hours| hours.contains(m % 1440));
        // All day long would be for ever: then a day.
        let minutes = (0..1440_u16).take_while(|ahead| still(minute + ahead)).count();
        let until = SignedDuration::from_mins(minutes as i64)
            - SignedDuration::from_secs(i64::from(local.second()));
        (minutes > 0).then(|| now.plus(until))
    }

    fn next_due(&self, store: &Store, now: WallTime) -> Result<Option<WallTime>, StoreError> {
        let next = store.outbox_next(&self.sink.name)?;
        let not_before = [self.paused_until, self.pace.free_at(now)].into_iter().flatten().max();
        Ok(next.map(|next| not_before.map_or(next, |least| next.max(least)).max(now)))
    }

    fn tidy(&mut self, store: &Store, now: WallTime) -> Result<(), StoreError> {
        if self.tidied.is_some_and(|t| now < t.plus(TIDY_EVERY)) {
            return Ok(());
        }
        self.tidied = Some(now);
        let name = &self.sink.name;
        store.forget_letters(name, now.plus(-SENT_KEPT), now.plus(-DEAD_KEPT))?;
        Ok(())
    }
}

fn is_severe(message: &Message) -> bool {
    match message {
        Message::Opened { event } | Message::Closed { event } | Message::Overdue { event, .. } => {
            event.severity == Severity::High
        }
        Message::OverdueMany { .. } | Message::Report { .. } => false,
        Message::Camera { change, .. } => change.state >= CameraState::Blind,
        Message::Test => true,
    }
}
