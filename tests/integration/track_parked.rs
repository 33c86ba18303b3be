//! What is parked and long hidden keeps its name; what takes its place does not get it.

use std::collections::BTreeSet;
use streetward::media::MediaTime;
use streetward::track::{TrackId, TrackSight, Tracker, TrackerConfig};
use streetward::vision::{BBox, Class, Detection};

type Frames = Vec<(f64, Vec<TrackSight>)>;

const RATES: [f64; 4] = [2.0, 3.0, 5.0, 10.0];
/// Where the car is parked: 120×80 around it.
const PLACE: (f64, f64) = (640.0, 400.0);

fn seen(class: Class, (x, y): (f64, f64), (w, h): (f64, f64), score: f32) -> Detection {
    let (x, y, w, h) = (x as f32, y as f32, w as f32 / 2.0, h as f32 / 2.0);
    Detection { bbox: BBox { x1: x - w, y1: y - h, x2: x + w, y2: y + h }, class, score }
}

/// The car, its box jittered by up to `by` pixels each way, the same every time.
fn car(t: f64, by: f64) -> Detection {
    let wobble = |n: f64| by * ((t * 37.1 + n * 11.7).sin() * 4371.3).fract();
    let (x, y) = (PLACE.0 + wobble(1.0), PLACE.1 + wobble(2.0));
    seen(Class::Car, (x, y), (120.0 + wobble(3.0), 80.0 + wobble(4.0)), 0.7)
}

fn watch(fps: f64, seconds: f64, scene: impl Fn(f64) -> Vec<Detection>) -> Frames {
    let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(1280.0, 720.0);
    (0..=(seconds * fps) as u32)
        .map(|k| {
            let t = f64::from(k) / fps;
            (t, tracker.update(MediaTime::from_seconds(t), &scene(t)))
        })
        .collect()
}

/// The track whose box lies most on the car's place in the last frame at or before `t`.
fn there(frames: &Frames, t: f64) -> Option<TrackId> {
    let place = car(0.0, 0.0).bbox;
    let (_, tracks) = frames.iter().rfind(|(time, _)| *time <= t + 1e-9)?;
    let overlap = |s: &&TrackSight| s.bbox.iou(&place);
    tracks
        .iter()
        .filter(|s| overlap(s) > 0.3)
        .max_by(|a, b| overlap(a).total_cmp(&overlap(b)))
        .map(|s| s.id)
}

fn ids(frames: &Frames) -> BTreeSet<TrackId> {
    frames.iter().flat_map(|(_, tracks)| tracks.iter().map(|s| s.id)).collect()
}

/// Comes from the left from 10 s on, stands before `to` from 12 to 32 s, and goes to the right.
fn passer(class: Class, t: f64, to: (f64, f64), size: (f64, f64)) -> Option<Detection> {
    let x = match t {
        t if t < 10.0 => return None,
        t if t < 12.0 => to.0 - (12.0 - t) * 200.0,
        t if t < 32.0 => to.0,
        t => to.0 + (t - 32.0) * 200.0,
    };
    (x < 1200.0).then(|| seen(class, (x, to.1), size, 0.85))
}

/// The car, unless more than `share` of it is behind `other`.
fn unless_hidden(car: Detection, other: Option<&Detection>, share: f32) -> Option<Detection> {
    let hidden = other.map_or(0.0, |o| o.bbox.intersection(&car.bbox) / car.bbox.area());
    (hidden <= share).then_some(car)
}

#[test]
fn a_bus_before_it_for_twenty_seconds_changes_nothing() {
    for fps in RATES {
        let frames = watch(fps, 50.0, |t| {
            let bus = passer(Class::Bus, t, (650.0, 425.0), (420.0, 220.0));
            unless_hidden(car(t, 6.0), bus.as_ref(), 0.5).into_iter().chain(bus).collect()
        });
        let before = there(&frames, 9.0);
        assert!(before.is_some(), "{fps}");
        assert_eq!(there(&frames, 49.0), before, "{fps} frames a second");
        assert_eq!(ids(&frames).len(), 2, "{fps} frames a second");
    }
}

