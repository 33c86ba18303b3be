//! Judging: what holds for any observations.

use super::rules::{car, closed, film, judged, observation, person, rule, scene, sight};
use proptest::prelude::*;
use std::collections::BTreeMap;
use streetward::rules::{HoursRange, IncidentUpdate, Kind, RuleSpec};
use streetward::scene::{Observation, TrackSight};
use streetward::vision::Class;

/// Any observations: up to six boxes of a few classes jumping about, some only predicted.
fn soup() -> impl Strategy<Value = Vec<Observation>> {
    let class = prop_oneof![Just(Class::Person), Just(Class::Car), Just(Class::Truck)];
    let sight = (1u32..6, class, 0f32..700.0, 100f32..560.0, 20f32..150.0, 0u8..4);
    let frame = proptest::collection::vec(sight, 0..6);
    proptest::collection::vec((frame, 1i64..30), 1..80).prop_map(|frames| {
        let mut at = 0;
        let mut observations = Vec::new();
        for (sights, gap) in frames {
            at += gap;
            let mut tracks: BTreeMap<u32, TrackSight> = BTreeMap::new();
            for (id, class, x, y, size, seen) in sights {
                // A track mostly stays where it is, so that rests and presences come about.
                let (x, y) = if id < 4 { (100.0 * id as f32, 420.0) } else { (x, y) };
                let mut s = sight_of(id, class, x, y, if id < 4 { 60.0 } else { size });
                s.score = (seen > 0).then_some(0.7);
                tracks.insert(id, s);
            }
            let tracks = tracks.into_values().collect();
            observations.push(observation(at, "2026-08-15T14:59:50Z", tracks).rounded());
        }
        observations
    })
}

fn sight_of(id: u32, class: Class, x: f32, y: f32, size: f32) -> TrackSight {
    sight(id, class, [x, y - size, x + size, y])
}

fn every_rule() -> Vec<RuleSpec> {
    let night = vec![HoursRange { from_minute: 1320, to_minute: 300 }];
    vec![
        rule(Kind::RestrictedArea, "z"),
        RuleSpec { dwell_seconds: 6.0, ..rule(Kind::IllegalStopping, "z") },
        RuleSpec { dwell_seconds: 8.0, hours: night, ..rule(Kind::Loitering, "z") },
        RuleSpec { leave_seconds: 0.5, enter_seconds: 0.0, ..rule(Kind::BannedVehicle, "z") },
    ]
}

proptest! {
    #[test]
    fn every_incident_has_one_orderly_life(observations in soup()) {
        let updates = judged(&scene(), every_rule(), &observations);
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
                let key = format!("{}/{}/{}", i.rule, i.subject.tracks[0], i.start.0);
                prop_assert_eq!(&i.key.0, &key);
                let path = &i.subject.path;
                prop_assert_eq!((path[0].time, path[path.len() - 1].time), (i.start, i.last));
            }
        }
        for (key, life) in lives {
            prop_assert!(life == "cd" || life == "cOX", "{}: {}", key, life);
        }
    }

    #[test]
    fn judging_again_gives_the_same(observations in soup()) {
        let once = judged(&scene(), every_rule(), &observations);
        prop_assert_eq!(once, judged(&scene(), every_rule(), &observations));
    }

    #[test]
    fn a_split_track_is_the_same_incident(
        stays in 40usize..150, at in 5usize..140, gap in 0usize..8, speed in -6f32..6.0, drive: bool,
    ) {
        prop_assume!(at + gap + 25 < stays);
        let told = |split: bool| {
            let tell = |t: f64| {
                let k = (t * 10.0).round() as usize;
                let hidden = split && (at..at + gap).contains(&k);
                if k >= stays || hidden {
                    return vec![];
                }
                let id = if split && k >= at + gap { 2 } else { 1 };
                let x = 350.0 + speed * k as f32 * 0.3;
                vec![if drive { car(id, 300.0) } else { person(id, x, 400.0) }]
            };
            let stopping = RuleSpec { dwell_seconds: 3.0, ..rule(Kind::IllegalStopping, "z") };
            let rule = if drive { stopping } else { rule(Kind::RestrictedArea, "z") };
            let updates = film(rule, 40.0, tell);
            closed(&updates).iter().map(|(i, _)| (i.key.clone(), i.last)).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(false).len(), 1);
        prop_assert_eq!(told(true), told(false));
    }
}
