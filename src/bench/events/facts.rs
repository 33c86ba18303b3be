//! What matching needs to know of an event.

use super::kind_name::canonical;
use crate::evidence::Event;
use crate::store::EventRecord;
use crate::vision::BBox;
use std::path::{Path, PathBuf};

/// What matching needs to know of an event. Times are seconds since the source's beginning, boxes in
/// pixels of the scene.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFacts {
    /// The event's id.
    pub id: String,
    /// Its kind's canonical name.
    pub kind: &'static str,
    /// The zone or line it happened at.
    pub place: String,
    /// The rule that found it.
    pub rule: String,
    /// When the conduct began.
    pub start: f64,
    /// When it became a violation.
    pub moment: f64,
    /// When it was last seen.
    pub end: f64,
    /// When its incident opened: the alert. At least `moment`.
    pub opened: f64,
    /// Its subject by time.
    pub boxes: Vec<(f64, BBox)>,
    /// Its marked still.
    pub still: Option<PathBuf>,
}

impl EventFacts {
    /// The facts of a stored event, its evidence in `folder`. Without `event.json` the subject is not
    /// known.
    pub(super) fn of(record: &EventRecord, folder: &Path, opened: Option<f64>) -> Self {
        let event: Option<Event> = std::fs::read(folder.join("event.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let still = event.as_ref().map(|event| folder.join(&event.stills.marked));
        Self {
            id: record.id.clone(),
            kind: canonical(record.kind.name()).unwrap_or_default(),
            place: record.zone.clone(),
            rule: record.rule.clone(),
            start: record.start_media_seconds,
            moment: record.moment_media_seconds,
            end: record.end_media_seconds,
            opened: opened.unwrap_or(record.moment_media_seconds),
            boxes: event.as_ref().map(boxes).unwrap_or_default(),
            still,
        }
    }

    /// Where its subject was at `time`, and how far from it, in seconds, it was seen: between two
    /// sightings it is taken to go evenly; before the first and after the last nobody knows, and
    /// each second counts twice.
    pub fn subject_near(&self, time: f64) -> Option<(f64, BBox)> {
        let before = self.boxes.iter().filter(|(t, _)| *t <= time);
        let after = self.boxes.iter().filter(|(t, _)| *t >= time);
        let before = before.max_by(|(a, _), (b, _)| a.total_cmp(b)).copied();
        let after = after.min_by(|(a, _), (b, _)| a.total_cmp(b)).copied();
        let (near, far) = match (before, after) {
            (Some(b), Some(a)) if time - b.0 <= a.0 - time => (b, a),
            (Some(b), Some(a)) => (a, b),
            (Some(only), None) | (None, Some(only)) => {
                return Some((2.0 * (only.0 - time).abs(), only.1));
            }
            (None, None) => return None,
        };
        let (off, gap) = ((near.0 - time).abs(), (near.0 - far.0).abs());
        let part = if gap > 0.0 { (off / gap) as f32 } else { 0.0 };
        let [n, f] = [near.1, far.1].map(|b| [b.x1, b.y1, b.x2, b.y2]);
        let [x1, y1, x2, y2] = std::array::from_fn(|i| n[i] + (f[i] - n[i]) * part);
        Some((off, BBox { x1, y1, x2, y2 }))
    }
}

fn boxes(event: &Event) -> Vec<(f64, BBox)> {
    let mut boxes = Vec::new();
    for subject in &event.subjects {
        boxes.push((event.start.media_seconds, subject.box_start));
        boxes.push((event.moment.media_seconds, subject.box_moment));
        boxes.push((event.end.media_seconds, subject.box_last));
        boxes.extend(subject.path.iter().map(|s| (s.media_seconds, s.bbox)));
    }
    boxes
}
