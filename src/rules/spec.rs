//! A rule: one kind of violation configured for one scene.

use super::kind::{Kind, Severity};
use crate::vision::Class;

/// A daily stretch of local time during which a rule holds, in minutes since midnight. A range
/// whose end is not after its start runs over midnight; `0..1440` is the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoursRange {
    /// First minute, 0 to 1439.
    pub from_minute: u16,
    /// The minute it ends before, 1 to 1440.
    pub to_minute: u16,
}

/// A rule, validated: its zone exists, its times make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSpec {
    /// Unique within the camera; the kind's name and zone (`illegal_parking@yellow_lines`) unless
    /// configured. Part of event ids.
    pub name: String,
    /// What it judges.
    pub kind: Kind,
    /// The zone it holds in.
    pub zone: String,
    /// Whom it concerns.
    pub classes: Vec<Class>,
    /// Whether people who ride bicycles or motorcycles count as people.
    pub riders: bool,
    /// Time in the zone before a subject counts as having entered (hysteresis), seconds.
    pub enter_seconds: f64,
    /// Time out of the zone, or unseen, before the incident ends, seconds.
    pub leave_seconds: f64,
    /// For dwell kinds: the time allowed, seconds.
    pub dwell_seconds: f64,
    /// When the rule holds, local time; empty: always.
    pub hours: Vec<HoursRange>,
    /// How grave.
    pub severity: Severity,
}
