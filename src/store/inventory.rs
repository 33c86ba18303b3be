//! What is there to keep or to remove, as tidying finds it.

use super::retention_item::Item;
use crate::media::WallTime;
use jiff::SignedDuration;

/// What is younger than this stays: it is still being written to, or nobody can have looked at it,
/// seconds.
pub(super) const FRESH_SECONDS: i64 = 86_400;

/// What is kept, and what room there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    /// When it was taken.
    pub now: WallTime,
    /// Bytes free on the disk.
    pub free_bytes: u64,
    /// Bytes of the whole disk.
    pub total_bytes: u64,
    /// Everything kept, in any order.
    pub items: Vec<Item>,
    /// What could not be counted, and why; it stays.
    pub unreadable: Vec<String>,
    /// Requests for evidence that wait, the oldest first: what they ask for stays.
    pub undecided: Vec<UndecidedRequest>,
}

impl Inventory {
    /// Whether nothing is written to it any more, there was time to look at it, and no case needs it.
    pub(super) fn may_go(&self, item: &Item) -> bool {
        let latest = item.at.max(item.since);
        !item.held && self.now.0.duration_since(latest.0).as_secs() >= FRESH_SECONDS
    }
}

/// A request for evidence that is neither refused nor answered with a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndecidedRequest {
    /// Its id.
    pub id: String,
    /// Which agency asks.
    pub agency: String,
    /// Since when.
    pub asked: WallTime,
}

/// The instant so many days ago; `None` for 0, which is without limit.
pub(super) fn before(now: WallTime, days: u32) -> Option<WallTime> {
    let ago = SignedDuration::from_hours(24 * i64::from(days));
    (days > 0).then(|| now.0.checked_sub(ago).ok().map(WallTime))?
}
