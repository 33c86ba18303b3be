//! One violation with a life: candidate, open, closed.

use super::instant::Instant;
use super::kind::Kind;
use super::sighting::Sighting;
use super::spec::RuleSpec;
use crate::media::{MediaTime, WallTime};
use crate::scene::{CarriedOver, SignalState};
use crate::track::TrackId;
use crate::vision::{BBox, Class, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names an incident within its source: `<rule>/<track that began it>/<start in microseconds>`.
/// The same footage judged again gives the same key.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct IncidentKey(pub String);

/// Who or what an incident is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Every track it was followed as, the first first: a lost and re-found subject has several.
    pub tracks: Vec<TrackId>,
    /// What it has been most of the time.
    pub class: Class,
    /// Its way, at most one sighting per half second, first and last always kept; at most 240.
    pub path: Vec<Sighting>,
}

/// Why an incident ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// The subject left the zone, or was not seen there any more.
    Left,
    /// The rule's hours ended.
    HoursEnded,
    /// The recording ended; the violation may have gone on.
    SourceEnded,
    /// The run was stopped by its operator; running again gives the whole incident.
    Interrupted,
}

/// All that is known of an incident at one instant. Times: `start` ≤ `moment` ≤ `last`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// Its name within the source.
    pub key: IncidentKey,
    /// Name of the rule broken.
    pub rule: String,
    /// The kind of violation.
    pub kind: Kind,
    /// The zone it happened in, or the line it happened at.
    pub zone: String,
    /// When the conduct began (entering, coming to rest).
    pub start: MediaTime,
    /// `start` as wall time.
    pub start_wall: WallTime,
    /// When it became a violation (allowed time over, entering confirmed).
    pub moment: MediaTime,
    /// `moment` as wall time.
    pub moment_wall: WallTime,
    /// When the subject was last seen at it.
    pub last: MediaTime,
    /// `last` as wall time.
    pub last_wall: WallTime,
    /// Who.
    pub subject: Subject,
    /// Where the subject was at `start`.
    pub bbox_start: BBox,
    /// Where the subject was at `moment`.
    pub bbox_moment: BBox,
    /// How the picture of `moment` lay against the steady view that all boxes are given in.
    pub view_moment: View,
    /// Where the subject was at `last`.
    pub bbox_last: BBox,
    /// Who else has to do with it: the owner of what was left, the riders of a two-wheeler.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// States of traffic lights that mattered, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalNote>,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measure>,
    /// Of a thing left: nobody was seen to leave it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner_not_seen: bool,
    /// The instant of the third picture, where it is not the end of the clip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<MediaTime>,
    /// It stood there before the session already; and what was not seen in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Box<CarriedOver>>,
}

impl Incident {
    /// An incident of a rule from `start` over `moment` to `last`, with nobody else and nothing
    /// measured.
    pub(super) fn of(
        rule: &RuleSpec,
        key: &IncidentKey,
        (start, moment, last): (Instant, Instant, Instant),
        subject: Subject,
    ) -> Self {
        Self {
            key: key.clone(),
            rule: rule.name.clone(),
            kind: rule.kind,
            zone: rule.zone.clone(),
            start: start.time,
            start_wall: start.wall,
            moment: moment.time,
            moment_wall: moment.wall,
            last: last.time,
            last_wall: last.wall,
            subject,
            bbox_start: start.bbox,
            bbox_moment: moment.bbox,
            view_moment: moment.view,
            bbox_last: last.bbox,
            parties: Vec::new(),
            signals: Vec::new(),
            measured: Vec::new(),
            owner_not_seen: false,
            after: None,
            carried: None,
        }
    }

    /// The subject was seen at it until `wall`, at `bbox`, though that was not told when it closed.
    pub fn saw_until(&mut self, wall: WallTime, bbox: BBox) {
        if wall > self.last_wall {
            let later = wall.0.duration_since(self.last_wall.0);
            self.last = self.last.plus(later.as_secs_f64());
            (self.last_wall, self.bbox_last) = (wall, bbox);
        }
    }
}

/// What somebody has to do with an incident whose subject is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Left the thing behind.
    Owner,
    /// Brought what was dumped.
    Brought,
    /// Rides the two-wheeler.
    Rider,
    /// Is part of the crowd.
    Member,
}

/// Somebody who has to do with an incident whose subject is another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// What it has to do with it.
    pub role: Role,
    /// Who.
    pub subject: Subject,
}

/// What a traffic light showed at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignalNote {
    /// The signal's name.
    pub name: String,
    /// What it showed.
    pub state: SignalState,
    /// When.
    pub time: MediaTime,
}

/// What can be measured of an incident; the unit is in the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it, with their units")]
pub enum Quantity {
    SpeedKmh,
    LimitKmh,
    RedForSeconds,
    BeyondLengths,
    BeyondMetres,
    HeadingOffDegrees,
    TravelLengths,
    People,
    CoverShare,
    CoverSquareMetres,
    GrownShare,
    OwnerGoneSeconds,
}

/// Something measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// What.
    pub what: Quantity,
    /// How much, in the unit that `what` names.
    pub value: f64,
    /// One standard deviation, in the same unit; absent where it is a count or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<f64>,
}

/// What judging one observation changed. For every key: `Candidate`, then `Opened` and `Closed`,
/// or `Dropped`.
#[derive(Debug, Clone, PartialEq)]
pub enum IncidentUpdate {
    /// Something that may become an incident has begun; evidence of its start should be kept.
    Candidate {
        /// The incident it may become.
        key: IncidentKey,
        /// When it began.
        start: MediaTime,
    },
    /// The candidate came to nothing.
    Dropped(IncidentKey),
    /// It is a violation (for a person to confirm); exactly one per incident.
    Opened(Box<Incident>),
    /// It is over; carries all that is known.
    Closed(Box<Incident>, Closing),
}
