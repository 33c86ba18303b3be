//! Tracking, scene by scene: what must stay one object, and what must not become one.

use proptest::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use streetward::media::MediaTime;
use streetward::track::{TrackId, TrackSight, Tracker, TrackerConfig};
use streetward::vision::{BBox, Class, Detection};

fn seen(class: Class, centre: (f64, f64), size: (f64, f64), score: f32) -> Detection {
    let (x, y, w, h) = (centre.0 as f32, centre.1 as f32, size.0 as f32 / 2.0, size.1 as f32 / 2.0);
    Detection { bbox: BBox { x1: x - w, y1: y - h, x2: x + w, y2: y + h }, class, score }
}

fn person(x: f64, y: f64) -> Detection {
    seen(Class::Person, (x, y), (40.0, 100.0), 0.8)
}

fn car(x: f64, y: f64) -> Detection {
    seen(Class::Car, (x, y), (120.0, 80.0), 0.8)
}

/// Runs `scene` at `fps` from 0 to `seconds` and gives each frame's time and tracks.
fn run(
    fps: f64,
    seconds: f64,
    scene: impl Fn(f64) -> Vec<Detection>,
) -> Vec<(f64, Vec<TrackSight>)> {
    let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(1280.0, 720.0);
    (0..=(seconds * fps) as u32)
        .map(|k| {
            let t = f64::from(k) / fps;
            (t, tracker.update(MediaTime::from_seconds(t), &scene(t)))
        })
        .collect()
}

fn ids(frames: &[(f64, Vec<TrackSight>)]) -> BTreeSet<TrackId> {
    frames.iter().flat_map(|(_, tracks)| tracks.iter().map(|t| t.id)).collect()
}

