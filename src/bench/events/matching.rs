//! Which event is which label: one to one, as many as can be.

use super::facts::EventFacts;
use super::labels::{Ignored, Label, Labels};
use super::times;
use crate::bench::track::matching::{Candidate, best};
use crate::vision::BBox;

/// A label says where its subject is at one time; the event's box this near to it speaks, seconds.
const SUBJECT_SECONDS: f64 = 0.5;

/// Overlap by which two boxes are of one subject.
const SAME_SUBJECT: f32 = 0.3;

/// A label found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which label, by its place in the list.
    pub label: usize,
    /// Which event.
    pub event: usize,
    /// Whether it is of the labelled subject; `None`: nothing to tell by.
    pub right_subject: Option<bool>,
}

/// What became of every label and event of a clip; numbers are places in their lists, rising.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matched {
    /// Labels found.
    pub found: Vec<Found>,
    /// Labels not found, which had to be.
    pub missed: Vec<usize>,
    /// Events that nothing speaks for.
    pub false_alarms: Vec<usize>,
    /// Events of a violation that another event was matched to, with its label.
    pub duplicates: Vec<(usize, usize)>,
    /// Events that neither count for nor against.
    pub excused: Vec<usize>,
    /// Labels not found that did not have to be.
    pub waived: Vec<usize>,
}

/// Matches a clip's events to its labels; `places` says whether the camera has a zone or line of a
/// name, `tolerance` is in seconds.
pub fn match_events(
    labels: &Labels,
    events: &[EventFacts],
    places: &dyn Fn(&str) -> bool,
    tolerance: f64,
) -> Matched {
    let pairs = pairs(&labels.events, events, places, tolerance);
    let mut matched = Matched::default();
    let mut taken = vec![None; events.len()];
    let weights: Vec<Candidate> = pairs.iter().map(|p| p.candidate).collect();
    for i in best(&weights) {
        let Pair { candidate, right } = &pairs[i];
        let (label, event) = (candidate.row as usize, candidate.column as usize);
        taken[event] = Some(label);
        matched.found.push(Found { label, event, right_subject: *right });
    }
    matched.found.sort_by_key(|f| f.label);
    for (i, label) in labels.events.iter().enumerate() {
        if !matched.found.iter().any(|f| f.label == i) {
            let list = if label.optional { &mut matched.waived } else { &mut matched.missed };
            list.push(i);
        }
    }
    for (i, event) in events.iter().enumerate().filter(|(i, _)| taken[*i].is_none()) {
        let twice = matched.found.iter().map(|f| f.label).find(|&l| {
            let label = &labels.events[l];
            same_place(label, event, places)
                && times::within(label, event, tolerance)
                && right_subject(label, event) != Some(false)
        });
        if let Some(label) = twice {
            matched.duplicates.push((i, label));
        } else if labels.ignore.iter().any(|span| excuses(span, event, tolerance)) {
            matched.excused.push(i);
        } else {
            matched.false_alarms.push(i);
        }
    }
    matched
}

struct Pair {
    candidate: Candidate,
    right: Option<bool>,
}

fn pairs(
    labels: &[Label],
    events: &[EventFacts],
    places: &dyn Fn(&str) -> bool,
    tolerance: f64,
) -> Vec<Pair> {
    // All preferences together weigh less than one more label found.
    let room = 1.0 / (labels.len().min(events.len()) as f64 + 1.0);
    let mut pairs = Vec::new();
    for (row, label) in labels.iter().enumerate() {
        for (column, event) in events.iter().enumerate() {
            if !same_place(label, event, places) {
                continue;
            }
            let Some(off) = times::off(label, event, tolerance) else { continue };
            let right = right_subject(label, event);
            let subject = right.map_or(0.5, |right| if right { 1.0 } else { 0.0 });
            let need = if label.optional { 0.0 } else { 1.0 };
            let near = 1.0 / (1.0 + off);
            let weight = 1.0 + room * (0.6 * subject + 0.2 * need + 0.15 * near);
            let candidate = Candidate { row: row as u32, column: column as u32, weight };
            pairs.push(Pair { candidate, right });
        }
    }
    pairs
}

/// One kind and, where both name one of the camera's, one zone or line.
fn same_place(label: &Label, event: &EventFacts, places: &dyn Fn(&str) -> bool) -> bool {
    let named = label.place.as_deref().filter(|name| places(name));
    label.kind == event.kind && named.is_none_or(|name| name == event.place)
}

/// Whether the event is of the labelled subject; `None`: nothing to tell by.
fn right_subject(label: &Label, event: &EventFacts) -> Option<bool> {
    let wanted = label.subject?;
    let (off, seen) = event.subject_near(label.subject_at)?;
    (off <= SUBJECT_SECONDS).then(|| {
        let holds =
            |b: &BBox, (x, y): (f32, f32)| (b.x1..=b.x2).contains(&x) && (b.y1..=b.y2).contains(&y);
        wanted.iou(&seen) >= SAME_SUBJECT
            || holds(&wanted, seen.centre())
            || holds(&seen, wanted.centre())
    })
}

fn excuses(span: &Ignored, event: &EventFacts, tolerance: f64) -> bool {
    let within = |t: f64| t >= span.start - tolerance && t <= span.end + tolerance;
    span.kind.is_none_or(|kind| kind == event.kind) && (within(event.start) || within(event.moment))
}
