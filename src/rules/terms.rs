//! What a rule's mechanism needs to know besides the times that all rules share.

use super::kind::Kind;
use serde::{Deserialize, Serialize};

/// What a rule's mechanism needs to know besides the times that all rules share.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Terms {
    /// Nothing: presence and dwell.
    #[default]
    None,
    /// Crossing a line.
    Crossing(CrossingTerms),
    /// Heading.
    Direction(DirectionTerms),
    /// Speed.
    Speed(SpeedTerms),
    /// Riders.
    Riders(RidersTerms),
    /// Left things.
    Left(LeftTerms),
    /// Cover of a zone.
    Occupancy(OccupancyTerms),
    /// People in a zone.
    Crowd(CrowdTerms),
}

/// Which way a line must be crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// To the side of the line's `toward`.
    Forward,
    /// From it.
    Backward,
    /// Either.
    Both,
}

/// Terms of red lights, solid lines and banned turns. The rule's `zone` names the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossingTerms {
    /// The signal that must show red; `None`: crossing is forbidden always.
    pub signal: Option<String>,
    /// Red must have lasted this long at the crossing, seconds.
    pub grace_seconds: f64,
    /// The subject must get this far beyond the line, in sizes of its own.
    pub beyond_lengths: f64,
    /// Which way it must be crossed.
    pub way: Way,
    /// For banned turns: the line crossed next.
    pub exit_line: Option<String>,
    /// Between the two lines at most, seconds.
    pub within_seconds: f64,
    /// Who leaves over one of these lines is exempt (right turn on red).
    pub exempt_exits: Vec<String>,
}

/// Terms of wrong-way driving. The zone must have a heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectionTerms {
    /// Headings within this many degrees of the opposite of the allowed one are against it.
    pub tolerance_degrees: f64,
    /// The subject must go this far against it, in sizes of its own.
    pub travel_lengths: f64,
}

/// Terms of speeding. The scene must be calibrated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeedTerms {
    /// Allowed speed, km/h.
    pub limit_kmh: f64,
    /// Above the limit and the measurement's uncertainty, km/h.
    pub margin_kmh: f64,
}

/// Terms of overloading and helmets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RidersTerms {
    /// People allowed on one two-wheeler.
    pub most_people: u32,
}

/// Terms of littering, dumping and abandoned objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftTerms {
    /// A thing must stay this long, seconds.
    pub stay_seconds: f64,
    /// Its owner must be gone this long, seconds.
    pub owner_gone_seconds: f64,
    /// Gone means farther away than this, in heights of the owner.
    pub reach_lengths: f64,
    /// For dumping: the share by which a pile must have grown since it was first seen.
    pub grown_share: f64,
    /// For littering: whether who left it must have been seen.
    pub owner: OwnerNeeded,
}

/// Whether a thing left must be tied to who left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerNeeded {
    /// Who left it was seen.
    #[default]
    Seen,
    /// Nobody need have been seen to leave it.
    Any,
}

/// Terms of encroachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OccupancyTerms {
    /// Share of the zone that may be covered, 0 to 1.
    pub most_share: f64,
    /// The photograph of the clear zone that is compared with, as written; `None`: what the zone
    /// looks like when clear is learnt.
    pub reference: Option<String>,
}

/// Terms of crowds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrowdTerms {
    /// People allowed in the zone at once.
    pub most_people: u32,
}

impl Terms {
    /// What a kind is judged by unless its rule says otherwise.
    pub fn of(kind: Kind) -> Self {
        let crossing = CrossingTerms {
            signal: None,
            grace_seconds: 0.0,
            beyond_lengths: 0.5,
            way: Way::Forward,
            exit_line: None,
            within_seconds: 10.0,
            exempt_exits: Vec::new(),
        };
        let left = LeftTerms {
            stay_seconds: 8.0,
            owner_gone_seconds: 3.0,
            reach_lengths: 1.5,
            grown_share: 0.0,
            owner: OwnerNeeded::Seen,
        };
        match kind {
            Kind::RedLight => Self::Crossing(CrossingTerms { grace_seconds: 0.5, ..crossing }),
            Kind::SolidLine => Self::Crossing(CrossingTerms { way: Way::Both, ..crossing }),
            Kind::BannedTurn => Self::Crossing(crossing),
            Kind::WrongWay => {
                Self::Direction(DirectionTerms { tolerance_degrees: 60.0, travel_lengths: 1.5 })
            }
            Kind::Speeding => Self::Speed(SpeedTerms { limit_kmh: 50.0, margin_kmh: 5.0 }),
            Kind::Overloading | Kind::NoHelmet => Self::Riders(RidersTerms { most_people: 2 }),
            Kind::Littering => Self::Left(left),
            Kind::Dumping => Self::Left(LeftTerms { grown_share: 0.5, ..left }),
            Kind::AbandonedObject => Self::Left(LeftTerms {
                stay_seconds: 30.0,
                owner_gone_seconds: 30.0,
                reach_lengths: 2.0,
                ..left
            }),
            Kind::SidewalkEncroachment | Kind::RoadwayEncroachment => {
                Self::Occupancy(OccupancyTerms { most_share: 0.2, reference: None })
            }
            Kind::Crowd => Self::Crowd(CrowdTerms { most_people: 20 }),
            Kind::IllegalStopping
            | Kind::IllegalParking
            | Kind::CrosswalkBlocking
            | Kind::SidewalkParking
            | Kind::Loitering
            | Kind::BannedVehicle
            | Kind::SidewalkRiding
            | Kind::Jaywalking
            | Kind::RestrictedArea => Self::None,
        }
    }
}