/// The track nearest to `(x, y)` in the frame at or after `t`.
fn near(frames: &[(f64, Vec<TrackSight>)], t: f64, x: f32, y: f32) -> Option<&TrackSight> {
    let (_, tracks) = frames.iter().find(|(time, _)| *time >= t - 1e-9)?;
    let distance = |s: &TrackSight| (s.bbox.centre().0 - x).hypot(s.bbox.centre().1 - y);
    tracks.iter().filter(|s| distance(s) < 60.0).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

#[test]
fn a_van_that_flickers_is_one_vehicle() {
    let frames = run(10.0, 60.0, |t| {
        let k = (t * 10.0).round() as i64;
        // Seen three frames in four, faintly, as a truck more often than as a car.
        let class = if k % 5 < 2 { Class::Car } else { Class::Truck };
        let score = [0.5, 0.35, 0.3, 0.46][(k % 4) as usize];
        let wobble = (k % 3) as f64;
        if k % 4 == 2 || (200..215).contains(&k) {
            vec![]
        } else {
            vec![seen(class, (690.0 + wobble, 70.0), (74.0, 56.0), score)]
        }
    });
    assert_eq!(ids(&frames).len(), 1);
    assert!(frames.iter().skip(20).all(|(_, tracks)| tracks.len() == 1));
    assert_eq!(frames[600].1[0].class, Class::Truck);
}

#[test]
fn people_who_cross_keep_their_identities() {
    let frames = run(10.0, 8.0, |t| {
        let (a, b) = (200.0 + 60.0 * t, 680.0 - 60.0 * t);
        // The one behind is hidden while they overlap by half.
        if (a - b).abs() < 20.0 {
            vec![person(a, 305.0)]
        } else {
            vec![person(a, 305.0), person(b, 300.0)]
        }
    });
    let left = near(&frames, 1.0, 260.0, 305.0).expect("confirmed within a second").id;
    let right = near(&frames, 1.0, 620.0, 300.0).expect("confirmed within a second").id;
    assert_eq!(near(&frames, 7.5, 650.0, 305.0).map(|s| s.id), Some(left));
    assert_eq!(near(&frames, 7.5, 230.0, 300.0).map(|s| s.id), Some(right));
    assert_eq!(ids(&frames).len(), 2);
}

#[test]
fn a_walker_is_found_after_a_short_gap_and_new_after_a_long_one() {
    let walk = |gap: f64| {
        run(10.0, 10.0, move |t| {
            if (3.0..3.0 + gap).contains(&t) {
                vec![]
            } else {
                vec![person(200.0 + 40.0 * t, 300.0)]
            }
        })
    };
    let short = walk(1.4);
    assert_eq!(ids(&short).len(), 1);
    // Reported while coasting, silent while lost, reported again.
    let counts: Vec<_> = [3.2, 4.0, 4.6]
        .map(|t| near(&short, t, 200.0 + 40.0 * t as f32, 300.0).map(TrackSight::seen))
        .into();
    assert_eq!(counts, [Some(false), None, Some(true)]);
    assert_eq!(ids(&walk(4.0)).len(), 2);
}

#[test]
fn two_frames_a_second_are_enough() {
    let frames = run(2.0, 8.0, |t| {
        vec![
            car(100.0 + 200.0 * t, 200.0),
            person(900.0 - 35.0 * t, 500.0),
            seen(Class::Motorcycle, (150.0 + 110.0 * t, 400.0), (60.0, 80.0), 0.6),
        ]
        .into_iter()
        .filter(|d| d.bbox.x2 < 1280.0)
        .collect()
    });
    assert_eq!(ids(&frames).len(), 3);
    assert_eq!(frames[3].1.len(), 3, "confirmed after a second and a half");
}

#[test]
fn the_same_motion_gives_the_same_tracks_at_any_rate() {
    for fps in [2.0, 5.0, 10.0, 25.0, 30.0] {
        let frames = run(fps, 12.0, |t| {
            vec![car(150.0 + 60.0 * t, 200.0), person(1000.0 - 40.0 * t, 450.0)]
        });
        assert_eq!(ids(&frames).len(), 2, "{fps} frames a second");
        let first = frames.iter().find(|(_, tracks)| tracks.len() == 2).map(|(t, _)| *t);
        assert!(first.is_some_and(|t| (0.03..=1.0).contains(&t)), "{fps}: confirmed at {first:?}");
        let last = near(&frames, 12.0, 870.0, 200.0).expect("still there");
        assert!((last.bbox.centre().0 - 870.0).abs() < 6.0, "{fps}: {:?}", last.bbox);
    }
}

#[test]
fn uneven_gaps_between_frames_do_no_harm() {
    let mut tracker = Tracker::new(TrackerConfig::default());
    let (mut t, mut names) = (0.0, BTreeSet::new());
    for k in 0..120 {
        t += [0.033, 0.1, 0.4, 0.05, 0.25][k % 5];
        let tracks = tracker.update(MediaTime::from_seconds(t), &[person(100.0 + 50.0 * t, 300.0)]);
        names.extend(tracks.iter().map(|s| s.id));
    }
    assert_eq!(names.len(), 1);
}

#[test]
fn a_parked_car_is_the_same_after_a_bus_stood_before_it() {
    let frames = run(10.0, 50.0, |t| {
        let bus = |x: f64| seen(Class::Bus, (x, 420.0), (420.0, 220.0), 0.9);
        match t {
            // The bus comes, hides the car from 10 to 30 s, and goes.
            t if t < 8.0 => vec![car(640.0, 400.0)],
            t if t < 10.0 => vec![car(640.0, 400.0), bus(215.0 + (t - 8.0) * 170.0)],
            t if t < 30.0 => vec![bus(640.0f64.min(555.0 + (t - 10.0) * 50.0))],
            t if t < 31.5 => vec![bus(640.0 + (t - 30.0) * 250.0)],
            _ => vec![car(641.0, 401.0)],
        }
    });
    let before = near(&frames, 7.0, 640.0, 400.0).map(|s| (s.id, s.class));
    assert!(before.is_some());
    assert_eq!(near(&frames, 49.0, 640.0, 400.0).map(|s| (s.id, s.class)), before);
    assert_eq!(ids(&frames).len(), 2);
}

#[test]
fn a_parked_cars_place_taken_by_another_ends_it() {
    let mut tracker = Tracker::new(TrackerConfig::default());
    let mut ended = Vec::new();
    let mut last = Vec::new();
    for k in 0..400 {
        let t = f64::from(k) / 10.0;
        let detections = match t {
            t if t < 8.0 => vec![car(640.0, 400.0)],
            t if t < 12.0 => vec![],
            t if t < 20.0 => vec![car(240.0 + (t - 12.0) * 50.0, 400.0)],
            _ => vec![car(640.0, 400.0)],
        };
        last = tracker.update(MediaTime::from_seconds(t), &detections);
        ended.extend_from_slice(tracker.ended());
    }
    assert_eq!(last.iter().map(|s| s.id).collect::<Vec<_>>(), [TrackId(2)]);
    assert_eq!(
        ended.iter().map(|e| (e.id, e.last_seen)).collect::<Vec<_>>(),
        [(TrackId(1), MediaTime(7_900_000))]
    );
}

#[test]
fn one_van_seen_as_car_and_truck_is_one_track() {
    let frames = run(10.0, 5.0, |t| {
        let x = 300.0 + 80.0 * t;
        vec![
            seen(Class::Car, (x, 300.0), (150.0, 100.0), 0.6),
            seen(Class::Truck, (x + 4.0, 302.0), (154.0, 102.0), 0.55),
        ]
    });
    assert_eq!(ids(&frames).len(), 1);
}

#[test]
fn a_person_before_another_is_not_a_duplicate() {
    let frames = run(10.0, 5.0, |t| {
        let x = 300.0 + 30.0 * t;
        vec![
            seen(Class::Person, (x, 300.0), (60.0, 160.0), 0.8),
            seen(Class::Person, (x + 4.0, 285.0), (44.0, 115.0), 0.7),
        ]
    });
    assert_eq!(ids(&frames).len(), 2);
}

#[test]
fn a_rider_and_the_motorbike_never_become_one() {
    let frames = run(10.0, 6.0, |t| {
        let x = 200.0 + 90.0 * t;
        let rider = seen(Class::Person, (x, 300.0), (50.0, 100.0), 0.7);
        let bike = seen(Class::Motorcycle, (x, 303.0), (52.0, 104.0), 0.7);
        // Only ever one of the two is seen after a while: the other must not take its box.
        if t < 3.0 { vec![rider, bike] } else { vec![bike] }
    });
    let last = &frames.last().expect("frames").1;
    assert_eq!(last.iter().map(|s| s.class).collect::<Vec<_>>(), [Class::Motorcycle]);
    for id in ids(&frames) {
        let classes: BTreeSet<_> = frames
            .iter()
            .flat_map(|(_, s)| s.iter().filter(|s| s.id == id).map(|s| s.class))
            .collect();
        assert_eq!(classes.len(), 1);
    }
}

#[test]
fn what_leaves_the_picture_ends_soon_and_boxes_stay_inside() {
    let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(1280.0, 720.0);
    let mut end = None;
    for k in 0..60 {
        let t = f64::from(k) / 10.0;
        let mut d = car(700.0 + 200.0 * t, 300.0);
        d.bbox.x2 = d.bbox.x2.min(1280.0);
        let detections = if d.bbox.width() > 15.0 { vec![d] } else { vec![] };
        for s in tracker.update(MediaTime::from_seconds(t), &detections) {
            assert!(s.bbox.x1 >= 0.0 && s.bbox.x2 <= 1280.0, "{t}: {:?}", s.bbox);
        }
        end = end.or(tracker.ended().first().map(|e| t - e.last_seen.seconds()));
    }
    assert!(end.is_some_and(|late| late <= 0.6), "{end:?}");
}

#[test]
fn a_frame_out_of_order_changes_nothing() {
    let mut tracker = Tracker::new(TrackerConfig::default());
    let mut before = Vec::new();
    for k in 0..10 {
        before = tracker.update(MediaTime(k * 100_000), &[person(300.0, 300.0)]);
    }
    assert_eq!(before.len(), 1);
    assert_eq!(tracker.update(MediaTime(900_000), &[]), before);
    assert_eq!(tracker.update(MediaTime(400_000), &[person(900.0, 300.0)]), before);
}

#[derive(Deserialize)]
struct Recorded {
    time: MediaTime,
    detections: Vec<Detection>,
}

fn vtest() -> Vec<Recorded> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/detections/vtest-nanodet.jsonl.zst");
    let bytes = std::fs::read(path).expect("the fixture is part of the repository");
    let text = String::from_utf8(zstd::decode_all(&bytes[..]).expect("zstd")).expect("UTF-8");
    text.lines().map(|l| serde_json::from_str(l).expect("one frame a line")).collect()
}

