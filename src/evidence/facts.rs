//! The parts an event record is made of.

use super::appearance::Appearance;
use super::thresholds::thresholds;
use crate::media::{MediaTime, Missing, WallTime};
use crate::rules::{Day, HoursRange, Incident, Mechanism, RuleSpec, Severity, Sighting};
use crate::track::TrackId;
use crate::vision::{BBox, Class};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One instant in all the times that are used for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventTime {
    /// Seconds since the source's beginning, to the microsecond.
    pub media_seconds: f64,
    /// UTC, RFC 3339 with milliseconds.
    pub utc: String,
    /// The same in Vietnam's time, `+07:00`.
    pub local: String,
}

impl EventTime {
    /// The instant in UTC; the epoch where the text was altered.
    pub fn wall(&self) -> WallTime {
        WallTime(self.utc.parse().unwrap_or_default())
    }

    /// The instant in the source.
    pub fn media(&self) -> MediaTime {
        MediaTime::from_seconds(self.media_seconds)
    }

    /// From the two times of an instant.
    pub fn new(media: MediaTime, wall: WallTime) -> Self {
        Self {
            media_seconds: media.seconds(),
            utc: wall.utc_rfc3339(),
            local: wall.local_rfc3339(),
        }
    }
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Names {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// The rule an event broke, with the thresholds it was judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventRule {
    /// Its name, unique within the camera.
    pub name: String,
    /// Time in the zone before a subject counts as having entered, seconds.
    pub enter_seconds: f64,
    /// Time out of the zone, or unseen, before the incident ends, seconds.
    pub leave_seconds: f64,
    /// The time allowed, seconds; absent where the kind allows none.
    pub dwell_seconds: Option<f64>,
    /// Local times at which the rule holds (`06:00-22:00`); empty: always.
    pub hours: Vec<String>,
    /// Days of the week on which it holds; empty: every day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Day>,
    /// What its mechanism was told besides, by the names that the camera file has for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub thresholds: BTreeMap<String, Value>,
    /// Whom it concerns.
    pub classes: Vec<Class>,
    /// How grave the rule says it is.
    pub severity: Severity,
}

impl EventRule {
    /// What a record says of `rule`, whose kind is judged by `mechanism`.
    pub fn new(rule: &RuleSpec, mechanism: Mechanism) -> Self {
        Self {
            name: rule.name.clone(),
            enter_seconds: rule.enter_seconds,
            leave_seconds: rule.leave_seconds,
            dwell_seconds: mechanism.has_dwell().then_some(rule.dwell_seconds),
            hours: rule.hours.iter().copied().map(hours_text).collect(),
            days: rule.days.clone(),
            thresholds: thresholds(&rule.terms),
            classes: rule.classes.clone(),
            severity: rule.severity,
        }
    }
}

fn hours_text(range: HoursRange) -> String {
    let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
    format!("{}-{}", clock(range.from_minute), clock(range.to_minute))
}

/// The zone an event happened in, or the line it happened at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventZone {
    /// Its name.
    pub name: String,
    /// Its corners, `[x, y]` in pixels of the record's `frame_size`; empty where it is a line,
    /// which the record's `line` holds.
    pub polygon: Vec<[f32; 2]>,
}

/// Who or what broke the rule. Boxes are `[x1, y1, x2, y2]` in pixels of the record's `frame_size`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventSubject {
    /// The tracks it was followed as, the first first.
    pub tracks: Vec<TrackId>,
    /// What it has been most of the time.
    pub class: Class,
    /// Its number plate; `null`: not read.
    pub plate: Option<String>,
    /// How it looked beside its surroundings at the moment, for telling whether another event
    /// shows the same; absent where too little was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearance: Option<Appearance>,
    /// Where it was at the start.
    pub box_start: BBox,
    /// Where it was at the moment of violation.
    pub box_moment: BBox,
    /// Where it was last seen at it.
    pub box_last: BBox,
    /// Its way.
    pub path: Vec<EventSighting>,
}

/// A subject at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventSighting {
    /// Seconds since the source's beginning.
    pub media_seconds: f64,
    /// Where, `[x1, y1, x2, y2]` in pixels of the record's `frame_size`.
    #[serde(rename = "box")]
    pub bbox: BBox,
}

impl EventSubject {
    /// The subject of an incident.
    pub fn new(incident: &Incident) -> Self {
        Self {
            tracks: incident.subject.tracks.clone(),
            class: incident.subject.class,
            plate: None,
            appearance: None,
            box_start: incident.bbox_start,
            box_moment: incident.bbox_moment,
            box_last: incident.bbox_last,
            path: incident.subject.path.iter().map(EventSighting::new).collect(),
        }
    }
}

impl EventSighting {
    pub(super) fn new(sighting: &Sighting) -> Self {
        Self { media_seconds: sighting.time.seconds(), bbox: sighting.bbox }
    }
}

/// One picture of an event, and the instant it really shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventStill {
    /// File name in the event's folder.
    pub file: String,
    /// When the picture was taken.
    pub time: EventTime,
}

/// The pictures of an event, at the recording's full resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventStills {
    /// As the conduct began, or the earliest picture still held.
    pub before: EventStill,
    /// As it became a violation, or the nearest picture held: its time tells.
    pub moment: EventStill,
    /// The instant that the kind's judging names, else as the clip was to end, or the last picture
    /// held.
    pub after: EventStill,
    /// `moment` with subject, way, zone and caption drawn on: for reading, not proof. Where
    /// `moment` is not the picture of that instant, subject and way are left out and it says so.
    pub marked: String,
    /// `before` in the same way, where one marked picture does not show what happened: crossings,
    /// headings, speed, left things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_marked: Option<String>,
    /// `after` in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_marked: Option<String>,
    /// Of an incident that goes on for long, pictures taken while it went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interim: Vec<EventStill>,
}

/// How a clip was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClipMethod {
    /// The camera's own packets, never re-encoded.
    StreamCopy,
    /// Re-encoded to H.264 for viewing only; the proof is the original beside it.
    ViewingCopy,
}

/// The clip of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventClip {
    /// File name in the event's folder: what to play.
    pub file: String,
    /// How it was made.
    pub method: ClipMethod,
    /// Its length, seconds.
    pub seconds: f64,
    /// Where in the source it starts, seconds.
    pub starts_media_seconds: f64,
    /// Whether browsers can be expected to play it.
    pub plays_in_browsers: bool,
    /// What it lacks of the seconds wanted before the moment; `null`: nothing.
    #[serde(default)]
    pub missing_before: Option<Missing>,
    /// What it lacks of the seconds wanted after the moment; `null`: nothing.
    #[serde(default)]
    pub missing_after: Option<Missing>,
    /// The untouched stream copy, where `file` is derived from it.
    pub original: Option<OriginalClip>,
}

/// The untouched stream copy that a viewing copy was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OriginalClip {
    /// File name in the event's folder.
    pub file: String,
    /// Container format, as its usual file ending: `mkv`, `mp4`, `webm`.
    pub container: String,
    /// Its length, seconds.
    pub seconds: f64,
    /// Where in the source it starts, seconds.
    pub starts_media_seconds: f64,
}

/// The program that made a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_in_the_camera_file() {
        let night = HoursRange { from_minute: 22 * 60, to_minute: 6 * 60 + 5 };
        let day = HoursRange { from_minute: 0, to_minute: 1440 };
        assert_eq!(
            (hours_text(night), hours_text(day)),
            ("22:00-06:05".into(), "00:00-24:00".into())
        );
    }
}
