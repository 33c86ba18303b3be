//! The life of an incident: one beginning, one end, and the same however the stream comes.

use super::soup::{calibrated as scene, every_rule, soup};
use crate::rules::judged;
use proptest::prelude::*;
use std::collections::BTreeMap;
use streetward::rules::{Closing, Incident, IncidentUpdate, Judge, JudgeState};
use streetward::scene::Observation;

fn opened(updates: &[IncidentUpdate]) -> impl Iterator<Item = &Incident> {
    updates.iter().filter_map(|u| match u {
        IncidentUpdate::Opened(i) => Some(i.as_ref()),
        _ => None,
    })
}

/// Judges a stream that is cut after `cut` observations and taken up from stored bytes.
fn cut(observations: &[Observation], cut: usize) -> Vec<IncidentUpdate> {
    let (scene, rules) = (scene(), every_rule(&scene()));
    let mut judge = Judge::new(scene.clone(), rules.clone()).unwrap();
    let (before, after) = observations.split_at(cut.min(observations.len()));
    let mut updates: Vec<_> = before.iter().flat_map(|o| judge.observe(o)).collect();
    let mut stored = Vec::new();
    ciborium::into_writer(&judge.state(), &mut stored).unwrap();
    let state: JudgeState = ciborium::from_reader(&stored[..]).unwrap();
    let (mut judge, anew) = Judge::resume(scene, rules, state).unwrap();
    let mut again = Vec::new();
    ciborium::into_writer(&judge.state(), &mut again).unwrap();
    assert!(stored == again, "stored exactly");
    assert_eq!(anew, [""; 0]);
    updates.extend(after.iter().flat_map(|o| judge.observe(o)));
    updates.extend(judge.finish(Closing::SourceEnded));
    updates
}

proptest! {
    #[test]
    fn every_incident_has_one_orderly_life(observations in soup()) {
        let rules = every_rule(&scene());
        let updates = judged(&scene(), rules.clone(), &observations);
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
                let spec = rules.iter().find(|r| r.name == i.rule).unwrap();
                prop_assert_eq!((spec.kind, &spec.zone), (i.kind, &i.zone));
                prop_assert!(i.key.0.starts_with(&format!("{}/", i.rule)), "{:?}", i.key);
                prop_assert!(i.subject.path.len() <= 241 && i.parties.len() <= 64);
                prop_assert!(i.signals.len() <= 64 && i.measured.len() <= 16);
                prop_assert!(i.measured.iter().all(|m| m.value.is_finite()));
            }
        }
        for (key, life) in lives {
            prop_assert!(life == "cd" || life == "cOX", "{}: {}", key, life);
        }
    }

    #[test]
    fn hours_and_days_bind_every_kind(observations in soup()) {
        let rules = every_rule(&scene());
        let updates = judged(&scene(), rules.clone(), &observations);
        for i in opened(&updates) {
            let spec = rules.iter().find(|r| r.name == i.rule).unwrap();
            prop_assert!(spec.holds_at(i.moment_wall), "{} at {}", i.key.0, i.moment_wall.local());
        }
    }

    #[test]
    fn judging_again_gives_the_same_and_so_does_another_order(
        observations in soup(), turn in 0usize..6,
    ) {
        let rules = every_rule(&scene());
        let once = judged(&scene(), rules.clone(), &observations);
        prop_assert_eq!(&once, &judged(&scene(), rules.clone(), &observations));
        let turned: Vec<Observation> = observations.iter().cloned().map(|mut o| {
            let (tracks, things) = (o.tracks.len(), o.things.len());
            o.tracks.rotate_left(turn % tracks.max(1));
            o.tracks.reverse();
            o.things.rotate_left(turn % things.max(1));
            o
        }).collect();
        prop_assert_eq!(&once, &judged(&scene(), rules, &turned));
    }

    #[test]
    fn a_stream_cut_anywhere_and_resumed_gives_the_same(
        observations in soup(), first in 0usize..70,
    ) {
        let whole = judged(&scene(), every_rule(&scene()), &observations);
        prop_assert_eq!(whole, cut(&observations, first));
    }
}