#[test]
fn a_van_of_its_own_size_before_it_does_not_get_its_name() {
    for fps in RATES {
        // Nearer to the camera: lower in the picture and a little larger.
        for (dx, dy) in [(0.0, 22.0), (25.0, 18.0), (-30.0, 30.0)] {
            let frames = watch(fps, 50.0, |t| {
                let to = (PLACE.0 + dx, PLACE.1 + dy);
                let van = passer(Class::Truck, t, to, (150.0, 100.0));
                unless_hidden(car(t, 4.0), van.as_ref(), 0.5).into_iter().chain(van).collect()
            });
            let before = there(&frames, 9.0);
            let van = there(&frames, 25.0);
            assert!(before.is_some() && van.is_some() && van != before, "{fps} {dx} {dy}");
            assert_eq!(there(&frames, 49.0), before, "{fps} frames a second, {dx} {dy}");
            assert_eq!(ids(&frames).len(), 2, "{fps} frames a second, {dx} {dy}");
        }
    }
}

#[test]
fn half_hidden_first_and_wholly_then_it_is_found_at_its_own_place() {
    for fps in RATES {
        let frames = watch(fps, 60.0, |t| {
            let whole = car(t, 4.0);
            let part = |share: f32| {
                let x1 = whole.bbox.x1 + whole.bbox.width() * share;
                Detection { bbox: BBox { x1, ..whole.bbox }, score: 0.5, ..whole }
            };
            match t {
                t if t < 10.0 => vec![whole],
                // Something creeps before it from the left.
                t if t < 16.0 => vec![part(((t - 10.0) / 10.0) as f32)],
                t if t < 36.0 => vec![],
                t if t < 42.0 => vec![part(((42.0 - t) / 10.0) as f32)],
                _ => vec![whole],
            }
        });
        let before = there(&frames, 9.0);
        assert!(before.is_some(), "{fps}");
        assert_eq!(ids(&frames), before.into_iter().collect(), "{fps} frames a second");
        assert_eq!(there(&frames, 59.0), before, "{fps} frames a second");
    }
}

#[test]
fn flickering_faintly_between_two_hidings_it_stays_itself() {
    for fps in RATES {
        let frames = watch(fps, 60.0, |t| {
            let k = (t * fps).round() as i64;
            let faint = Detection { score: [0.25, 0.35, 0.3][(k % 3) as usize], ..car(t, 6.0) };
            match t {
                t if t < 6.0 => vec![car(t, 4.0)],
                t if (12.0..24.0).contains(&t) || (36.0..50.0).contains(&t) => vec![],
                _ if k % 3 == 1 => vec![],
                _ => vec![faint],
            }
        });
        assert_eq!(ids(&frames).len(), 1, "{fps} frames a second");
        assert!(there(&frames, 59.5).is_some(), "{fps} frames a second");
    }
}

/// What stands there when the view is free again is the car that stood there, if it looks like it
/// in place, size and shape: one like it that took the place unseen cannot be told from it.
#[test]
fn another_one_at_its_place_is_another_if_its_box_tells() {
    for fps in RATES {
        let after = |size: (f64, f64)| {
            let frames = watch(fps, 50.0, |t| {
                let bus = passer(Class::Bus, t, (650.0, 425.0), (420.0, 220.0));
                let parked = if t < 22.0 {
                    car(t, 3.0)
                } else {
                    // Its lower edge where the car's was: it stands on the same ground.
                    seen(Class::Car, (PLACE.0, PLACE.1 + 40.0 - size.1 / 2.0), size, 0.7)
                };
                unless_hidden(parked, bus.as_ref(), 0.5).into_iter().chain(bus).collect()
            });
            (there(&frames, 9.0), there(&frames, 49.0))
        };
        let (before, same) = after((122.0, 79.0));
        assert!(before.is_some() && same == before, "{fps}: alike");
        for size in [(170.0, 118.0), (118.0, 122.0)] {
            let (before, other) = after(size);
            assert!(other.is_some() && other != before, "{fps}: {size:?} is another car");
        }
    }
}
