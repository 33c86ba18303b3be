//! What is found now against what is stored.

use super::rejudge::Replayed;
use crate::media::{MediaTime, WallTime};
use crate::rules::{Incident, Kind, Measure};
use crate::vision::Class;
use serde::Serialize;

/// What the new rules make of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Stored, and found again as it was.
    Kept,
    /// Stored, and found again otherwise: see `differs`.
    Changed,
    /// Found now, not stored.
    Gained,
    /// Stored, not found any more.
    Lost,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }
}

/// What of an incident is not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// It begins more than [`NEAR_SECONDS`] earlier or later.
    Start,
    /// So does what makes it a violation.
    Moment,
    /// So does its end.
    End,
    /// Its zone or line has another name.
    Zone,
    /// Its subject is another, or of another class.
    Subject,
    /// What was measured of it differs by more than a tenth.
    Measured,
}

/// Instants less apart than this are the same, seconds.
const NEAR_SECONDS: f64 = 0.5;
/// Measures that differ by less than this share are the same.
const NEAR_SHARE: f64 = 0.1;

/// An incident as it was: a stored event, or what other rules find, as far as replay compares it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredIncident {
    /// The event's id, where it is stored.
    pub(super) id: Option<String>,
    /// The rule's name.
    pub(super) rule: String,
    /// Its source's fingerprint.
    pub(super) source_fingerprint: String,
    /// Its incident's key: `<rule>/<track>/<start>`.
    pub(super) incident_key: String,
    /// The kind.
    pub(super) kind: Kind,
    /// The zone.
    pub(super) zone: String,
    /// When it began, became a violation, was last seen.
    pub(super) times: [MediaTime; 3],
    /// What its subject is.
    pub(super) class: Class,
    /// What was measured; `None`: not known here.
    pub(super) measured: Option<Vec<Measure>>,
}

impl StoredIncident {
    /// What other rules find, to compare with instead of what is stored.
    pub(super) fn found(incident: &Incident, source_fingerprint: &str) -> Self {
        Self {
            id: None,
            rule: incident.rule.clone(),
            source_fingerprint: source_fingerprint.into(),
            incident_key: incident.key.0.clone(),
            kind: incident.kind,
            zone: incident.zone.clone(),
            times: [incident.start, incident.moment, incident.last],
            class: incident.subject.class,
            measured: Some(incident.measured.clone()),
        }
    }
}

/// One line of what replay says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayedIncident {
    /// Kept, changed, gained or lost.
    pub change: Change,
    /// Of what is changed: what is not as it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<Difference>,
    /// Of what is changed: start, moment and end as they were, seconds of media time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_media_seconds: Option<[f64; 3]>,
    /// The stored event's id, where there is one.
    pub event: Option<String>,
    /// The kind.
    pub kind: Kind,
    /// The zone.
    pub zone: String,
    /// The source's fingerprint.
    pub source_fingerprint: String,
    /// The incident's key as it is now; as it was stored, where it is lost.
    pub incident_key: String,
    /// When it began, seconds of media time.
    pub start_media_seconds: f64,
    /// When it became a violation, seconds of media time.
    pub moment_media_seconds: f64,
    /// When it was last seen, seconds of media time.
    pub end_media_seconds: f64,
    /// When it became a violation; of what is lost only the stored event knows.
    #[serde(skip)]
    pub moment_utc: Option<WallTime>,
}

/// What the incidents found now are to those stored of the same source. The same key is the same
/// incident; and so is one of the same rule, begun by the same track, at a time they share, since a
/// redrawn zone moves the instant of entering.
pub(super) fn compare(now: &Replayed, stored: &[StoredIncident]) -> Vec<ReplayedIncident> {
    // What cannot be judged now is neither kept nor lost.
    let judged = |s: &&StoredIncident| now.unjudged.iter().all(|(rule, _)| *rule != s.rule);
    let mut left: Vec<&StoredIncident> = stored
        .iter()
        .filter(|s| s.source_fingerprint == now.source_fingerprint)
        .filter(judged)
        .collect();
    let mut counterparts: Vec<Option<&StoredIncident>> = vec![None; now.incidents.len()];
    let tests: [fn(&Incident, &StoredIncident) -> bool; 2] = [
        |i, s| i.key.0 == s.incident_key,
        |i, s| {
            begun_by(&i.key.0) == begun_by(&s.incident_key)
                && i.start <= s.times[2]
                && s.times[0] <= i.last
        },
    ];
    for same in tests {
        for (incident, counterpart) in now.incidents.iter().zip(&mut counterparts) {
            if counterpart.is_none()
                && let Some(at) = left.iter().position(|s| same(incident, s))
            {
                *counterpart = Some(left.remove(at));
            }
        }
    }
    let found = now.incidents.iter().zip(&counterparts).map(|(i, counterpart)| {
        let differs = counterpart.map(|s| differences(i, s)).unwrap_or_default();
        let changed = !differs.is_empty();
        ReplayedIncident {
            change: match counterpart {
                None => Change::Gained,
                Some(_) if changed => Change::Changed,
                Some(_) => Change::Kept,
            },
            differs,
            was_media_seconds: counterpart
                .filter(|_| changed)
                .map(|s| s.times.map(MediaTime::seconds)),
            event: counterpart.and_then(|s| s.id.clone()),
            kind: i.kind,
            zone: i.zone.clone(),
            source_fingerprint: now.source_fingerprint.clone(),
            incident_key: i.key.0.clone(),
            start_media_seconds: i.start.seconds(),
            moment_media_seconds: i.moment.seconds(),
            end_media_seconds: i.last.seconds(),
            moment_utc: Some(i.moment_wall),
        }
    });
    let lost = left.iter().map(|s| ReplayedIncident {
        change: Change::Lost,
        differs: Vec::new(),
        was_media_seconds: None,
        event: s.id.clone(),
        kind: s.kind,
        zone: s.zone.clone(),
        source_fingerprint: s.source_fingerprint.clone(),
        incident_key: s.incident_key.clone(),
        start_media_seconds: s.times[0].seconds(),
        moment_media_seconds: s.times[1].seconds(),
        end_media_seconds: s.times[2].seconds(),
        moment_utc: None,
    });
    let mut lines: Vec<_> = found.chain(lost).collect();
    lines.sort_by(|a, b| {
        a.start_media_seconds
            .total_cmp(&b.start_media_seconds)
            .then_with(|| a.incident_key.cmp(&b.incident_key))
    });
    lines
}

