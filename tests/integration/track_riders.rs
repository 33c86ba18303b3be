//! Riders and their two-wheelers: who rides, who only passes, and how one is found by the other.

use super::rules::{film, person as someone, rule};
use std::collections::BTreeSet;
use streetward::media::MediaTime;
use streetward::rules::{IncidentUpdate, Kind, RuleSpec};
use streetward::track::{Riding, TrackId, TrackSight, Tracker, TrackerConfig};
use streetward::vision::{BBox, Class, Detection, Family};

type Frames = Vec<(f64, Vec<TrackSight>)>;

fn seen(class: Class, (x, y): (f64, f64), (w, h): (f64, f64), score: f32) -> Detection {
    let (x, y, w, h) = (x as f32, y as f32, w as f32 / 2.0, h as f32 / 2.0);
    Detection { bbox: BBox { x1: x - w, y1: y - h, x2: x + w, y2: y + h }, class, score }
}

/// Somebody of 90 pixels on a bicycle whose wheels touch the ground at `(x, ground)`.
fn rider(x: f64, ground: f64) -> Detection {
    seen(Class::Person, (x, ground - 57.0), (36.0, 90.0), 0.7)
}

fn bicycle(x: f64, ground: f64) -> Detection {
    seen(Class::Bicycle, (x + 2.0, ground - 26.0), (80.0, 52.0), 0.6)
}

/// Somebody of 100 pixels on foot.
fn walker(x: f64, ground: f64) -> Detection {
    seen(Class::Person, (x, ground - 50.0), (40.0, 100.0), 0.8)
}

/// A detector's jitter, the same every time: from −1 to 1.
fn jitter(t: f64, n: u32) -> f64 {
    ((t * 37.1 + f64::from(n) * 11.7).sin() * 4371.3).fract()
}

fn watch(fps: f64, seconds: f64, scene: impl Fn(f64) -> Vec<Detection>) -> Frames {
    let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(1280.0, 720.0);
    (0..=(seconds * fps) as u32)
        .map(|k| {
            let t = f64::from(k) / fps;
            let mut detections = scene(t);
            for (n, d) in detections.iter_mut().enumerate() {
                let (dx, dy) = (jitter(t, n as u32) as f32, jitter(t, 50 + n as u32) as f32);
                let b = d.bbox;
                d.bbox =
                    BBox { x1: b.x1 + dx, y1: b.y1 + dy, x2: b.x2 + 1.5 * dx, y2: b.y2 + 1.5 * dy };
            }
            (t, tracker.update(MediaTime::from_seconds(t), &detections))
        })
        .collect()
}

fn people(frames: &Frames) -> impl Iterator<Item = (f64, &TrackSight)> {
    frames
        .iter()
        .flat_map(|(t, tracks)| tracks.iter().map(move |s| (*t, s)))
        .filter(|(_, s)| s.class == Class::Person)
}

fn ids(frames: &Frames, family: Family) -> BTreeSet<TrackId> {
    let all = frames.iter().flat_map(|(_, tracks)| tracks);
    all.filter(|s| s.class.family() == family).map(|s| s.id).collect()
}

fn rides(s: &TrackSight) -> bool {
    matches!(s.riding, Riding::On(_))
}

#[test]
fn a_rider_is_told_at_any_rate() {
    for fps in [2.0, 5.0, 10.0, 25.0] {
        // What goes its own width between two pictures is another matter.
        let speed = if fps < 3.0 { 70.0 } else { 100.0 };
        let frames = watch(fps, 6.0, |t| {
            vec![rider(150.0 + speed * t, 400.0), bicycle(150.0 + speed * t, 400.0)]
        });
        let first = people(&frames).find(|(_, s)| rides(s)).map(|(t, _)| t);
        assert!(first.is_some_and(|t| t <= 2.5), "{fps}: told at {first:?}");
        let first = first.unwrap();
        let bike = *ids(&frames, Family::TwoWheeler).first().unwrap();
        for (t, s) in people(&frames) {
            let wanted = if t < first { Riding::Unknown } else { Riding::On(Some(bike)) };
            assert_eq!(s.riding, wanted, "{fps} frames a second, {t} s");
        }
        assert_eq!(ids(&frames, Family::Person).len(), 1);
        assert_eq!(ids(&frames, Family::TwoWheeler).len(), 1);
    }
}

