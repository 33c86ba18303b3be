//! What tracks tell of a view: how large they are where it matters, how often they are lost behind
//! something and found again, and at what angle they come to a line.

use crate::config::Camera;
use crate::report::fitness::{Sample, SampleKind};
use crate::rules::RuleSpec;
use crate::scene::Line;
use crate::store::{ObservationReader, RecordError, records_of};
use crate::track::TrackId;
use crate::vision::{BBox, Class};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Observations read of one camera at most, twenty minutes at five a second, of so many records at
/// most, the latest, from the beginning of each: a dozen hours tell more than one hour does in full.
const MOST_OBSERVATIONS: u64 = 6_000;
const MOST_RECORDS: usize = 12;
/// Boxes kept for the sizes of things.
const MOST_BOXES: usize = 20_000;
/// Observations closer together than this show the same sizes, seconds.
const APART_SECONDS: f64 = 1.0;
/// Tracks followed at once: older ones are forgotten.
const MOST_TRACKS: usize = 4_000;
/// A way shorter than this share of the picture's width says nothing of a direction.
const LEAST_WAY: f32 = 0.02;
/// Tracks that make an angle.
const ENOUGH_TRACKS: usize = 5;
/// Sightings that make a share of those hidden.
const ENOUGH_SIGHTINGS: u64 = 50;

/// What tracks told of one rule's place.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Seen {
    /// Sightings there by a detection.
    shown: u64,
    /// Sightings there in which a track was hidden, and found again later.
    hidden: u64,
    /// Angles to the line, degrees, 0 along it, 90 straight across.
    angles: Vec<f32>,
}

impl Seen {
    /// The share of sightings in which what was there was hidden; `None`: too few.
    pub(super) fn occluded(&self) -> Option<f64> {
        let all = self.shown + self.hidden;
        (all >= ENOUGH_SIGHTINGS).then(|| self.hidden as f64 / all as f64)
    }

    /// The median angle to the line, degrees; `None`: no line, or too few tracks.
    pub(super) fn angle(&self) -> Option<f32> {
        let mut angles = self.angles.clone();
        angles.sort_by(f32::total_cmp);
        angles.get(angles.len() / 2).copied().filter(|_| angles.len() >= ENOUGH_TRACKS)
    }
}

/// What a camera's record told.
pub(super) struct Told {
    /// Sizes, as fitness judges them.
    pub(super) sample: Sample,
    /// By rule.
    pub(super) rules: BTreeMap<String, Seen>,
    /// Observations in which nobody knew how the view lay, of all.
    pub(super) unknown: (u64, u64),
}

/// Where a rule holds.
enum Place<'a> {
    Zone(&'a crate::scene::Zone),
    Line(&'a Line, f32),
}

impl Place<'_> {
    fn holds(&self, point: (f32, f32)) -> bool {
        match self {
            Self::Zone(zone) => zone.contains(point),
            Self::Line(line, near) => line.distance(point) <= *near,
        }
    }
}

/// A track on its way past a rule's place.
#[derive(Default)]
struct Way {
    first: Option<(f32, f32)>,
    last: (f32, f32),
    hidden: u64,
}

