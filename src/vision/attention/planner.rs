//! What of all that is wanted is looked at now: a budget in pixels of input, and nobody waits for
//! ever.

use super::cells::Cells;
use super::glance::{Glance, Optics, Wanted, cost};
use crate::media::MediaTime;
use crate::vision::{BBox, Region};

/// What is wanted waits for at most this many looks; then nothing else is looked at before it.
pub const MOST_WAITS: u16 = 8;

/// Boxes considered in one frame; more are joined with their neighbours in the list.
const MOST_WANTED: usize = 48;

/// What to do with a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Nothing is wanted: what was last seen is still so.
    Rest,
    /// Something is wanted but the budget is spent: pass the frame over.
    Defer,
    /// Look at these.
    Look(Vec<Glance>),
}

/// Chooses, frame by frame, what one camera looks at.
///
/// The budget is a bucket that media time fills: so many pixels of input a second. What does not fit
/// waits, the longest waiting first. All that has waited for [`MOST_WAITS`] looks is in the next one,
/// frames being passed over until the bucket holds enough for it; since the bucket can hold the dearest
/// look there is, that moment comes.
#[derive(Debug, Default)]
pub struct Planner {
    pixels_per_second: Option<f64>,
    tokens: f64,
    filled: Option<MediaTime>,
    /// Looks that each cell's want has waited for.
    waits: Vec<u16>,
    whole_waits: u16,
    longest_wait: u16,
    left_waiting: bool,
}

impl Planner {
    /// A planner with a budget of so many pixels of input a second; `None`: all that is wanted.
    pub fn new(pixels_per_second: Option<f64>) -> Self {
        Self { pixels_per_second, ..Self::default() }
    }

    /// The longest that anything has waited so far, in looks.
    pub fn longest_wait(&self) -> u16 {
        self.longest_wait
    }

    /// Whether the latest look left something waiting.
    pub fn left_waiting(&self) -> bool {
        self.left_waiting
    }

    /// Chooses for the frame at `time`. `grid` gives the cells that waits are counted in;
    /// `whole` says that the whole frame is due.
    pub fn plan(
        &mut self,
        time: MediaTime,
        optics: &Optics,
        grid: &Cells,
        wanted: &[Wanted],
        whole: bool,
    ) -> Decision {
        self.fill(time, optics);
        if self.waits.len() != grid.levels().len() {
            self.waits = vec![0; grid.levels().len()];
        }
        if wanted.is_empty() && !whole {
            self.waits.fill(0);
            self.whole_waits = 0;
            return Decision::Rest;
        }
        let wanted = joined(wanted);
        let chosen = best(optics, &wanted, whole);
        let glances = if self.pays(&chosen) {
            chosen
        } else {
            match self.part(optics, grid, &wanted, whole) {
                Some(part) => part,
                None => return Decision::Defer,
            }
        };
        self.tokens -= cost(&glances) as f64;
        self.count(optics, grid, &wanted, whole, &glances);
        Decision::Look(glances)
    }

    fn fill(&mut self, time: MediaTime, optics: &Optics) {
        let Some(rate) = self.pixels_per_second else { return };
        // Enough for a second, and for the dearest look there is.
        let most = rate.max(optics.dearest() as f64);
        let since = self.filled.map_or(f64::INFINITY, |t| time.since(t).max(0.0));
        self.tokens = (self.tokens + rate * since).min(most);
        self.filled = Some(time);
    }

    fn pays(&self, glances: &[Glance]) -> bool {
        self.pixels_per_second.is_none() || cost(glances) as f64 <= self.tokens
    }

