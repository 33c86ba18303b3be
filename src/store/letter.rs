//! A message in the outbox, and where it stands.

use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// A message to one sink.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// The same for every try, and for the same news made again after a restart: receivers drop what
    /// they have had.
    pub key: String,
    /// The sink's name.
    pub sink: String,
    /// What it tells of: an event's id, or a camera's. Letters of one subject go out in order.
    pub subject: String,
    /// When the news is from.
    pub at: WallTime,
    /// What it says, as JSON.
    pub body: String,
    /// Whether it says that a trouble is over: left out where its sink was told of none.
    pub recovery: bool,
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// It will be tried, or tried again.
    Waiting,
    /// Its sink has taken it.
    Sent,
    /// Given up.
    Dead,
}

/// A letter as the outbox has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutboxLetter {
    /// The message.
    pub letter: Letter,
    /// Its place in the order of letters.
    pub number: u64,
    /// The first sighting of the incident it tells of; else its subject. Letters of one thread go
    /// out in order, each waiting for the one before.
    pub thread: String,
    /// Whether its sink was told of the thread by an earlier letter: this one is an update.
    pub follows: bool,
    /// Where it stands.
    pub state: LetterState,
    /// How often it was tried.
    pub tries: u32,
    /// How often it was put off without a try.
    pub held: u32,
    /// Not before then; `None`: as soon as its turn comes.
    pub next_try: Option<WallTime>,
    /// When it was tried first.
    pub first_try: Option<WallTime>,
    /// When its sink took it, or it was given up.
    pub ended: Option<WallTime>,
    /// Why the last try failed, in a sentence.
    pub why: Option<String>,
    /// What the receiver called the thread's first letter, so that this one can refer to it.
    pub refers_to: Option<String>,
}

/// How many letters of a sink stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxCount {
    /// The sink's name.
    pub sink: String,
    /// Not yet taken.
    pub waiting: u64,
    /// Taken, and still remembered.
    pub sent: u64,
    /// Given up.
    pub dead: u64,
    /// When the oldest waiting news is from.
    pub oldest_waiting: Option<WallTime>,
}
