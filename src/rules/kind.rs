//! The catalogue: every kind of violation as data.

use crate::vision::Class;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The field a report counts a kind under.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Traffic.
    Traffic,
    /// Environment.
    Environment,
    /// Urban order.
    UrbanOrder,
    /// Security.
    Security,
}

/// How much a kind endangers or disturbs, unless a rule says otherwise.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A nuisance.
    Low,
    /// A violation as most are.
    Medium,
    /// A danger to life.
    High,
}

/// The judging code that several kinds share.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// A track crosses a line, in a direction, under a signal's state.
    Crossing,
    /// Heading against a zone's allowed heading.
    Direction,
    /// Staying in a zone longer than allowed.
    Dwell,
    /// A class in a zone at a time it may not be there.
    Presence,
    /// Distance over time on a calibrated plane.
    Speed,
    /// People and helmets on one two-wheeler.
    Riders,
    /// Something stays where nothing was, tied to who left it.
    LeftObject,
    /// Share of a zone covered by things that stand there.
    Occupancy,
    /// More people in a zone than may be.
    Crowd,
}

/// A kind of violation, by the name used in configuration, events and reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A vehicle stops where stopping is forbidden.
    IllegalStopping,
    /// A vehicle parks where parking is forbidden.
    IllegalParking,
    /// A vehicle stands on a pedestrian crossing.
    CrosswalkBlocking,
    /// A vehicle parks on the sidewalk.
    SidewalkParking,
    /// Somebody stays unusually long in a place to be protected.
    Loitering,
    /// A vehicle goes where its class is forbidden.
    BannedVehicle,
    /// Somebody rides on the sidewalk.
    SidewalkRiding,
    /// Somebody on foot is on the roadway where crossing is forbidden.
    Jaywalking,
    /// Somebody is in an area that is closed to people.
    RestrictedArea,
    /// A vehicle crosses the stop line while the light is red.
    RedLight,
    /// A vehicle crosses a solid line.
    SolidLine,
    /// A vehicle turns where turning is forbidden.
    BannedTurn,
    /// A vehicle goes against the allowed direction.
    WrongWay,
    /// A vehicle goes faster than allowed.
    Speeding,
    /// More people on a two-wheeler than may be.
    Overloading,
    /// Somebody rides a motorcycle without a helmet.
    NoHelmet,
    /// Somebody leaves litter behind.
    Littering,
    /// A pile grows where dumping is forbidden.
    Dumping,
    /// Something is left alone in a place to be protected.
    AbandonedObject,
    /// Goods or stalls stand on the sidewalk.
    SidewalkEncroachment,
    /// Goods or stalls stand on the roadway.
    RoadwayEncroachment,
    /// More people in one place than may be.
    Crowd,
}

/// What the catalogue says of a kind.
#[derive(Debug, Clone, Copy)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Its name in configuration and records.
    pub name: &'static str,
    /// What judges it.
    pub mechanism: Mechanism,
    /// The field it is reported under.
    pub domain: Domain,
    /// Unless the rule says otherwise.
    pub severity: Severity,
    /// Whom it concerns unless the rule names classes.
    pub classes: &'static [Class],
    /// Whether people who ride count as people, unless the rule says otherwise.
    pub riders: bool,
    /// Time in the zone before a subject counts as having entered, unless the rule says otherwise.
    pub enter_seconds: f64,
    /// Time away or unseen before an incident ends, unless the rule says otherwise.
    pub leave_seconds: f64,
    /// For dwell, occupancy and crowd: the time allowed unless the rule gives `dwell_seconds`; else
    /// 0.
    pub dwell_seconds: f64,
    /// For dwell: whether only standing still counts (parking) or staying does too (loitering).
    pub stationary: bool,
    /// Name in administrative Vietnamese.
    pub name_vi: &'static str,
    /// Name in English.
    pub name_en: &'static str,
}
