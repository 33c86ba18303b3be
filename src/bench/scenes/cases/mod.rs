//! The scenarios: at least one of each kind that happens, and its near misses.

mod crossing;
mod dwell;
mod moving;
mod people;
mod presence;
mod real;
mod things;

use super::composite::Composite;
use super::scenario::Scenario;

/// What a scenario is made of.
#[derive(Debug, Clone)]
pub(super) enum Recipe {
    /// Drawn.
    Drawn(Box<Scenario>),
    /// Cut-outs on real footage.
    Composite(Box<Composite>),
}

/// A scenario that can be made.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name: the kind first.
    pub name: &'static str,
    /// Under what condition.
    pub condition: &'static str,
    /// Whether it is made of real footage.
    pub composite: bool,
    /// Kinds that happen in it.
    pub kinds: Vec<&'static str>,
    pub(super) recipe: Recipe,
}

/// Every scenario, in order.
pub fn cases() -> Vec<Case> {
    let drawn = [
        presence::all(),
        dwell::all(),
        crossing::all(),
        moving::all(),
        people::all(),
        things::all(),
    ];
    let drawn = drawn.into_iter().flatten().map(|s| Case {
        name: s.name,
        condition: s.condition,
        composite: false,
        kinds: s.labels.iter().map(|l| l.kind).collect(),
        recipe: Recipe::Drawn(Box::new(s)),
    });
    let real = real::all().into_iter().map(|c| Case {
        name: c.name,
        condition: c.condition,
        composite: true,
        kinds: c.labels.iter().map(|l| l.kind).collect(),
        recipe: Recipe::Composite(Box::new(c)),
    });
    drawn.chain(real).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_enough_and_each_has_its_own_name() {
        let all = cases();
        let names: BTreeSet<_> = all.iter().map(|c| c.name).collect();
        assert!(all.len() >= 60 && names.len() == all.len(), "{} of {}", names.len(), all.len());
        let kinds: BTreeSet<_> = all.iter().flat_map(|c| c.kinds.iter()).collect();
        assert!(kinds.len() == 22, "{kinds:?}");
        for condition in ["day", "night", "rain", "shake", "2fps", "vfr"] {
            assert!(all.iter().any(|c| c.condition == condition), "{condition}");
        }
    }

    #[test]
    fn labels_lie_within_their_clips() {
        for case in cases() {
            let Recipe::Drawn(s) = case.recipe else { continue };
            for label in &s.labels {
                let sound =
                    0.0 <= label.start && label.start <= label.end && label.end <= s.seconds;
                assert!(sound && label.start < s.seconds - 0.5, "{}: {label:?}", s.name);
            }
            assert!(!s.labels.is_empty() || !s.negative_for.is_empty(), "{}", s.name);
        }
    }
}