/// Reads what was observed of a camera, the latest records first.
pub(super) fn told(camera: &Camera, data: &Path) -> Result<Told, RecordError> {
    let mut told = Told {
        sample: Sample { kind: SampleKind::Observations, ..Sample::default() },
        rules: BTreeMap::new(),
        unknown: (0, 0),
    };
    let places: Vec<(&RuleSpec, Place<'_>)> =
        camera.rules.iter().filter_map(|r| Some((r, place(camera, r)?))).collect();
    let mut left = MOST_OBSERVATIONS;
    let records = records_of(data, &camera.id)?;
    let latest: Vec<_> = records.iter().rev().take(MOST_RECORDS).collect();
    for (n, record) in latest.iter().enumerate() {
        // What a short record leaves goes to those that follow.
        let mut mine = left.div_ceil((latest.len() - n) as u64);
        if mine == 0 {
            break;
        }
        let reader = ObservationReader::open(record)?;
        if reader.header().frame_size != camera.scene.frame_size {
            // Drawn anew since: sizes and places are others.
            continue;
        }
        let mut ways: HashMap<(usize, TrackId), Way> = HashMap::new();
        let mut before: Option<f64> = None;
        for observation in reader {
            // What a crash left of a record is as good as the rest of it.
            let Ok(observation) = observation else { break };
            (left, mine) = (left.saturating_sub(1), mine - 1);
            told.unknown.1 += 1;
            told.unknown.0 += u64::from(observation.view == crate::vision::View::Unknown);
            let now = observation.time.seconds();
            if before.is_none_or(|t| now - t >= APART_SECONDS) {
                before = Some(now);
                told.sample.looks += 1;
                if told.sample.boxes.len() < MOST_BOXES {
                    let seen = observation.tracks.iter().filter(|s| s.seen());
                    told.sample.boxes.extend(seen.map(|s| -> (Class, BBox) { (s.class, s.bbox) }));
                }
            }
            for sight in &observation.tracks {
                for (i, (rule, place)) in places.iter().enumerate() {
                    let at = sight.bbox.contact();
                    if !rule.classes.contains(&sight.class) || !place.holds(at) {
                        continue;
                    }
                    if ways.len() >= MOST_TRACKS {
                        finish(&mut ways, &places, camera, &mut told);
                    }
                    let way = ways.entry((i, sight.id)).or_default();
                    let seen = told.rules.entry(rule.name.clone()).or_default();
                    if sight.seen() {
                        seen.shown += 1;
                        seen.hidden += std::mem::take(&mut way.hidden);
                        way.first.get_or_insert(at);
                        way.last = at;
                    } else {
                        way.hidden += 1;
                    }
                }
            }
            if mine == 0 {
                break;
            }
        }
        finish(&mut ways, &places, camera, &mut told);
    }
    Ok(told)
}

/// Takes the angles of the ways that are over.
fn finish(
    ways: &mut HashMap<(usize, TrackId), Way>,
    places: &[(&RuleSpec, Place<'_>)],
    camera: &Camera,
    told: &mut Told,
) {
    let least = LEAST_WAY * camera.scene.frame_size.0 as f32;
    // In a fixed order, so that the same record says the same.
    let mut over: Vec<((usize, TrackId), Way)> = ways.drain().collect();
    over.sort_by_key(|(key, _)| *key);
    for ((i, _), way) in over {
        let (rule, Place::Line(line, _)) = &places[i] else { continue };
        let Some(first) = way.first else { continue };
        let (dx, dy) = (way.last.0 - first.0, way.last.1 - first.1);
        if dx.hypot(dy) < least {
            continue;
        }
        if let Some(angle) = angle(line, (dx, dy), way.last) {
            told.rules.entry(rule.name.clone()).or_default().angles.push(angle);
        }
    }
}

/// The angle between a way and the part of the line that is nearest, degrees, 0 to 90.
fn angle(line: &Line, (dx, dy): (f32, f32), at: (f32, f32)) -> Option<f32> {
    let part = line.points.windows(2).min_by(|a, b| {
        let off = |ends: &[(f32, f32)]| {
            let (x, y) = (f32::midpoint(ends[0].0, ends[1].0), f32::midpoint(ends[0].1, ends[1].1));
            (at.0 - x).hypot(at.1 - y)
        };
        off(a).total_cmp(&off(b))
    })?;
    let (lx, ly) = (part[1].0 - part[0].0, part[1].1 - part[0].1);
    let cross = (dx * ly - dy * lx).abs();
    let dot = (dx * lx + dy * ly).abs();
    Some(cross.atan2(dot).to_degrees())
}

fn place<'a>(camera: &'a Camera, rule: &RuleSpec) -> Option<Place<'a>> {
    if rule.kind.info().mechanism.on_line() {
        let near = camera.scene.frame_size.1 as f32 / 12.0;
        return camera.scene.line(&rule.zone).map(|line| Place::Line(line, near));
    }
    camera.scene.zone(&rule.zone).map(Place::Zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_are_those_to_the_line() {
        let line =
            Line::new("stop", &[[0.0, 100.0], [200.0, 100.0]], [100.0, 50.0], (640, 360)).unwrap();
        let to = |dx: f32, dy: f32| angle(&line, (dx, dy), (100.0, 100.0)).unwrap().round();
        assert_eq!((to(0.0, 30.0), to(30.0, 0.0), to(-30.0, 30.0)), (90.0, 0.0, 45.0));
    }

    #[test]
    fn few_sightings_tell_nothing() {
        let few = Seen { shown: 10, hidden: 9, angles: vec![10.0; 3] };
        assert_eq!((few.occluded(), few.angle()), (None, None));
        let many = Seen { shown: 75, hidden: 25, angles: vec![10.0, 20.0, 30.0, 40.0, 50.0] };
        assert_eq!((many.occluded(), many.angle()), (Some(0.25), Some(30.0)));
    }
}
