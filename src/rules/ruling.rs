//! One rule at work, whatever its mechanism.

use super::area::Area;
use super::crossing::Crossing;
use super::crowd::Crowd;
use super::direction::Direction;
use super::incident::{Closing, IncidentUpdate};
use super::left::Left;
use super::occupancy::Occupancy;
use super::riding::Riding;
use super::roll::Roll;
use super::spec::RuleSpec;
use super::speed::Speed;
use super::state::RulingState;
use super::terms::Terms;
use super::zone_ruling::ZoneRuling;
use crate::scene::{Observation, Scene};

/// One rule at work.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a camera has a few, each made once")]
pub(super) enum Ruling {
    Zone(ZoneRuling),
    Crossing(Crossing),
    Direction(Direction),
    Speed(Speed),
    Riding(Riding),
    Left(Left),
    Occupancy(Occupancy),
    Crowd(Crowd),
}

/// Calls the same method whatever the mechanism.
macro_rules! each {
    ($ruling:expr, $one:ident => $call:expr) => {
        match $ruling {
            Ruling::Zone($one) => $call,
            Ruling::Crossing($one) => $call,
            Ruling::Direction($one) => $call,
            Ruling::Speed($one) => $call,
            Ruling::Riding($one) => $call,
            Ruling::Left($one) => $call,
            Ruling::Occupancy($one) => $call,
            Ruling::Crowd($one) => $call,
        }
    };
}

impl Ruling {
    /// The rule at work; `None`: the scene has not what it needs, which [`super::Judge`] refuses before.
    pub(super) fn new(rule: RuleSpec, scene: &Scene) -> Option<Self> {
        Some(match rule.terms.clone() {
            Terms::None => {
                let area = Area::new(scene, scene.zone(&rule.zone)?);
                Self::Zone(ZoneRuling::new(rule, area))
            }
            Terms::Crossing(terms) => Self::Crossing(Crossing::new(rule, terms, scene)),
            Terms::Direction(terms) => Self::Direction(Direction::new(rule, terms, scene)?),
            Terms::Speed(terms) => Self::Speed(Speed::new(rule, terms, scene)?),
            Terms::Riders(terms) => Self::Riding(Riding::new(rule, terms, scene)?),
            Terms::Left(terms) => Self::Left(Left::new(rule, terms, scene)),
            Terms::Occupancy(terms) => Self::Occupancy(Occupancy::new(rule, terms, scene)),
            Terms::Crowd(terms) => Self::Crowd(Crowd::new(rule, terms, scene)?),
        })
    }

    /// What it knows, to go on from later.
    pub(super) fn state(&self) -> RulingState {
        match self {
            Self::Zone(one) => RulingState::Zone(one.state()),
            Self::Crossing(one) => RulingState::Crossing(one.state()),
            Self::Left(one) => RulingState::Left(one.state()),
            Self::Occupancy(one) => RulingState::Occupancy(one.state()),
            Self::Direction(one) => RulingState::Direction(one.state()),
            Self::Speed(one) => RulingState::Speed(one.state()),
            Self::Riding(one) => RulingState::Riding(one.state()),
            Self::Crowd(one) => RulingState::Crowd(one.state()),
        }
    }

    /// Goes on from what it knew; `false`: that is another mechanism's.
    pub(super) fn restore(&mut self, state: RulingState) -> bool {
        match (self, state) {
            (Self::Zone(one), RulingState::Zone(state)) => one.restore(state),
            (Self::Crossing(one), RulingState::Crossing(state)) => one.restore(state),
            (Self::Left(one), RulingState::Left(state)) => one.restore(state),
            (Self::Occupancy(one), RulingState::Occupancy(state)) => one.restore(state),
            (Self::Direction(one), RulingState::Direction(state)) => one.restore(state),
            (Self::Speed(one), RulingState::Speed(state)) => one.restore(state),
            (Self::Riding(one), RulingState::Riding(state)) => one.restore(state),
            (Self::Crowd(one), RulingState::Crowd(state)) => one.restore(state),
            _ => return false,
        }
        true
    }

    pub(super) fn observe(&mut self, o: &Observation, roll: &Roll, out: &mut Vec<IncidentUpdate>) {
        each!(self, one => one.observe(o, roll, out));
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        each!(self, one => one.end(closing, out));
    }

    /// Sightings that could not be judged because too many subjects were there at once.
    pub(super) fn unjudged(&self) -> u64 {
        each!(self, one => one.unjudged())
    }
}