#[test]
fn two_may_ride_one() {
    let frames = watch(10.0, 4.0, |t| {
        let x = 150.0 + 200.0 * t;
        let motorcycle = seen(Class::Motorcycle, (x, 360.0), (110.0, 80.0), 0.7);
        vec![rider(x + 14.0, 395.0), rider(x - 16.0, 392.0), motorcycle]
    });
    let bike = *ids(&frames, Family::TwoWheeler).first().unwrap();
    let on = |s: &TrackSight| s.riding == Riding::On(Some(bike));
    let riders: BTreeSet<_> =
        people(&frames).filter(|(t, s)| *t > 2.0 && on(s)).map(|(_, s)| s.id).collect();
    assert_eq!(riders.len(), 2);
    assert!(people(&frames).all(|(t, s)| t < 2.0 || on(s)));
}

#[test]
fn who_walks_past_a_parked_bicycle_does_not_ride_it() {
    for speed in [40.0, 80.0, 130.0] {
        let frames =
            watch(10.0, 8.0, |t| vec![walker(60.0 + speed * t, 405.0), bicycle(400.0, 400.0)]);
        assert!(people(&frames).all(|(_, s)| !rides(s)), "{speed}");
        let unsure = people(&frames).filter(|(_, s)| s.riding == Riding::Unknown).count();
        let over = (110.0 / speed + 1.0) * 10.0;
        assert!((unsure as f64) < over, "{speed}: unsure for {unsure} frames");
    }
}

#[test]
fn who_stands_beside_a_parked_motorcycle_may_ride_it() {
    let frames = watch(10.0, 20.0, |_| {
        vec![walker(400.0, 405.0), seen(Class::Motorcycle, (405.0, 365.0), (110.0, 76.0), 0.7)]
    });
    assert!(people(&frames).all(|(_, s)| s.riding == Riding::Unknown));
}

#[test]
fn who_pushes_a_bicycle_is_not_known_to_ride() {
    let frames = watch(10.0, 12.0, |t| {
        let x = 100.0 + 60.0 * t;
        vec![walker(x, 402.0), seen(Class::Bicycle, (x + 22.0, 376.0), (84.0, 54.0), 0.6)]
    });
    assert!(people(&frames).all(|(_, s)| !rides(s)));
}

#[test]
fn a_rider_who_gets_off_and_walks_away_is_on_foot() {
    let frames = watch(10.0, 16.0, |t| {
        let bike = (100.0 + 150.0 * t).min(550.0);
        let man =
            if t < 5.0 { rider(bike, 400.0) } else { walker(550.0 + 50.0 * (t - 5.0), 402.0) };
        vec![man, bicycle(bike, 400.0)]
    });
    let at = |when: f64| people(&frames).find(|(t, _)| *t >= when).unwrap().1.riding;
    assert!(matches!(at(3.0), Riding::On(Some(_))));
    assert_eq!(at(10.0), Riding::No);
    assert_eq!(ids(&frames, Family::Person).len(), 1);
}

#[test]
fn a_cyclist_who_passes_a_walker_leaves_him_on_foot() {
    let frames = watch(10.0, 6.0, |t| {
        let x = 60.0 + 180.0 * t;
        vec![walker(400.0 + 40.0 * t, 396.0), rider(x, 400.0), bicycle(x, 400.0)]
    });
    let walks: Vec<_> = people(&frames).filter(|(_, s)| s.bbox.y2 - s.bbox.y1 > 95.0).collect();
    assert!(walks.len() > 40 && walks.iter().all(|(_, s)| !rides(s)));
    assert!(people(&frames).filter(|(_, s)| rides(s)).count() > 30);
}

