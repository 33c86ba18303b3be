//! What is known of the chain, and what verifying tells of it.

use super::super::timestamp::Authorities;
use crate::media::WallTime;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the index knows of the chain; nothing where there is no index.
#[derive(Debug, Clone, Default)]
pub struct ChainKnown {
    /// The head of each day, as it was written.
    pub heads: BTreeMap<Date, String>,
    /// Events that the next addition to the chain will enter.
    pub waiting: BTreeSet<String>,
    /// Of these, the events whose removal waits.
    pub removals: BTreeSet<String>,
    /// The time-stamps that were got.
    pub stamps: BTreeMap<Date, StampKnown>,
    /// Whose time-stamps are trusted; empty: that is not looked at.
    pub authorities: Authorities,
}

/// What the chain holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChainTold {
    /// Days with a file.
    pub days: usize,
    /// The first: what was sealed before it was entered then.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
    /// The head of the last.
    pub head: Option<String>,
    /// Events entered.
    pub events: usize,
    /// Removals entered.
    pub tombstones: usize,
    /// Events not entered yet.
    pub waiting: usize,
    /// Days without a signature: there was no key that could be read.
    pub unsigned: usize,
    /// Days with a time-stamp of their head.
    pub stamped: usize,
    /// Of these, the days that were stamped long after their end.
    pub stamped_late: Vec<StampedLate>,
}

/// A time-stamp, as it was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampKnown {
    /// The head that it is of.
    pub head: String,
    /// When, by the authority's clock.
    pub at: WallTime,
}

/// A day that was time-stamped more than seven days after its end: what its file says may have been
/// written at any time before that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StampedLate {
    /// Which day.
    pub day: Date,
    /// When, RFC 3339 in UTC.
    pub stamped_utc: String,
}