/// What of an incident is not as it was.
fn differences(now: &Incident, was: &StoredIncident) -> Vec<Difference> {
    let times = [now.start, now.moment, now.last];
    let names = [Difference::Start, Difference::Moment, Difference::End];
    let mut differs: Vec<Difference> = times
        .iter()
        .zip(was.times)
        .zip(names)
        .filter(|((now, was), _)| now.since(*was).abs() > NEAR_SECONDS)
        .map(|(_, name)| name)
        .collect();
    if now.zone != was.zone {
        differs.push(Difference::Zone);
    }
    if now.subject.class != was.class || begun_by(&now.key.0) != begun_by(&was.incident_key) {
        differs.push(Difference::Subject);
    }
    let near = |m: &Measure| {
        let before = was.measured.iter().flatten().find(|b| b.what == m.what);
        before.is_none_or(|b| {
            (b.value - m.value).abs() <= NEAR_SHARE * b.value.abs().max(m.value.abs())
        })
    };
    if !now.measured.iter().all(near) {
        differs.push(Difference::Measured);
    }
    differs
}

/// `<rule>/<track>` of a key.
fn begun_by(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(begun_by, _)| begun_by)
}

#[cfg(test)]
mod tests {
    use super::super::range::Range;
    use super::super::rejudge::rejudge;
    use super::*;
    use crate::rules::RuleSpec;
    use crate::scene::{Scene, Zone};
    use std::path::Path;

    /// The campus with its van, its yellow lines drawn `x` pixels to the right, on a picture
    /// `scale` times the size.
    fn campus(dwell_seconds: f64, x: f32, scale: u16) -> Replayed {
        let size = f32::from(scale);
        let corners: Vec<(f32, f32)> =
            [(640.0, 60.0), (735.0, 55.0), (740.0, 105.0), (645.0, 110.0)]
                .iter()
                .map(|(cx, cy)| ((cx + x) * size, cy * size))
                .collect();
        let polygon = geo::Polygon::new(corners.into(), vec![]);
        let frame_size = (768 * u32::from(scale), 576 * u32::from(scale));
        let zones = vec![Zone { name: "yellow_lines".into(), polygon, heading: None }];
        let rule = RuleSpec { dwell_seconds, ..RuleSpec::of(Kind::IllegalParking, "yellow_lines") };
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/observations/campus-416.jsonl.zst");
        let scene = Scene { frame_size, zones, ..Scene::default() };
        rejudge(&scene, &[rule], "f00d", &[file], Range::default()).unwrap()
    }

    fn changes(now: &Replayed, before: &[StoredIncident]) -> Vec<(Change, Option<String>)> {
        compare(now, before).into_iter().map(|l| (l.change, l.event)).collect()
    }

    #[test]
    fn says_what_is_kept_gained_and_lost() {
        let now = campus(30.0, 0.0, 1);
        assert_eq!((now.observations, now.failure.as_deref()), (795, None));
        let van = &now.incidents[0];
        let before = vec![StoredIncident {
            id: Some("e1".into()),
            rule: van.rule.clone(),
            source_fingerprint: "f00d".into(),
            incident_key: van.key.0.clone(),
            kind: van.kind,
            zone: van.zone.clone(),
            times: [van.start, van.moment, van.last],
            class: van.subject.class,
            measured: None,
        }];
        let kept = [(Change::Kept, Some("e1".into()))];
        let lost = [(Change::Lost, Some("e1".into()))];
        assert_eq!(changes(&now, &before), kept);
        assert_eq!(changes(&now, &[]), [(Change::Gained, None)]);
        assert_eq!(changes(&campus(200.0, 0.0, 1), &before), lost, "allowed to stand that long");
        assert_eq!(changes(&campus(30.0, -200.0, 1), &before), lost, "the zone is elsewhere");
        assert_eq!(changes(&campus(30.0, 0.0, 2), &before), kept, "the same zone, drawn larger");

        // An instant of rest that moved is the same incident; another source's event is not.
        let mut moved = before.clone();
        moved[0].incident_key = format!("{}/900000", begun_by(&van.key.0));
        moved[0].times[0] = MediaTime(900_000);
        let changed = compare(&now, &moved).remove(0);
        assert_eq!(
            (changed.change, &changed.differs[..]),
            (Change::Changed, &[Difference::Start][..])
        );
        assert_eq!(changed.was_media_seconds.map(|t| t[0]), Some(0.9));
        let mut shorter = campus(35.0, 0.0, 1);
        let line = compare(&shorter, &before).remove(0);
        assert_eq!((line.change, &line.differs[..]), (Change::Changed, &[Difference::Moment][..]));
        shorter.unjudged.push((van.rule.clone(), "no".into()));
        shorter.incidents.clear();
        assert_eq!(changes(&shorter, &before), [], "what cannot be judged is not lost");
        moved[0].source_fingerprint = "beef".into();
        assert_eq!(changes(&now, &moved), [(Change::Gained, None)]);
    }
}
