//! Subjects that stand through a restart: what is told of them before it, and taken over after it.

use super::super::incident::IncidentUpdate;
use super::super::resting::Resting;
use super::super::spec::RuleSpec;
use super::super::stay::{Conduct, Phase, Stay};
use crate::scene::CarriedOver;

/// A subject that stands in the zone, with what another judge needs to know it again.
pub(super) fn resting(stay: &Stay, rule: &str) -> Option<Resting> {
    let Conduct::Rest(rest) = &stay.conduct else { return None };
    stay.at_it.then(|| Resting {
        rule: rule.to_owned(),
        key: stay.key.clone(),
        track: stay.who.track,
        family: stay.who.family,
        place: rest.place(),
        began: stay.start.time,
        since: rest.since(),
        seen: stay.last.time,
        seen_wall: stay.last.wall,
        clear: !stay.covered,
        carried: stay.carried.as_deref().cloned(),
    })
}

/// A subject that begins to stand is known to have stood there before the session.
pub(super) fn take_over(
    stay: &mut Stay,
    rule: &RuleSpec,
    over: &CarriedOver,
    out: &mut Vec<IncidentUpdate>,
) {
    let Conduct::Rest(rest) = &mut stay.conduct else { return };
    if stay.carried.is_some() || !matches!(stay.phase, Phase::Silent | Phase::Candidate) {
        return;
    }
    rest.stood_since(over.since);
    let named = stay.key.clone();
    stay.carry(rule, over);
    if stay.phase == Phase::Candidate && stay.key != named {
        out.push(IncidentUpdate::Dropped(named));
        stay.phase = Phase::Silent;
    }
}