    /// As much as the budget pays for, the longest waiting first; `None` where that is nothing, or
    /// not all that has waited long enough.
    fn part(
        &self,
        optics: &Optics,
        grid: &Cells,
        wanted: &[Wanted],
        whole: bool,
    ) -> Option<Vec<Glance>> {
        let age = |w: &Wanted| grid.within(&w.bbox).map(|cell| self.waits[cell]).max().unwrap_or(0);
        let mut queue: Vec<(u16, Wanted)> = wanted.iter().map(|w| (age(w), *w)).collect();
        queue.sort_by_key(|(age, _)| std::cmp::Reverse(*age));
        let urgent = queue.iter().take_while(|(age, _)| *age >= MOST_WAITS).count();
        let oldest = queue.first().map_or(0, |(age, _)| *age);
        // The whole frame first where it waits longest; else single things while it is saved up for.
        let with_whole = whole && (self.whole_waits >= oldest || self.whole_waits >= MOST_WAITS);
        let take = |n: usize| -> Vec<Glance> {
            let some: Vec<Wanted> = queue[..n].iter().map(|(_, w)| *w).collect();
            best(optics, &some, with_whole)
        };
        let least = if with_whole { urgent } else { urgent.max(1) };
        if least > queue.len() || !self.pays(&take(least)) {
            return None;
        }
        // The longest prefix that is paid for: costs grow with it, but for rounding.
        let (mut paid, mut beyond) = (least, queue.len() + 1);
        while paid + 1 < beyond {
            let middle = usize::midpoint(paid, beyond);
            if self.pays(&take(middle)) {
                paid = middle;
            } else {
                beyond = middle;
            }
        }
        Some(take(paid))
    }

    /// Ages what was wanted and not looked at.
    fn count(
        &mut self,
        optics: &Optics,
        grid: &Cells,
        wanted: &[Wanted],
        whole: bool,
        glances: &[Glance],
    ) {
        let mut wants = vec![false; self.waits.len()];
        for w in wanted {
            if !glances.iter().any(|g| shows(g, w, optics)) {
                grid.within(&w.bbox).for_each(|cell| wants[cell] = true);
            }
        }
        self.left_waiting = wants.contains(&true);
        for (wait, wanted) in self.waits.iter_mut().zip(wants) {
            *wait = if wanted { *wait + 1 } else { 0 };
            self.longest_wait = self.longest_wait.max(*wait);
        }
        let all = Region::whole(optics.frame.0, optics.frame.1);
        let seen = glances.iter().any(|g| g.region == all);
        self.whole_waits = if whole && !seen { self.whole_waits + 1 } else { 0 };
        self.left_waiting |= self.whole_waits > 0;
        self.longest_wait = self.longest_wait.max(self.whole_waits);
    }
}

/// Whether a glance shows a wanted box whole, and finely enough.
fn shows(glance: &Glance, wanted: &Wanted, optics: &Optics) -> bool {
    let (r, b) = (glance.region, &wanted.bbox);
    let frame = (optics.frame.0 as f32, optics.frame.1 as f32);
    r.x as f32 <= b.x1.max(0.0) + 1.0
        && r.y as f32 <= b.y1.max(0.0) + 1.0
        && (r.x + r.width) as f32 + 1.0 >= b.x2.min(frame.0)
        && (r.y + r.height) as f32 + 1.0 >= b.y2.min(frame.1)
        && (optics.fixed.is_some() || f64::from(glance.scale()) >= 0.95 * optics.scale(wanted.fine))
}

/// The cheapest way found to look at all of `wanted`, and the whole frame where that is due.
fn best(optics: &Optics, wanted: &[Wanted], whole: bool) -> Vec<Glance> {
    let fine: Vec<Wanted> = if optics.zooms() {
        wanted.iter().filter(|w| w.fine).copied().collect()
    } else {
        Vec::new()
    };
    // The whole frame shows what is coarse; what is fine needs its own regions, or all of it finely.
    let mut around = vec![optics.whole(false)];
    around.extend(optics.cover(&fine));
    let closer = optics.zooms() && optics.fixed.is_none() && !fine.is_empty();
    if closer && cost(&[optics.whole(true)]) <= cost(&around) {
        around = vec![optics.whole(true)];
    }
    if whole {
        return around;
    }
    let regions = optics.cover(wanted);
    if cost(&regions) < cost(&around) { regions } else { around }
}

