//! What makes a crossing a violation.
//!
//! **Red light.** The signal must have shown red, known without a break, for `grace_seconds` when
//! the leading wheels crossed the line, and go on showing it for [`SETTLE_SECONDS`]: a change is
//! confirmed, and a flicker bridged, for almost as long, so a red that is read may be over already.
//! Half a second of grace is what a driver who was already braking needs, and less than any
//! inspector's own reading of a picture leaves in doubt. Then the subject must get `beyond_lengths`
//! beyond the line before amber or green is seen; who stops on the line is none. Red that was in
//! doubt at the crossing makes nothing.
//!
//! **Exits.** Who then leaves over an exempt exit is exempt, so opening waits until the subject has
//! left by one, is beyond all of them, or `within_seconds` are over. Lost before that, it cannot be
//! told.

use super::super::incident::{Measure, Quantity, SignalNote};
use super::super::instant::Instant;
use super::super::kind::Kind;
use super::super::terms::CrossingTerms;
use super::fence::Fence;
use super::passage::Crossed;
use super::state::{Crossing, LOST_SECONDS};
use super::timeline::Timeline;
use crate::media::MediaTime;

/// Red must go on for so long after a crossing, seconds: longer than a lamp that is not seen is
/// held for lit, and than a change takes to be confirmed.
const SETTLE_SECONDS: f64 = 0.45;
/// Crossings between sightings further apart than this are dated by the earlier one for `grace`.
const SURE_STEP: f64 = 0.6;
/// Who goes along the line rather than over it comes from the side: going over it means this share
/// of going along it, at least. Only for stop lines; lanes are left at any angle.
const ACROSS: f32 = 0.3;
/// How far beyond the exit of a banned turn, in its own lengths, it has been taken.
const EXIT_LENGTHS: f32 = 0.25;
/// Beyond all exempt exits by this many of its own lengths it takes none of them.
const PAST_EXITS_LENGTHS: f32 = 0.5;

/// What has become of a case.
pub(super) enum Verdict {
    Wait,
    Drop,
    Open(Instant),
}

impl Crossing {
    /// What has become of the case of subject number `i`.
    pub(super) fn verdict(&mut self, i: usize, now: MediaTime) -> Verdict {
        let Some(fence) = &self.fence else { return Verdict::Drop };
        let terms = &self.terms;
        let crosser = &mut self.crossers[i];
        let seen = crosser.seen;
        let lost = now.since(seen.time) > LOST_SECONDS;
        let Some(case) = &mut crosser.case else { return Verdict::Drop };
        let passage = &crosser.passages[case.passage];
        // It went back over the line, or its way was not known for too long.
        if passage.crossed.is_none() {
            return Verdict::Drop;
        }
        let since = now.since(case.crossed);
        if self.exit.is_some() {
            let exit = &crosser.exit;
            if let Some(crossed) = exit.crossed
                && crossed.at.time >= case.crossed
            {
                if crossed.at.time.since(case.crossed) > terms.within_seconds {
                    return Verdict::Drop;
                }
                if exit.beyond >= EXIT_LENGTHS {
                    case.moment = crossed.at;
                    return Verdict::Open(seen);
                }
                return if lost { Verdict::Drop } else { Verdict::Wait };
            }
            let over = since > terms.within_seconds;
            return if over || lost { Verdict::Drop } else { Verdict::Wait };
        }
        if crosser.exempt.iter().filter_map(|p| p.crossed).any(|c| {
            let later = c.at.time.since(case.crossed);
            (0.0..=terms.within_seconds).contains(&later)
        }) {
            return Verdict::Drop;
        }
        if terms.signal.is_some() {
            let settled = case.crossed.plus(SETTLE_SECONDS);
            let until = if now < settled { now } else { settled };
            let red = self.timeline.red_throughout(case.crossed, until);
            // Until it is beyond, amber and green end it; a lamp hidden by now does not.
            if !red || case.after.is_none() && self.timeline.red_ended(case.crossed, seen.time) {
                return Verdict::Drop;
            }
            if now < settled {
                return Verdict::Wait;
            }
        }
        if case.after.is_none() && f64::from(passage.beyond) >= terms.beyond_lengths {
            if self.rule.kind == Kind::RedLight && !goes_over(fence, &case.start, &seen) {
                return Verdict::Drop;
            }
            case.after = Some(seen);
        }
        let Some(after) = case.after else {
            return if lost { Verdict::Drop } else { Verdict::Wait };
        };
        if self.exempt.is_empty() || since > terms.within_seconds {
            return Verdict::Open(after);
        }
        let last_exit = self.exempt.iter().map(|e| e.reach_beyond(fence)).fold(0.0, f32::max);
        let size = seen.bbox.width().max(seen.bbox.height());
        if passage.beyond_pixels > last_exit + PAST_EXITS_LENGTHS * size {
            return Verdict::Open(after);
        }
        if lost { Verdict::Drop } else { Verdict::Wait }
    }
}

/// What speaks for a violation at a crossing: the signal's states before and at it, and for how
/// long it had been red. `None`: nothing does.
pub(super) fn grounds(
    terms: &CrossingTerms,
    timeline: &Timeline,
    before: &Instant,
    crossed: &Crossed,
) -> Option<(Vec<SignalNote>, Vec<Measure>)> {
    let Some(signal) = &terms.signal else { return Some((Vec::new(), Vec::new())) };
    let at = crossed.at.time;
    let rare = at.since(crossed.from) > SURE_STEP;
    let red = timeline.red_for(at)?;
    let surely = if rare { timeline.red_for(crossed.from)? } else { red };
    if surely + 1e-6 < terms.grace_seconds {
        return None;
    }
    let note = |time| SignalNote { name: signal.clone(), state: timeline.state(time), time };
    let measure = Measure {
        what: Quantity::RedForSeconds,
        value: (red * 1000.0).round() / 1000.0,
        uncertainty: None,
    };
    Some((vec![note(before.time), note(at)], vec![measure]))
}

/// Whether it went over the line rather than along it.
fn goes_over(fence: &Fence, from: &Instant, to: &Instant) -> bool {
    let ((x0, y0), (x1, y1)) = (from.bbox.contact(), to.bbox.contact());
    let (nx, ny) = fence.forward();
    let (dx, dy) = (x1 - x0, y1 - y0);
    let across = (dx * nx + dy * ny).abs();
    let along = (dx * ny - dy * nx).abs();
    across >= ACROSS * along
}
