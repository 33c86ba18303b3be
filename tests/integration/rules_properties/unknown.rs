//! "Cannot tell" is a value, and never a violation.

use super::soup::{calibrated, every_rule, scene, soup};
use crate::rules::{judged, rule};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use streetward::rules::{IncidentUpdate, Judge, Kind, Mechanism, RuleError};
use streetward::scene::{Observation, SignalState, ThingKind};
use streetward::track::Riding;
use streetward::vision::{Class, Shift, View};

/// The kinds found a violation in observations changed by `change`.
fn found(observations: &[Observation], change: impl Fn(&mut Observation)) -> Vec<Kind> {
    let changed: Vec<Observation> = observations
        .iter()
        .cloned()
        .map(|mut o| {
            change(&mut o);
            o
        })
        .collect();
    judged(&scene(), every_rule(&scene()), &changed)
        .iter()
        .filter_map(|u| match u {
            IncidentUpdate::Opened(i) => Some(i.kind),
            _ => None,
        })
        .collect()
}

fn mechanism(kind: Kind) -> Mechanism {
    kind.info().mechanism
}

proptest! {
    #[test]
    fn what_is_only_predicted_breaks_no_rule(observations in soup()) {
        let found = found(&observations, |o| {
            o.tracks.iter_mut().for_each(|s| s.score = None);
            o.things.clear();
            o.covers.clear();
        });
        prop_assert_eq!(found, []);
    }

    #[test]
    fn an_unknown_light_is_not_red(observations in soup(), told: bool) {
        let found = found(&observations, |o| {
            o.signals.iter_mut().for_each(|s| s.state = SignalState::Unknown);
            if !told {
                o.signals.clear();
            }
        });
        prop_assert!(!found.contains(&Kind::RedLight));
    }

    #[test]
    fn ghosts_and_light_spots_are_not_left(observations in soup(), ghost: bool) {
        let found = found(&observations, |o| {
            // Bags are things that a detector knows; what it says of them is known.
            o.tracks.retain(|s| s.class != Class::Bag);
            for thing in &mut o.things {
                thing.kind = if ghost { ThingKind::Uncovered } else { ThingKind::Unclear };
            }
        });
        prop_assert!(found.iter().all(|k| mechanism(*k) != Mechanism::LeftObject), "{:?}", found);
    }

    #[test]
    fn a_zone_without_reference_is_not_covered(observations in soup()) {
        let found = found(&observations, |o| {
            o.covers.clear();
            o.tracks.clear();
        });
        prop_assert!(found.iter().all(|k| mechanism(*k) != Mechanism::Occupancy), "{:?}", found);
    }

    #[test]
    fn nobody_rides_who_only_may(observations in soup()) {
        let found = found(&observations, |o| {
            for s in o.tracks.iter_mut().filter(|s| s.class == Class::Person) {
                s.riding = Riding::Unknown;
            }
        });
        prop_assert!(found.iter().all(|k| mechanism(*k) != Mechanism::Riders), "{:?}", found);
    }

    #[test]
    fn a_view_that_is_gone_shows_nothing(observations in soup(), moved: bool) {
        let shift = Shift { dx: 60.0, ..Shift::NONE };
        let view = if moved { View::Moved(shift) } else { View::Unknown };
        prop_assert_eq!(found(&observations, |o| o.view = view), []);
    }
}

#[test]
fn without_calibration_nobody_speeds() {
    let refused = Judge::new(scene(), vec![rule(Kind::Speeding, "z")]).unwrap_err();
    assert!(matches!(refused, RuleError::Uncalibrated { .. }), "{refused}");
    assert!(every_rule(&scene()).iter().all(|r| r.kind != Kind::Speeding));
}

/// What is never found anyway proves nothing by not being found.
#[test]
fn the_soup_breaks_rules_of_most_mechanisms() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..60 {
        let observations = soup().new_tree(&mut runner).unwrap().current();
        let updates = judged(&calibrated(), every_rule(&calibrated()), &observations);
        reached.extend(updates.iter().filter_map(|u| match u {
            IncidentUpdate::Opened(i) => Some(mechanism(i.kind)),
            _ => None,
        }));
    }
    eprintln!("{reached:?}");
    let wanted = [
        Mechanism::Crossing,
        Mechanism::Dwell,
        Mechanism::Presence,
        Mechanism::LeftObject,
        Mechanism::Occupancy,
        Mechanism::Crowd,
    ];
    for mechanism in wanted {
        assert!(reached.contains(&mechanism), "{mechanism:?} is never reached: {reached:?}");
    }
}