/// No more than [`MOST_WANTED`] boxes.
fn joined(wanted: &[Wanted]) -> Vec<Wanted> {
    let at_once = wanted.len().div_ceil(MOST_WANTED).max(1);
    let join = |group: &[Wanted]| {
        let mut all = group[0];
        for w in &group[1..] {
            all.bbox = union(&all.bbox, &w.bbox);
            all.fine |= w.fine;
        }
        all
    };
    wanted.chunks(at_once).map(join).collect()
}

/// The box around two.
pub fn union(a: &BBox, b: &BBox) -> BBox {
    BBox { x1: a.x1.min(b.x1), y1: a.y1.min(b.y1), x2: a.x2.max(b.x2), y2: a.y2.max(b.y2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn optics() -> Optics {
        Optics {
            frame: (768, 576),
            long_side: 640,
            detail_long_side: 640,
            multiple: 32,
            fixed: None,
        }
    }

    fn at(x: f32, y: f32) -> Wanted {
        Wanted { bbox: BBox { x1: x, y1: y, x2: x + 30.0, y2: y + 70.0 }, fine: false }
    }

    fn seconds(s: f64) -> MediaTime {
        MediaTime::from_seconds(s)
    }

    #[test]
    fn nothing_wanted_is_rest_and_no_budget_is_all() {
        let grid = Cells::new((768, 576), 40, 30);
        let mut planner = Planner::new(None);
        let decision = planner.plan(seconds(0.0), &optics(), &grid, &[], false);
        assert_eq!(decision, Decision::Rest);
        let decision = planner.plan(seconds(0.1), &optics(), &grid, &[], true);
        assert_eq!(decision, Decision::Look(vec![optics().whole(false)]));
    }

    proptest! {
        /// However little is allowed and however much is wanted, everything is looked at within so
        /// many looks, and the budget holds.
        #[test]
        fn nobody_starves_and_the_budget_holds(
            rate in 2e4_f64..3e6,
            frames in prop::collection::vec(
                (prop::collection::vec((0.0_f32..730.0, 0.0_f32..500.0), 0..10), 0.03_f64..0.5, any::<bool>()),
                5..40),
            steady in prop::collection::vec((0.0_f32..730.0, 0.0_f32..500.0), 1..14)) {
            let (optics, grid) = (optics(), Cells::new((768, 576), 40, 30));
            let mut planner = Planner::new(Some(rate));
            let mut waited = vec![0_u16; steady.len()];
            let (mut now, mut spent, mut whole_waited, mut whole_due) = (0.0, 0.0, 0, false);
            for round in 0..8 {
                for (passing, dt, whole) in &frames {
                    now += dt;
                    whole_due |= *whole && round % 2 == 0;
                    let wanted: Vec<Wanted> = steady.iter().chain(passing)
                        .map(|&(x, y)| at(x, y)).collect();
                    let Decision::Look(glances) =
                        planner.plan(seconds(now), &optics, &grid, &wanted, whole_due)
                    else { continue };
                    spent += cost(&glances) as f64;
                    for (wait, &(x, y)) in waited.iter_mut().zip(&steady) {
                        let seen = glances.iter().any(|g| shows(g, &at(x, y), &optics));
                        *wait = if seen { 0 } else { *wait + 1 };
                        prop_assert!(*wait <= MOST_WAITS, "waited {} looks", wait);
                    }
                    let whole_seen = glances.iter().any(|g| g.region == Region::whole(768, 576));
                    whole_waited = if whole_due && !whole_seen { whole_waited + 1 } else { 0 };
                    whole_due &= !whole_seen;
                    prop_assert!(whole_waited <= MOST_WAITS);
                }
            }
            let full = rate.max(optics.dearest() as f64);
            prop_assert!(spent <= full + rate * now + 1.0, "{spent} in {now} s at {rate}");
        }
    }
}
