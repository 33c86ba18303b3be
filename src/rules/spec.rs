//! A rule: one kind of violation configured for one scene.

use super::kind::{Kind, Severity};
use super::terms::Terms;
use crate::vision::Class;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A daily stretch of local time during which a rule holds, in minutes since midnight. A range
/// whose end is not after its start runs over midnight; `0..1440` is the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursRange {
    /// First minute, 0 to 1439.
    pub from_minute: u16,
    /// The minute it ends before, 1 to 1440.
    pub to_minute: u16,
}

/// A rule, validated: its zone exists, its times make sense.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleSpec {
    /// Unique within the camera; the kind's name and zone (`illegal_parking@yellow_lines`) unless
    /// configured. Part of event ids.
    pub name: String,
    /// What it judges.
    pub kind: Kind,
    /// The zone it holds in; the line, where its mechanism judges crossings.
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
    /// The days it holds on, local; a range over midnight belongs to the day it begins on. Empty:
    /// every day.
    pub days: Vec<Day>,
    /// How grave.
    pub severity: Severity,
    /// What its mechanism needs besides.
    pub terms: Terms,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl RuleSpec {
    /// A rule of `kind` in a zone (or at a line), named `kind@zone`, as the catalogue has it.
    pub fn of(kind: Kind, zone: &str) -> Self {
        let info = kind.info();
        Self {
            name: format!("{}@{zone}", info.name),
            kind,
            zone: zone.to_owned(),
            classes: info.classes.to_vec(),
            riders: info.riders,
            enter_seconds: info.enter_seconds,
            leave_seconds: info.leave_seconds,
            dwell_seconds: info.dwell_seconds,
            hours: Vec::new(),
            days: Vec::new(),
            severity: info.severity,
            terms: Terms::of(kind),
        }
    }
}
