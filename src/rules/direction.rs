//! Going against the allowed heading: judged from observations.

use super::incident::{Closing, IncidentUpdate};
use super::roll::Roll;
use super::spec::RuleSpec;
use super::terms::DirectionTerms;
use crate::scene::{Observation, Scene};

/// One rule at work.
#[derive(Debug, Clone)]
pub(super) struct Direction {
    rule: RuleSpec,
    terms: DirectionTerms,
}

impl Direction {
    pub(super) fn new(rule: RuleSpec, terms: DirectionTerms, _scene: &Scene) -> Self {
        Self { rule, terms }
    }

    pub(super) fn observe(&mut self, o: &Observation, _: &Roll, _: &mut Vec<IncidentUpdate>) {
        let _ = (&self.terms, self.rule.holds_at(o.wall));
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, _: Closing, _: &mut Vec<IncidentUpdate>) {}

    /// Sightings that could not be judged because too many subjects were there at once.
    pub(super) fn unjudged(&self) -> u64 {
        0
    }
}
