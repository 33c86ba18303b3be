//! What is remembered of who has looked at what.

use super::asker::Asker;
use crate::media::WallTime;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Looks that are remembered as entered.
const SEEN: usize = 20_000;
/// How long a program's look is, which fetches an event's files one after another, seconds. A person's
/// is as long as his session.
const LOOK: i64 = 600;
/// People whose lists are remembered, and lists of each.
pub(super) const LISTENERS: usize = 1_000;
pub(super) const LISTS: usize = 16;

/// By whom, as what, and what was seen.
pub(super) type Look = (String, &'static str, String);

/// What is remembered of looks.
#[derive(Debug, Default)]
pub(super) struct Looks {
    pub(super) seen: Mutex<HashMap<Look, WallTime>>,
    pub(super) lists: Mutex<HashMap<String, VecDeque<Shown>>>,
    /// Pictures of one list are fetched at once: the first enters it, the others wait for that.
    pub(super) entering: tokio::sync::Mutex<()>,
}

/// A list that was shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) asked: Value,
    pub(super) events: Vec<String>,
}

impl Looks {
    pub(super) fn has(&self, asker: &Asker, look: &Look, now: WallTime) -> bool {
        hold(&self.seen).get(look).is_some_and(|at| {
            asker.open.is_some() || (0..LOOK).contains(&now.0.duration_since(at.0).as_secs())
        })
    }

    pub(super) fn remember(&self, looks: impl IntoIterator<Item = Look>, now: WallTime) {
        let mut seen = hold(&self.seen);
        if seen.len() >= SEEN {
            // Forgotten looks are entered again, which is the safe mistake.
            seen.clear();
        }
        seen.extend(looks.into_iter().map(|look| (look, now)));
    }

    /// The last list shown to `who` that holds the event.
    pub(super) fn list_of(&self, who: &str, event: &str) -> Option<Shown> {
        let lists = hold(&self.lists);
        lists.get(who)?.iter().rev().find(|l| l.events.iter().any(|e| e == event)).cloned()
    }
}

pub(super) fn hold<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn who(asker: &Asker) -> &str {
    asker.open.as_ref().map_or(asker.actor.id.as_str(), |open| open.kept())
}
