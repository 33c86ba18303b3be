//! What a camera needs of a lane, recorded or live alike.

use super::job::Progress;
use crate::config::Camera;
use crate::media::RingLimits;
use crate::rules::{Mechanism, RuleSpec};
use crate::vision::Model;

/// Packets kept before an incident's clip, besides its pre-roll, in seconds.
const RING_SLACK_SECONDS: f64 = 10.0;
/// More of it where things left behind are judged: one is believed only after it stood for a while,
/// and its incident begins when its place changed.
const LEFT_SLACK_SECONDS: f64 = 20.0;

/// How much a camera's ring keeps.
pub(super) fn ring_limits(camera: &Camera) -> RingLimits {
    let evidence = &camera.evidence;
    let left = |r: &RuleSpec| r.kind.info().mechanism == Mechanism::LeftObject;
    let more = if camera.rules.iter().any(left) { LEFT_SLACK_SECONDS } else { 0.0 };
    let seconds = evidence.pre_seconds + RING_SLACK_SECONDS + more;
    let hold_seconds = evidence.pre_seconds + evidence.post_seconds;
    RingLimits { seconds, hold_seconds, ..RingLimits::default() }
}

/// The rules that the model can serve; of the others it is told why not.
pub(super) fn served(camera: &Camera, model: &Model, progress: &Progress) -> Vec<RuleSpec> {
    let mut rules = camera.rules.clone();
    let given = model.classes().gives();
    rules.retain(|rule| match rule.unserved(model.name(), &given) {
        Some(why) => {
            progress.note(why);
            false
        }
        None => true,
    });
    rules
}
