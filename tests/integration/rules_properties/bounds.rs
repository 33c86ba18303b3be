//! What a judge remembers is as large as what it follows, never as long as the stream.

use super::soup::{calibrated, every_rule};
use crate::rules::{car, observation, person, rule, sight};
use rustix::time::{ClockId, clock_gettime};
use streetward::rules::{Closing, IncidentUpdate, Judge, Kind, RuleError};
use streetward::scene::Observation;
use streetward::track::TrackSight;
use streetward::vision::Class;

/// Forty people at once, each for two seconds, everybody new.
fn crowd(frame: i64) -> Observation {
    let wave = (frame / 20) as u32;
    let tracks: Vec<TrackSight> = (0..40)
        .map(|i| person(wave * 40 + i + 1, 20.0 + 18.0 * i as f32, 420.0 + (i % 5) as f32 * 25.0))
        .collect();
    observation(frame, "2026-08-15T14:59:50Z", tracks)
}

fn size(judge: &Judge) -> usize {
    let mut bytes = Vec::new();
    ciborium::into_writer(&judge.state(), &mut bytes).unwrap();
    bytes.len()
}

#[test]
fn a_long_stream_of_newcomers_does_not_fill_the_memory() {
    let scene = calibrated();
    let mut judge = Judge::new(scene.clone(), every_rule(&scene)).unwrap();
    let mut largest = [0, 0];
    // What is remembered longest, ways and newcomers, is for two minutes.
    for frame in 0..4200 {
        judge.observe(&crowd(frame));
        if frame >= 1400 && frame % 50 == 49 {
            let later = usize::from(frame >= 2800);
            largest[later] = largest[later].max(size(&judge));
        }
    }
    let [early, late] = largest;
    assert!(late * 10 <= early * 11, "{early} bytes at first, {late} later");
    assert!(late < 16 << 20, "{late} bytes");
}

#[test]
fn a_changed_rule_begins_anew_and_says_so() {
    let (scene, parking) = (crate::rules::scene(), rule(Kind::IllegalStopping, "z"));
    let area = rule(Kind::RestrictedArea, "z");
    let at = |k: i64| observation(k, "2026-08-15T03:00:00Z", vec![car(1, 300.0)]);
    let mut judge = Judge::new(scene.clone(), vec![parking.clone(), area.clone()]).unwrap();
    assert!(
        (0..150)
            .flat_map(|k| judge.observe(&at(k)))
            .any(|u| matches!(u, IncidentUpdate::Opened(i) if i.kind == Kind::IllegalStopping))
    );
    let state = judge.state();
    assert_eq!(state.last_track.map(|t| t.0), Some(1));

    let same = vec![area.clone(), parking.clone()];
    let (mut judge, anew) = Judge::resume(scene.clone(), same, state.clone()).unwrap();
    assert_eq!(anew, [""; 0], "the order of rules is nothing");
    assert_eq!((150..400).flat_map(|k| judge.observe(&at(k))).count(), 0, "still the same stop");
    assert_eq!(judge.finish(Closing::SourceEnded).len(), 1);

    let mut longer = parking.clone();
    longer.dwell_seconds = 12.0;
    let (mut judge, anew) =
        Judge::resume(scene.clone(), vec![longer, area.clone()], state.clone()).unwrap();
    assert_eq!(anew, ["illegal_stopping@z"]);
    let opened: Vec<f64> = (150..400)
        .flat_map(|k| judge.observe(&at(k)))
        .filter_map(|u| match u {
            IncidentUpdate::Opened(i) => Some(i.moment.seconds()),
            _ => None,
        })
        .collect();
    assert_eq!(opened, [27.0], "from when it began anew");

    let mut redrawn = scene.clone();
    redrawn.zones[0] = crate::rules::zone("z", &[(0.0, 320.0), (767.0, 300.0), (767.0, 575.0)]);
    let (_, anew) = Judge::resume(redrawn, vec![parking.clone(), area], state.clone()).unwrap();
    assert_eq!(anew.len(), 2);

    let mut other = state;
    other.version += 1;
    let refused = Judge::resume(scene, vec![parking], other).unwrap_err();
    assert!(matches!(refused, RuleError::OtherVersion { found } if found == 3));
}

/// A hundred people and vehicles, a fifth of them going somewhere, at frame `k`.
fn busy(k: i64) -> Observation {
    let track = |i: u32| {
        let x = (i64::from(i) * 37 + k * i64::from(i % 5)) as f32 % 640.0;
        let y = 330.0 + (i * 53 % 220) as f32;
        let class = [Class::Car, Class::Person, Class::Motorcycle, Class::Person, Class::Truck]
            [i as usize % 5];
        sight(i, class, [x, y - 60.0, x + 40.0, y])
    };
    observation(k, "2026-08-15T14:59:50Z", (1..=100).map(track).collect())
}

#[test]
fn a_hundred_tracks_and_twenty_rules_take_a_small_part_of_a_core() {
    let scene = calibrated();
    let mut rules = every_rule(&scene);
    rules.retain(|r| r.hours.is_empty());
    rules.truncate(20);
    assert!(rules.len() >= 16, "{}", rules.len());
    let frames: Vec<Observation> = (0..300).map(busy).collect();
    let mut judge = Judge::new(scene, rules).unwrap();
    let cpu = || {
        let t = clock_gettime(ClockId::ThreadCPUTime);
        t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
    };
    let before = cpu();
    let updates: usize = frames.iter().map(|o| judge.observe(o).len()).sum();
    let milliseconds = (cpu() - before) * 1e3 / frames.len() as f64;
    assert!(updates > 100, "{updates}");
    // At ten observations a second, a millisecond is one per cent; unoptimised code takes more.
    let most = if cfg!(debug_assertions) { 20.0 } else { 1.0 };
    eprintln!("{milliseconds:.3} ms an observation");
    assert!(milliseconds < most, "{milliseconds:.3} ms an observation");
}
