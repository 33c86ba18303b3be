//! Left things and occupancy: what holds for any observations.

use super::left_things::{covered, left, stalls};
use super::rules::{closed, scene, sight};
use proptest::prelude::*;
use std::collections::BTreeMap;
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{Closing, Incident, IncidentUpdate, Judge, Kind, RuleSpec};
use streetward::scene::{CellMask, Observation, ThingId, ThingKind, ThingSight, ZoneCover};
use streetward::track::TrackSight;
use streetward::vision::{BBox, Class, View};

/// What a frame shows, and tenths of a second since the one before.
type Frame = (Vec<TrackSight>, Vec<ThingSight>, Option<CellMask>, i64);

fn soup() -> impl Strategy<Value = Vec<Frame>> {
    let class = prop_oneof![Just(Class::Person), Just(Class::Motorcycle), Just(Class::Truck)];
    let track = (1u32..5, class, 0f32..700.0, 320f32..560.0, 20f32..150.0, 0u8..4);
    let kind = prop_oneof![
        4 => Just(ThingKind::Appeared),
        1 => Just(ThingKind::Uncovered),
        1 => Just(ThingKind::Unclear)
    ];
    let thing = (0u64..6, 0f32..700.0, 320f32..560.0, 3f32..120.0, kind, any::<bool>(), 0i64..90);
    let cover = prop_oneof![
        Just(None),
        (0f32..1.0).prop_map(|s| Some(covered(s))),
        (any::<u16>(), "[0-9a-z]{0,60}").prop_map(|(c, bits)| Some(CellMask {
            columns: c % 30,
            rows: 12,
            bits
        }))
    ];
    let frame =
        (prop::collection::vec(track, 0..5), prop::collection::vec(thing, 0..5), cover, 1i64..40);
    prop::collection::vec(frame, 1..60).prop_map(|frames| {
        let frames = frames.into_iter();
        frames
            .map(|(tracks, things, cover, gap)| {
                let tracks: BTreeMap<u32, TrackSight> = tracks
                    .into_iter()
                    .map(|(id, class, x, y, size, seen)| {
                        let x = if id < 3 { 150.0 * id as f32 } else { x };
                        let mut s = sight(id, class, [x, y - size, x + size * 0.5, y]);
                        s.score = (seen > 0).then_some(0.7);
                        (id, s)
                    })
                    .collect();
                let things: BTreeMap<u64, ThingSight> = things
                    .into_iter()
                    .map(|(id, x, y, size, kind, seen, since)| {
                        let x = if id < 4 { 160.0 * id as f32 } else { x };
                        let y = if id < 4 { 460.0 } else { y };
                        let size = if id < 4 { 30.0 } else { size };
                        let bbox = BBox { x1: x, y1: y - size, x2: x + size, y2: y };
                        let since = MediaTime(since * 500_000);
                        let area = size * size;
                        (id, ThingSight { id: ThingId(id), bbox, since, area, seen, kind })
                    })
                    .collect();
                (tracks.into_values().collect(), things.into_values().collect(), cover, gap)
            })
            .collect()
    })
}

fn every_rule() -> Vec<RuleSpec> {
    let mut stalls = stalls();
    stalls.dwell_seconds = 3.0;
    vec![left(Kind::Littering), left(Kind::Dumping), left(Kind::AbandonedObject), stalls]
}

fn judged(frames: &[Frame], change: impl Fn(&mut Observation)) -> Vec<IncidentUpdate> {
    let mut judge = Judge::new(scene(), every_rule()).unwrap();
    let (mut updates, mut time) = (Vec::new(), 0);
    for (tracks, things, cover, gap) in frames {
        time += gap * 100_000;
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_micros(time));
        let mut o = Observation::new(MediaTime(time), wall, View::Steady, tracks.clone());
        o.things.clone_from(things);
        let zone_cover = |cells: &CellMask| ZoneCover { zone: "z".into(), cells: cells.clone() };
        o.covers = cover.iter().map(zone_cover).collect();
        change(&mut o);
        updates.extend(judge.observe(&o));
    }
    updates.extend(judge.finish(Closing::SourceEnded));
    updates
}

proptest! {
    #[test]
    fn any_things_and_covers_give_orderly_lives(frames in soup()) {
        let updates = judged(&frames, |_| {});
        let mut lives: BTreeMap<String, String> = BTreeMap::new();
        for update in &updates {
            let (key, step) = match update {
                IncidentUpdate::Candidate { key, .. } => (key, 'c'),
                IncidentUpdate::Dropped(key) => (key, 'd'),
                IncidentUpdate::Opened(i) => (&i.key, 'O'),
                IncidentUpdate::Closed(i, _) => (&i.key, 'X'),
            };
            lives.entry(key.0.clone()).or_default().push(step);
            if let IncidentUpdate::Opened(i) | IncidentUpdate::Closed(i, _) = update {
                prop_assert!(i.start <= i.moment && i.moment <= i.last, "{:?}", i);
                prop_assert!(i.start_wall <= i.moment_wall && i.moment_wall <= i.last_wall);
                prop_assert!(i.subject.tracks.is_empty() && i.subject.class == Class::Thing);
                let path = &i.subject.path;
                prop_assert!(path.windows(2).all(|w| w[0].time < w[1].time), "{:?}", path);
            }
        }
        for (key, life) in &lives {
            prop_assert!(life == "cd" || life == "cOX", "{}: {} in {:?}", key, life, lives);
        }
        prop_assert_eq!(updates, judged(&frames, |_| {}));
    }

    #[test]
    fn what_is_not_known_is_never_a_violation(frames in soup()) {
        let unclear = judged(&frames, |o| {
            o.covers.clear();
            o.things.iter_mut().for_each(|t| {
                if t.kind == ThingKind::Appeared {
                    t.kind = ThingKind::Unclear;
                }
            });
        });
        prop_assert!(unclear.is_empty(), "{:?}", unclear);
        let blind = judged(&frames, |o| o.view = View::Unknown);
        prop_assert!(blind.is_empty(), "{:?}", blind);
        let strangers = judged(&frames, |o| {
            o.covers.clear();
            o.tracks.iter_mut().for_each(|t| t.score = None);
        });
        let alone = |i: &&Incident| i.kind != Kind::Dumping;
        prop_assert!(closed(&strangers).iter().map(|(i, _)| *i).filter(alone).count() == 0);
    }
}
