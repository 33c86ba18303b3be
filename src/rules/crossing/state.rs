//! What a rule of crossing is, and what of it is put away and taken up again.

use super::super::keeps::keeps;
use super::super::spec::RuleSpec;
use super::super::terms::CrossingTerms;
use super::crosser::Crosser;
use super::fence::Fence;
use super::timeline::Timeline;
use crate::vision::Family;

/// A subject is looked for this long after it was last seen, seconds.
pub(super) const LOST_SECONDS: f64 = 2.0;

/// One rule at work.
#[derive(Debug, Clone)]
pub(in super::super) struct Crossing {
    pub(super) rule: RuleSpec,
    pub(super) terms: CrossingTerms,
    /// `None` where the scene lacks the line: nothing is judged.
    pub(super) fence: Option<Fence>,
    pub(super) exit: Option<Fence>,
    pub(super) exempt: Vec<Fence>,
    /// The directions judged, forward first.
    pub(super) signs: Vec<f32>,
    pub(super) families: Vec<Family>,
    pub(super) timeline: Timeline,
    pub(super) crossers: Vec<Crosser>,
    /// For each crosser, the index of its sighting in this observation. Kept to be reused.
    pub(super) claims: Vec<Option<usize>>,
    pub(super) unjudged: u64,
}

keeps!(Crossing as CrossingState { timeline: Timeline, crossers: Vec<Crosser>, unjudged: u64 });
