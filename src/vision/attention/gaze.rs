//! One camera's attention: which frames, and what of them.

use super::cells::Cells;
use super::glance::{Glance, Optics, Wanted};
use super::memory::Item;
use super::planner::{Decision, Planner, union};
use super::spec::{AttentionSpec, Mode};
use crate::media::{Frame, MediaTime};
use crate::vision::motion::MotionMap;
use crate::vision::{BBox, Region, VisionError};
use std::collections::VecDeque;

/// A camera at rest is first looked at again after this long, then after twice as long each time.
const FIRST_REST_SECONDS: f64 = 4.0;

/// Looks are at least this far apart, in seconds: briskly where at least that share of the picture
/// differs from the frame before, more slowly where less does, slowest where nothing does and only
/// the last look is out of date, or where no more than that share of any known thing changed. A
/// person walks half a step in the longest.
const BRISK_SECONDS: f64 = 1.0 / 15.0;
const PACE_SECONDS: f64 = 0.15;
const HARDLY_SHARE: f32 = 0.25;
const CREEP_SECONDS: f64 = 0.25;
const BRISK_SHARE: f64 = 0.0015;

/// Cells of change no further apart than this belong together.
const REACH: i32 = 3;

/// Share of a known box's cells that must have changed for it to be what moves there.
const MOVES_SHARE: f32 = 0.2;

/// Share of a known box's area from which a group of change near it may be part of what it showed.
const PART_SHARE: f32 = 0.1;

/// Objects lower than this in the input of a whole look, in pixels, are small.
const SMALL_PIXELS: f64 = 56.0;

/// Fine looks at small things that stand still, and at places where small things are expected, are
/// this many whole looks apart.
const STANDING_WHOLES: f64 = 1.0;
const EXPECTED_WHOLES: f64 = 4.0;

/// A cell expects small things after this many, and forgets them with this time, in seconds.
const EXPECTS: f32 = 5.0;
const FORGET_SECONDS: f64 = 300.0;

/// What is known some frames later of what a frame showed, in pixels of the frame.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Everything remembered.
    pub items: Vec<Item>,
    /// Where tracks that were not seen are expected: about to be lost.
    pub losing: Vec<BBox>,
    /// Tracks that are seen too faintly to be believed by themselves.
    pub faint: Vec<BBox>,
    /// What a region's border cut.
    pub cut: Vec<BBox>,
}

/// What to do with a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Nothing differs from what was last seen.
    Rest,
    /// Pass it over, the budget is spent.
    Defer,
    /// Pass it over, too little has happened since the last look.
    Pass,
    /// Look at these; the cells say where the frame differs from what was last looked at.
    Look(Vec<Glance>, Cells),
}

/// One camera's attention.
///
/// Everything here depends on the frames, their times and what [`Gaze::learn`] is told, in order:
/// the same footage gives the same plans.
pub struct Gaze {
    spec: AttentionSpec,
    /// Long side of a whole look's input, multiple of its sides, and its only size if it has one.
    input: (usize, usize, Option<(usize, usize)>),
    motion: MotionMap,
    planner: Planner,
    known: Known,
    /// What was done with the frames whose results have not been told yet.
    past: VecDeque<(Cells, Vec<Region>)>,
    whole: Option<MediaTime>,
    looked: Option<MediaTime>,
    /// When something last moved.
    moved: MediaTime,
    rest_seconds: f64,
    /// Of each cell: when it was last looked at finely, and how many small things it has shown.
    fine: Vec<Option<MediaTime>>,
    small: Vec<f32>,
    faded: Option<MediaTime>,
}

impl Gaze {
    /// Attention of a camera whose whole frames are seen with that long side, in pixels, by a model
    /// whose sides are multiples of `multiple`, or that takes but one size.
    pub fn new(
        spec: AttentionSpec,
        long_side: usize,
        multiple: usize,
        fixed: Option<(usize, usize)>,
    ) -> Self {
        let budget = spec.budget_megapixels_per_second.map(|m| m * 1e6);
        Self {
            spec,
            input: (long_side, multiple, fixed),
            motion: MotionMap::default(),
            planner: Planner::new(budget),
            known: Known::default(),
            past: VecDeque::new(),
            whole: None,
            looked: None,
            moved: MediaTime::ZERO,
            rest_seconds: FIRST_REST_SECONDS,
            fine: Vec::new(),
            small: Vec::new(),
            faded: None,
        }
    }