/// Tracks of the recorded street, every `step`-th frame.
fn street(step: usize) -> BTreeMap<TrackId, Vec<(f64, TrackSight)>> {
    let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(768.0, 576.0);
    let mut tracks = BTreeMap::<_, Vec<_>>::new();
    for frame in vtest().iter().step_by(step) {
        for sight in tracker.update(frame.time, &frame.detections) {
            tracks.entry(sight.id).or_default().push((frame.time.seconds(), sight));
        }
    }
    tracks
}

#[test]
fn on_a_real_street_the_parked_van_is_one_track_all_the_time() {
    let van = BBox { x1: 650.0, y1: 44.0, x2: 722.0, y2: 100.0 };
    for step in [1, 2, 5] {
        let tracks = street(step);
        let vans: Vec<_> =
            tracks.values().filter(|t| t.iter().any(|(_, s)| s.bbox.iou(&van) > 0.5)).collect();
        assert_eq!(vans.len(), 1, "every {step}th frame");
        let (first, last) = (vans[0][0].0, vans[0][vans[0].len() - 1].0);
        assert!(first <= 1.0 && last >= 79.0, "every {step}th frame: {first} to {last} s");
        assert!(vans[0].iter().all(|(_, s)| s.class.family() == Class::Car.family()));
    }
}

