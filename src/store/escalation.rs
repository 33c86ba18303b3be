//! What is overdue and of which somebody was told, step by step.

use super::record::EventRecord;
use crate::config::Agency;
use crate::media::WallTime;
use crate::rules::Kind;
use serde::{Deserialize, Serialize};

/// A step that an agency is to have done by a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Taking it up.
    Acknowledge,
    /// Deciding.
    Decide,
}

impl Stage {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Acknowledge, Self::Decide];

    /// Minutes that the agency has for it.
    pub const fn minutes(self, agency: &Agency) -> u32 {
        match self {
            Self::Acknowledge => agency.acknowledge_minutes,
            Self::Decide => agency.decide_hours * 60,
        }
    }
}

/// Of whom, and when, it is asked what is overdue.
#[derive(Debug, Clone, Copy)]
pub struct OverdueOf<'a> {
    /// The site's agencies, in order.
    pub agencies: &'a [Agency],
    /// Which of them is asked about.
    pub nth: usize,
    /// When.
    pub now: WallTime,
    /// Only events whose target had not run out by then; what had was looked at before. `None`: all.
    pub since: Option<WallTime>,
}

impl OverdueOf<'_> {
    /// The agency asked about.
    pub const fn agency(&self) -> &Agency {
        &self.agencies[self.nth]
    }
}

/// A step that is overdue, of which nobody was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Overdue {
    /// The event.
    pub event: EventRecord,
    /// The step.
    pub stage: Stage,
    /// From when its target counts.
    pub counted: WallTime,
    /// When it should have been done.
    pub due: WallTime,
}

/// What of an agency is overdue and was not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverdueCount {
    /// Events not taken up in time.
    pub acknowledge: u64,
    /// Events not decided in time.
    pub decide: u64,
    /// By kind, the most first.
    pub kinds: Vec<(Kind, u64)>,
    /// From when on the longest overdue of them counts.
    pub counted_from: Option<WallTime>,
}

/// What an agency's sinks were told lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ToldLately {
    /// Events of which each had a letter of its own.
    pub alone: u64,
    /// Events told of together.
    pub together: u64,
}