    /// The longest that anything has waited so far, in looks.
    pub fn longest_wait(&self) -> u16 {
        self.planner.longest_wait()
    }

    /// Takes in what became of the oldest frame planned (rested or looked at) and not yet told of.
    pub fn learn(&mut self, known: Known) {
        if let Some((changed, regions)) = self.past.pop_front() {
            let seen: Vec<BBox> = known.items.iter().map(|i| i.detection.bbox).collect();
            self.motion.learn(&changed, &regions, &seen);
            if changed.levels().len() == self.small.len() {
                let scale = self.optics(changed.frame()).scale(false);
                for item in known.items.iter().filter(|i| is_small(&i.detection.bbox, scale)) {
                    for cell in changed.within(&item.detection.bbox) {
                        self.small[cell] = (self.small[cell] + 1.0).min(4.0 * EXPECTS);
                    }
                }
            }
        }
        self.known = known;
    }

    /// Decides on a frame. Where its motion cannot be measured, all of it is looked at.
    pub fn plan(&mut self, frame: &Frame) -> Plan {
        let optics = self.optics((frame.width(), frame.height()));
        let whole = || Plan::Look(vec![optics.whole(false)], Cells::default());
        if self.spec.mode == Mode::EveryFrame {
            return whole();
        }
        self.decide(frame, &optics).unwrap_or_else(|e| {
            tracing::debug!("{e}");
            self.past.push_back((Cells::default(), Vec::new()));
            whole()
        })
    }

    fn decide(&mut self, frame: &Frame, optics: &Optics) -> Result<Plan, VisionError> {
        let (time, size) = (frame.time, optics.frame);
        self.motion.measure(frame)?;
        let cells = self.motion.changed().levels().len();
        if self.fine.len() != cells {
            (self.fine, self.small) = (vec![None; cells], vec![0.0; cells]);
        }
        let moved = self.motion.changed().any();
        if moved && self.too_soon(time) {
            return Ok(Plan::Pass);
        }
        let due = self.whole_due(time, moved);
        let wanted = match self.spec.mode {
            Mode::Regions if moved || due => self.wanted(time, optics, moved)?,
            _ => Vec::new(),
        };
        let whole = due || moved && self.spec.mode == Mode::WholeFrames;
        let decision = self.planner.plan(time, optics, self.motion.changed(), &wanted, whole);
        let glances = match decision {
            Decision::Defer => return Ok(Plan::Defer),
            Decision::Rest => {
                self.past.push_back((Cells::default(), Vec::new()));
                return Ok(Plan::Rest);
            }
            Decision::Look(glances) => glances,
        };
        let changed = self.motion.changed().clone();
        let all = Region::whole(size.0, size.1);
        self.looked = Some(time);
        for glance in &glances {
            self.motion.looked(glance.region);
            if glance.region == all {
                self.whole = Some(time);
            }
            if f64::from(glance.scale()) >= 0.95 * optics.scale(true) {
                changed.middles_in(glance.region).for_each(|cell| self.fine[cell] = Some(time));
            }
        }
        // Of the first look everything is new; it teaches nothing.
        let first = self.moved == MediaTime::ZERO && changed.levels().iter().all(|&l| l == u8::MAX);
        let regions = if first { Vec::new() } else { glances.iter().map(|g| g.region).collect() };
        self.past.push_back((changed.clone(), regions));
        Ok(Plan::Look(glances, changed))
    }

    fn optics(&self, frame: (u32, u32)) -> Optics {
        let (long_side, multiple, fixed) = self.input;
        let detail = self.spec.detail_long_side.map_or(long_side, |side| side as usize);
        Optics { frame, long_side, detail_long_side: detail.max(long_side), multiple, fixed }
    }