/// The two-wheeler, or the rider, is missed while both turn: found by the other's way alone.
#[test]
fn a_pair_keeps_both_names_while_one_is_missed_in_a_turn() {
    let way = |t: f64| {
        let (sin, cos) = (0.6 * t).sin_cos();
        (300.0 + 200.0 * sin, 600.0 - 200.0 * (1.0 - cos))
    };
    for missed in [Class::Bicycle, Class::Person] {
        for fps in [5.0, 10.0, 25.0] {
            let frames = watch(fps, 5.0, |t| {
                let (x, y) = way(t);
                let mut both = vec![rider(x, y), bicycle(x, y)];
                both.retain(|d| d.class != missed || !(1.8..3.5).contains(&t));
                both
            });
            assert_eq!(ids(&frames, Family::Person).len(), 1, "{missed:?} missed, {fps} fps");
            assert_eq!(ids(&frames, Family::TwoWheeler).len(), 1, "{missed:?} missed, {fps} fps");
            let (_, last) = people(&frames).last().unwrap();
            assert!(rides(last), "{missed:?} missed, {fps} fps: {last:?}");
        }
    }
}

#[test]
fn a_bicycle_seen_faintly_now_and_then_still_makes_a_rider() {
    let faint = |share: u32| {
        watch(10.0, 6.0, move |t| {
            let (x, k) = (150.0 + 120.0 * t, (t * 10.0).round() as u32);
            let mut all = vec![rider(x, 400.0)];
            if k.is_multiple_of(share) {
                all.push(Detection { score: 0.3, ..bicycle(x, 400.0) });
            }
            all
        })
    };
    let frames = faint(2);
    assert_eq!(ids(&frames, Family::TwoWheeler).len(), 0);
    assert!(people(&frames).filter(|(_, s)| s.riding == Riding::On(None)).count() > 20);
    let frames = faint(20);
    assert!(people(&frames).all(|(_, s)| !rides(s)), "one in twenty is the detector's fancy");
}

#[test]
fn riding_is_written_only_where_there_is_some_and_old_records_read() {
    let mut sight = someone(3, 100.0, 200.0);
    let old = serde_json::to_string(&sight).unwrap();
    assert!(!old.contains("riding"));
    assert_eq!(serde_json::from_str::<TrackSight>(&old).unwrap(), sight);
    for (riding, text) in [
        (Riding::Unknown, r#""riding":"unknown""#),
        (Riding::On(None), r#""riding":{"on":null}"#),
        (Riding::On(Some(TrackId(7))), r#""riding":{"on":7}"#),
    ] {
        sight.riding = riding;
        let json = serde_json::to_string(&sight).unwrap();
        assert!(json.contains(text), "{json}");
        assert_eq!(serde_json::from_str::<TrackSight>(&json).unwrap(), sight);
    }
}

/// Somebody in the zone for ten seconds, riding as `riding` says at each instant.
fn opened(rule: RuleSpec, riding: impl Fn(f64) -> Riding) -> usize {
    let updates = film(rule, 10.0, |t| {
        let mut man = someone(1, 300.0 + 5.0 * t as f32, 420.0);
        man.riding = riding(t);
        vec![man]
    });
    updates.iter().filter(|u| matches!(u, IncidentUpdate::Opened(_))).count()
}

#[test]
fn a_rider_does_not_jaywalk_and_who_may_be_one_is_not_accused() {
    let jaywalking = || rule(Kind::Jaywalking, "z");
    assert_eq!(opened(jaywalking(), |_| Riding::No), 1);
    assert_eq!(opened(jaywalking(), |_| Riding::Unknown), 0);
    assert_eq!(opened(jaywalking(), |_| Riding::On(None)), 0);
    let told_late = |t| if t < 3.0 { Riding::Unknown } else { Riding::On(Some(TrackId(2))) };
    assert_eq!(opened(jaywalking(), told_late), 0);
    let cleared = |t| if t < 3.0 { Riding::Unknown } else { Riding::No };
    assert_eq!(opened(jaywalking(), cleared), 1, "who turns out to walk is judged from then on");
    let counted = RuleSpec { riders: true, ..jaywalking() };
    assert_eq!(opened(counted, |_| Riding::On(None)), 1);
    assert_eq!(opened(rule(Kind::RestrictedArea, "z"), |_| Riding::On(None)), 1);
}