#[test]
fn on_a_real_street_walkers_keep_their_names() {
    let tracks = street(1);
    let at = |t: f64, x: f32, y: f32| {
        tracks.iter().find_map(|(id, sights)| {
            sights
                .iter()
                .find(|(time, s)| {
                    let (cx, cy) = s.bbox.contact();
                    (time - t).abs() < 0.01 && (cx - x).hypot(cy - y) < 15.0
                })
                .map(|_| *id)
        })
    };
    // The man who walks off the grass over the kerb, from before the two cross.
    let man = at(54.9, 197.0, 518.0);
    assert!(man.is_some());
    assert_eq!(at(59.4, 407.0, 433.0), man);
    // The woman, along the lower edge and off the grass again.
    let woman = at(58.0, 217.0, 575.0);
    assert!(woman.is_some() && woman != man);
    assert_eq!(at(68.5, 147.0, 441.0), woman);
    assert!(tracks.len() <= 45, "{} tracks for about 25 people and two vehicles", tracks.len());
}

fn any_detection() -> impl Strategy<Value = Detection> {
    let class = prop::sample::select(Class::DETECTED.to_vec());
    (-50f32..700.0, -50f32..500.0, -5f32..200.0, -5f32..200.0, 0f32..1.0, class).prop_map(
        |(x, y, w, h, score, class)| {
            // Now and then what no detector should say.
            let x1 = if score > 0.995 { f32::NAN } else { x };
            Detection { bbox: BBox { x1, y1: y, x2: x + w, y2: y + h }, class, score }
        },
    )
}

fn any_frames() -> impl Strategy<Value = Vec<(i64, Vec<Detection>)>> {
    prop::collection::vec((1i64..3_000_000, prop::collection::vec(any_detection(), 0..12)), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_seen_tracks_stay_sound(frames in any_frames(), repeat in 1usize..6) {
        let config = TrackerConfig { max_objects: 20, ..TrackerConfig::default() };
        let mut twins = [(); 2].map(|()| Tracker::new(config).with_bounds(640.0, 480.0));
        let (mut time, mut newest, mut over) = (MediaTime::ZERO, TrackId(0), BTreeSet::new());
        for (step, detections) in frames {
            // Repeated, so that tracks are confirmed at all.
            for _ in 0..repeat {
                time = MediaTime(time.0 + step);
                let [a, b] = twins.each_mut().map(|t| t.update(time, &detections));
                prop_assert_eq!(&a, &b);
                prop_assert_eq!(twins[0].ended(), twins[1].ended());
                prop_assert!(a.len() <= 2 * 20);
                prop_assert!(a.is_sorted_by(|p, q| p.id < q.id));
                over.extend(twins[0].ended().iter().map(|e| e.id));
                for s in &a {
                    prop_assert!(!over.contains(&s.id));
                    let b = s.bbox;
                    prop_assert!([b.x1, b.y1, b.x2, b.y2].iter().all(|v| v.is_finite()));
                    prop_assert!(b.width() > 0.0 && b.height() > 0.0);
                    prop_assert!(s.id <= TrackId(newest.0 + 20));
                    newest = newest.max(s.id);
                }
            }
        }
    }
}