    /// Whether so little changed, or so little time has passed, that the next frame will do.
    fn too_soon(&self, time: MediaTime) -> bool {
        let pace = match self.motion.pace() {
            share if share <= 0.0 || self.hardly_moved() => CREEP_SECONDS,
            share if share < BRISK_SHARE => PACE_SECONDS,
            _ => BRISK_SECONDS,
        };
        self.looked.is_some_and(|t| time.since(t) + 5e-4 < pace)
    }

    /// Whether all that changed since the last look is a small part of things that are known.
    fn hardly_moved(&self) -> bool {
        let changed = self.motion.changed();
        let mut explained = vec![false; changed.levels().len()];
        for b in self.known.items.iter().map(|i| i.detection.bbox) {
            let share = changed.share(&b);
            if share > 0.0 && share < HARDLY_SHARE {
                changed.within(&b).for_each(|cell| explained[cell] = true);
            }
        }
        changed.levels().iter().zip(explained).all(|(&level, explained)| level == 0 || explained)
    }

    fn whole_due(&mut self, time: MediaTime, moved: bool) -> bool {
        let Some(last) = self.whole else { return true };
        // Half a millisecond early is on time: stamps are rounded.
        if moved {
            (self.rest_seconds, self.moved) = (FIRST_REST_SECONDS, time);
            return time.since(last) + 5e-4 >= self.spec.whole_seconds;
        }
        let since = time.since(last.max(self.moved)) + 5e-4;
        let due = since >= self.rest_seconds.min(self.spec.rest_seconds);
        if due {
            self.rest_seconds = (2.0 * self.rest_seconds).min(self.spec.rest_seconds);
        }
        due
    }

    /// Everything that should be looked at in this frame.
    fn wanted(
        &mut self,
        time: MediaTime,
        optics: &Optics,
        moved: bool,
    ) -> Result<Vec<Wanted>, VisionError> {
        let (zooms, scale) = (optics.zooms(), optics.scale(false));
        let changed = self.motion.changed();
        let groups = changed.groups(REACH).map_err(|e| VisionError::Motion(e.message))?;
        let usual = median(&self.known.items);
        let mut wanted: Vec<Wanted> = Vec::new();
        for group in groups {
            // A moving thing is looked at whole, though only its edges or its legs changed, and though
            // it was last heard of where it stood some frames ago.
            let (mut bbox, mut least) = (group, None::<f32>);
            for b in self.known.items.iter().map(|i| i.detection.bbox) {
                let part = group.area() >= PART_SHARE * b.area();
                let its = part || changed.share(&b) >= MOVES_SHARE;
                if !its || near(&b).intersection(&group) <= 0.0 {
                    continue;
                }
                if b.intersection(&group) > 0.0 {
                    bbox = union(&bbox, &b);
                }
                bbox = union(&bbox, &with_room_for(&group, &b));
                least = Some(least.map_or(b.height(), |l| l.min(b.height())));
            }
            if least.is_none() {
                // Something new: as large, perhaps, as what is usual here.
                bbox = usual.map_or(bbox, |usual| with_room_for(&group, &usual));
            }
            let height = least.unwrap_or_else(|| group.height());
            let fine = zooms && f64::from(height) * scale < SMALL_PIXELS;
            wanted.push(Wanted { bbox, fine });
        }
        if moved {
            let losing = self.known.losing.iter().chain(&self.known.cut);
            wanted.extend(losing.map(|&bbox| Wanted { bbox, fine: zooms }));
        }
        if zooms {
            self.small_ones(time, scale, &mut wanted)?;
        }
        Ok(wanted)
    }

