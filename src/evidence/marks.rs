//! What each of an event's pictures is to show: marks where things were at its instant.

use super::caption::Caption;
use super::context::Place;
use super::error::EvidenceError;
use super::job::Job;
use super::lamp::lamps_at;
use super::overlay::{LineMark, Marking};
use super::shot::{Part, Shot};
use crate::media::MediaTime;
use crate::rules::{Incident, Mechanism, Role, Sighting, Terms};
use crate::scene::Line;
use crate::vision::{BBox, Shift};

/// Between two sightings farther apart, nobody knows where a moving subject was, seconds.
const GAP: f64 = 2.5;
/// Before the first and after the last sighting a place holds this long, seconds.
const BEYOND: f64 = 0.3;
/// Two boxes that share so much are one place, however long apart.
const ONE_PLACE: f32 = 0.8;

/// Whether one marked picture does not show what happened: something moved, or changed.
pub(super) fn wants_all_marked(incident: &Incident) -> bool {
    let moving = matches!(
        incident.kind.info().mechanism,
        Mechanism::Crossing | Mechanism::Direction | Mechanism::Speed | Mechanism::LeftObject
    );
    moving || !incident.signals.is_empty()
}

/// What is drawn on a picture. Of a picture that misses the moment, the subject's place is not
/// known well enough, so nothing of it is drawn.
pub(super) fn marking(job: &Job<'_>, shot: Shot) -> Result<Marking, EvidenceError> {
    let Job { ctx, incident, id, .. } = *job;
    // Boxes and corners are the steady view's; the picture is as the camera shook then. Of the
    // other pictures the shake is not kept.
    let back = match shot.part {
        Part::Moment => incident.view_moment.shift().inverse(),
        Part::Before | Part::After => Shift::NONE,
    };
    let until = if shot.part == Part::Moment { incident.moment } else { shot.at };
    let known = shot.off.is_none();
    let subject = match shot.part {
        _ if !known => None,
        Part::Moment => Some(incident.bbox_moment),
        Part::Before | Part::After => place_at(&sightings(incident), shot.at),
    };
    let mut roles: Vec<Role> = Vec::new();
    let mut parties = Vec::new();
    for party in incident.parties.iter().filter(|_| known) {
        if let Some(bbox) = place_at(&party.subject.path, until) {
            parties.push(back.apply_box(&bbox));
            if !roles.contains(&party.role) {
                roles.push(party.role);
            }
        }
    }
    let (zone, lines) = match ctx.place(incident)? {
        Place::Zone(corners) => (corners.iter().map(|at| back.apply(*at)).collect(), Vec::new()),
        Place::Line(line) => {
            let next = next_line(job);
            (
                Vec::new(),
                [Some(line), next].into_iter().flatten().map(|l| mark_of(l, back)).collect(),
            )
        }
    };
    let mut lamps = lamps_at(ctx, incident, until);
    for lamp in &mut lamps {
        lamp.bbox = lamp.bbox.map(|b| back.apply_box(&b));
    }
    let is_speed = incident.kind.info().mechanism == Mechanism::Speed;
    let stretch = (is_speed && known && shot.part == Part::Moment)
        .then(|| [incident.bbox_start, incident.bbox_moment].map(|b| back.apply(b.contact())));
    let path = incident.subject.path.iter().filter(|s| known && s.time <= until);
    Ok(Marking {
        frame_size: ctx.frame_size,
        zone,
        lines,
        path: path.map(|s| s.bbox).chain(subject).map(|b| back.apply(b.contact())).collect(),
        stretch,
        subject: subject.map(|b| back.apply_box(&b)),
        parties,
        caption: Caption::new(ctx, incident, id, shot, &lamps, &roles),
        lamps,
    })
}

/// The second line of a banned turn.
fn next_line<'a>(job: &Job<'a>) -> Option<&'a Line> {
    let rule = job.ctx.rules.iter().find(|r| r.name == job.incident.rule)?;
    let Terms::Crossing(terms) = &rule.terms else { return None };
    let name = terms.exit_line.as_ref()?;
    job.ctx.lines.iter().find(|l| l.name == *name)
}

fn mark_of(line: &Line, back: Shift) -> LineMark {
    LineMark {
        points: line.points.iter().map(|at| back.apply(*at)).collect(),
        toward: back.apply(line.toward),
    }
}

/// All that is known of where the subject was.
fn sightings(incident: &Incident) -> Vec<Sighting> {
    let mut all = incident.subject.path.clone();
    all.extend(
        [
            (incident.start, incident.bbox_start),
            (incident.moment, incident.bbox_moment),
            (incident.last, incident.bbox_last),
        ]
        .map(|(time, bbox)| Sighting { time, bbox }),
    );
    all.sort_by_key(|s| s.time);
    all
}

/// Where somebody was at an instant, between the sightings around it, in order of time.
pub(super) fn place_at(sightings: &[Sighting], at: MediaTime) -> Option<BBox> {
    let next = sightings.partition_point(|s| s.time < at);
    let before = next.checked_sub(1).and_then(|i| sightings.get(i));
    match (before, sightings.get(next)) {
        (_, Some(s)) if s.time == at => Some(s.bbox),
        (Some(a), Some(b)) => {
            let apart = b.time.since(a.time);
            let share = (at.since(a.time) / apart) as f32;
            (apart <= GAP || a.bbox.iou(&b.bbox) >= ONE_PLACE)
                .then(|| between(a.bbox, b.bbox, share))
        }
        (Some(s), None) | (None, Some(s)) => (at.since(s.time).abs() <= BEYOND).then_some(s.bbox),
        (None, None) => None,
    }
}

fn between(a: BBox, b: BBox, share: f32) -> BBox {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    BBox { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_between_sightings_and_not_beyond() {
        let at = MediaTime::from_seconds;
        let seen = |seconds: f64, x: f32| Sighting {
            time: at(seconds),
            bbox: BBox { x1: x, y1: 0.0, x2: x + 10.0, y2: 10.0 },
        };
        let way = [seen(1.0, 0.0), seen(2.0, 20.0), seen(9.0, 80.0), seen(60.0, 80.5)];
        let left = |seconds| place_at(&way, at(seconds)).map(|b| b.x1);
        assert_eq!(left(1.0), Some(0.0));
        assert_eq!(left(1.5), Some(10.0));
        assert_eq!(left(5.0), None, "seven seconds unseen, and it moved");
        assert!(left(30.0).is_some_and(|x| (x - 80.2).abs() < 0.1), "it stood there all the time");
        assert_eq!((left(0.8), left(0.5)), (Some(0.0), None));
        assert_eq!(place_at(&[], at(1.0)), None);
    }
}
