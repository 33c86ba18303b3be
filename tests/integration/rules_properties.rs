//! Judging: what holds for any observations.

mod bounds;
mod lives;
mod soup;
mod unknown;

use super::rules::{car, closed, film, person, rule};
use proptest::prelude::*;
use streetward::rules::{Kind, RuleSpec};

proptest! {
    #[test]
    fn a_split_track_is_the_same_incident(
        stays in 40usize..150, at in 12usize..140, gap in 0usize..8, speed in -6f32..6.0, drive: bool,
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
                // He comes, faster than he then goes on.
                let x = 350.0 + speed * k as f32 * 0.3 - (80.0 - 10.0 * k as f32).max(0.0);
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
