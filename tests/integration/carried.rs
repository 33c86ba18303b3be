//! What stood before a session began: its whole time counts, and it is told of once.

use super::rules::{car, judged, observation, rule, scene};
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{Incident, IncidentUpdate, Judge, Kind, RuleSpec};
use streetward::scene::{CarriedOver, Observation};
use streetward::track::TrackId;

const FROM: &str = "2026-08-15T03:00:00Z";

/// A car may stand for a minute.
fn parking() -> RuleSpec {
    RuleSpec { dwell_seconds: 60.0, ..rule(Kind::IllegalParking, "z") }
}

/// Track 4 stood there for 50 seconds before the session, and was last seen 8 s before it.
fn carried(rule: &str, continues: Option<&str>) -> CarriedOver {
    let start = WallTime(FROM.parse().unwrap());
    let wall = |t: f64| WallTime(start.0 + jiff::SignedDuration::from_secs_f64(t));
    CarriedOver {
        track: TrackId(4),
        rule: rule.into(),
        since: MediaTime::from_seconds(-50.0),
        since_wall: wall(-50.0),
        seen: MediaTime::from_seconds(-8.0),
        seen_wall: wall(-8.0),
        found: MediaTime::ZERO,
        found_wall: start,
        continues: continues.map(Into::into),
    }
}

/// Thirty seconds of the car, of which that is said after two.
fn film(said: Option<CarriedOver>) -> Vec<Observation> {
    let mut film: Vec<_> = (0..300).map(|k| observation(k, FROM, vec![car(4, 100.0)])).collect();
    film[20].carried.extend(said);
    film
}

fn opened(updates: &[IncidentUpdate]) -> Option<(usize, &Incident)> {
    let mut opened = updates.iter().enumerate().filter_map(|(i, u)| match u {
        IncidentUpdate::Opened(incident) => Some((i, &**incident)),
        _ => None,
    });
    let first = opened.next();
    assert!(opened.next().is_none(), "one incident opens once");
    first
}

#[test]
fn the_time_before_counts() {
    let name = parking().name;
    let updates = judged(&scene(), vec![parking()], &film(Some(carried(&name, None))));
    let (_, incident) = opened(&updates).expect("50 s before and 10 s now are a minute");
    assert_eq!(incident.start, MediaTime::from_seconds(-50.0));
    assert_eq!(incident.start_wall, carried(&name, None).since_wall);
    assert!((incident.moment.seconds() - 10.0).abs() < 0.11, "{}", incident.moment.seconds());
    assert_eq!(incident.carried.as_deref(), Some(&carried(&name, None)));
    // Every candidate told of came to something or was dropped, each by its own name.
    let mut open = Vec::new();
    for update in &updates {
        match update {
            IncidentUpdate::Candidate { key, .. } => open.push(key.clone()),
            IncidentUpdate::Dropped(key) => open.retain(|k| k != key),
            IncidentUpdate::Opened(i) => assert!(open.contains(&i.key)),
            IncidentUpdate::Closed(i, _) => open.retain(|k| *k != i.key),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    // Nobody said so, or of another rule or track: it begins anew.
    let other_track = CarriedOver { track: TrackId(5), ..carried(&name, None) };
    for said in [None, Some(carried("another", None)), Some(other_track)] {
        assert!(opened(&judged(&scene(), vec![parking()], &film(said))).is_none());
    }
}

#[test]
fn what_was_told_of_goes_on_at_once() {
    let name = parking().name;
    let before = CarriedOver {
        since: MediaTime::from_seconds(-500.0),
        ..carried(&name, Some("0123456789abcdef0123"))
    };
    let updates = judged(&scene(), vec![parking()], &film(Some(before)));
    let (_, incident) = opened(&updates).unwrap();
    assert_eq!(incident.start, MediaTime::ZERO, "what was before, the event before tells");
    assert!((incident.moment.seconds() - 2.0).abs() < 0.11);
    let continues = incident.carried.as_ref().and_then(|c| c.continues.as_deref());
    assert_eq!(continues, Some("0123456789abcdef0123"));
}

#[test]
fn another_judge_finds_what_stands_and_knows_how_long() {
    let mut judge = Judge::new(scene(), vec![parking()]).unwrap();
    for o in film(Some(carried(&parking().name, None))) {
        judge.observe(&o);
    }
    let resting = judge.resting();
    assert_eq!(resting.len(), 1);
    let (car, _) = &resting[0];
    assert_eq!((car.track, car.since), (TrackId(4), MediaTime::from_seconds(-50.0)));
    assert!(car.clear && car.carried.is_some());
    // What goes away stands no more.
    for k in 300..420 {
        judge.observe(&observation(k, FROM, vec![]));
    }
    assert!(judge.resting().iter().all(|(r, _)| r.seen < MediaTime::from_seconds(30.0)));
}

#[test]
fn it_is_part_of_the_record() {
    let said = film(Some(carried("r", Some("0123456789abcdef0123")))).swap_remove(20);
    let line = serde_json::to_string(&said).unwrap();
    assert_eq!(serde_json::from_str::<Observation>(&line).unwrap(), said);
    assert!(!serde_json::to_string(&film(None)[20]).unwrap().contains("carried"));
}