    /// Small and faint things that stand still, and places where small things are expected, where
    /// the last fine look is long ago.
    fn small_ones(
        &mut self,
        time: MediaTime,
        scale: f64,
        wanted: &mut Vec<Wanted>,
    ) -> Result<(), VisionError> {
        let changed = self.motion.changed();
        let longer = |cell: usize, wholes: f64| {
            let seconds = wholes * self.spec.whole_seconds;
            self.fine[cell].is_none_or(|t| time.since(t) + 5e-4 >= seconds)
        };
        let small =
            self.known.items.iter().map(|i| i.detection.bbox).filter(|b| is_small(b, scale));
        for bbox in small.chain(self.known.faint.iter().copied()) {
            if changed.within(&bbox).any(|cell| longer(cell, STANDING_WHOLES)) {
                wanted.push(Wanted { bbox, fine: true });
            }
        }
        let mut expected = Cells::new(changed.frame(), changed.size().0, changed.size().1);
        for (cell, level) in expected.levels_mut().iter_mut().enumerate() {
            *level = u8::from(self.small[cell] >= EXPECTS && longer(cell, EXPECTED_WHOLES));
        }
        let groups = expected.groups(1).map_err(|e| VisionError::Motion(e.message))?;
        wanted.extend(groups.into_iter().map(|bbox| Wanted { bbox, fine: true }));
        let since = self.faded.map_or(f64::INFINITY, |t| time.since(t));
        if since >= 1.0 {
            let rest = (-since.min(FORGET_SECONDS) / FORGET_SECONDS).exp() as f32;
            self.small.iter_mut().for_each(|s| *s *= rest);
            self.faded = Some(time);
        }
        Ok(())
    }
}

/// The box of middle height among what is known.
fn median(items: &[Item]) -> Option<BBox> {
    let mut boxes: Vec<BBox> = items.iter().map(|i| i.detection.bbox).collect();
    boxes.sort_by(|a, b| a.height().total_cmp(&b.height()));
    boxes.get(boxes.len() / 2).copied()
}

/// A box and its surroundings, half as wide and high on each side.
fn near(b: &BBox) -> BBox {
    let (w, h) = (0.5 * b.width(), 0.5 * b.height());
    BBox { x1: b.x1 - w, y1: b.y1 - h, x2: b.x2 + w, y2: b.y2 + h }
}

/// A group of change grown so that a thing of `size` that caused part of it lies inside, whichever
/// part of it that was.
fn with_room_for(group: &BBox, size: &BBox) -> BBox {
    let w = 0.5 * (size.width() - group.width()).max(0.0);
    let h = (size.height() - group.height()).max(0.0);
    BBox { x1: group.x1 - w, y1: group.y1 - h, x2: group.x2 + w, y2: group.y2 + h }
}

fn is_small(b: &BBox, scale: f64) -> bool {
    f64::from(b.height()) * scale < SMALL_PIXELS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{WallTime, YuvMatrix};

    /// A grey picture, with a dark square or not, a tenth of a second after the one before.
    fn picture(n: u64, square: bool) -> Frame {
        let mut luma = vec![120_u8; 640 * 480];
        if square {
            for row in luma.chunks_exact_mut(640).skip(200).take(64) {
                row[320..384].fill(50);
            }
        }
        let (chroma, time) = (vec![128; 320 * 240], MediaTime::from_seconds(n as f64 / 10.0));
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        let matrix = YuvMatrix { bt709: false, full_range: true };
        Frame::from_planes(n, time, wall, (640, 480), [&luma, &chroma, &chroma], matrix).unwrap()
    }

    #[test]
    fn what_flashes_and_is_nothing_wakes_it_less_and_less() {
        let mut gaze = Gaze::new(AttentionSpec::default(), 640, 32, None);
        let mut looked = Vec::new();
        for n in 0..600 {
            if n >= 8 {
                gaze.learn(Known::default());
            }
            looked.push(matches!(gaze.plan(&picture(n, n / 3 % 2 == 0)), Plan::Look(..)));
            assert!(gaze.past.len() <= 9);
        }
        let looks = |range: std::ops::Range<usize>| looked[range].iter().filter(|l| **l).count();
        let (first, last) = (looks(0..200), looks(400..600));
        assert!(first > 10 && 2 * last <= first, "{first} in the first third, {last} in the last");
    }
}
