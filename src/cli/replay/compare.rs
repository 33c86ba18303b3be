//! What is found now against what is stored.

use super::rejudge::Replayed;
use crate::media::MediaTime;
use crate::rules::{Incident, Kind};
use serde::Serialize;

/// What the new rules make of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// Stored, and found again.
    Kept,
    /// Found now, not stored.
    Gained,
    /// Stored, not found any more.
    Lost,
}

/// A stored event as far as replay compares it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredIncident {
    /// The event's id.
    pub(super) id: String,
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
}

/// One line of what replay says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ReplayedIncident {
    /// Kept, gained or lost.
    pub(super) change: Change,
    /// The stored event's id, where there is one.
    pub(super) event: Option<String>,
    /// The kind.
    pub(super) kind: Kind,
    /// The zone.
    pub(super) zone: String,
    /// The source's fingerprint.
    pub(super) source_fingerprint: String,
    /// The incident's key as it is now; as it was stored, where it is lost.
    pub(super) incident_key: String,
    /// When it began, seconds of media time.
    pub(super) start_media_seconds: f64,
    /// When it became a violation, seconds of media time.
    pub(super) moment_media_seconds: f64,
    /// When it was last seen, seconds of media time.
    pub(super) end_media_seconds: f64,
}

/// What the incidents found now are to those stored of the same source. The same key is the same
/// incident; and so is one of the same rule, begun by the same track, at a time they share, since a
/// redrawn zone moves the instant of entering.
pub(super) fn compare(now: &Replayed, stored: &[StoredIncident]) -> Vec<ReplayedIncident> {
    let mut left: Vec<&StoredIncident> =
        stored.iter().filter(|s| s.source_fingerprint == now.source_fingerprint).collect();
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
    let found = now.incidents.iter().zip(&counterparts).map(|(i, counterpart)| ReplayedIncident {
        change: if counterpart.is_some() { Change::Kept } else { Change::Gained },
        event: counterpart.map(|s| s.id.clone()),
        kind: i.kind,
        zone: i.zone.clone(),
        source_fingerprint: now.source_fingerprint.clone(),
        incident_key: i.key.0.clone(),
        start_media_seconds: i.start.seconds(),
        moment_media_seconds: i.moment.seconds(),
        end_media_seconds: i.last.seconds(),
    });
    let lost = left.iter().map(|s| ReplayedIncident {
        change: Change::Lost,
        event: Some(s.id.clone()),
        kind: s.kind,
        zone: s.zone.clone(),
        source_fingerprint: s.source_fingerprint.clone(),
        incident_key: s.incident_key.clone(),
        start_media_seconds: s.times[0].seconds(),
        moment_media_seconds: s.times[1].seconds(),
        end_media_seconds: s.times[2].seconds(),
    });
    let mut lines: Vec<_> = found.chain(lost).collect();
    lines.sort_by(|a, b| {
        a.start_media_seconds
            .total_cmp(&b.start_media_seconds)
            .then_with(|| a.incident_key.cmp(&b.incident_key))
    });
    lines
}

/// `<rule>/<track>` of a key.
fn begun_by(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(begun_by, _)| begun_by)
}

#[cfg(test)]
mod tests {
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
        rejudge(&Scene { frame_size, zones, ..Scene::default() }, &[rule], "f00d", &[file]).unwrap()
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
            id: "e1".into(),
            source_fingerprint: "f00d".into(),
            incident_key: van.key.0.clone(),
            kind: van.kind,
            zone: van.zone.clone(),
            times: [van.start, van.moment, van.last],
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
        assert_eq!(changes(&now, &moved), kept);
        moved[0].source_fingerprint = "beef".into();
        assert_eq!(changes(&now, &moved), [(Change::Gained, None)]);
    }
}
