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
const FIRST_REST_SECONDS: f64 = 1.0;

/// Cells of change no further apart than this belong together.
const REACH: i32 = 3;

/// Share of a known box's cells that must have changed for it to be what moves there.
const MOVES_SHARE: f32 = 0.2;

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
        for glance in &glances {
            self.motion.looked(glance.region);
            if glance.region == all {
                self.whole = Some(time);
            }
            if f64::from(glance.scale()) >= 0.95 * optics.scale(true) {
                changed.middles_in(glance.region).for_each(|cell| self.fine[cell] = Some(time));
            }
        }
        self.past.push_back((changed.clone(), glances.iter().map(|g| g.region).collect()));
        Ok(Plan::Look(glances, changed))
    }

    fn optics(&self, frame: (u32, u32)) -> Optics {
        let (long_side, multiple, fixed) = self.input;
        let detail = self.spec.detail_long_side.map_or(long_side, |side| side as usize);
        Optics { frame, long_side, detail_long_side: detail.max(long_side), multiple, fixed }
    }

    fn whole_due(&mut self, time: MediaTime, moved: bool) -> bool {
        let Some(last) = self.whole else { return true };
        // Half a millisecond early is on time: stamps are rounded.
        let since = time.since(last) + 5e-4;
        if moved {
            self.rest_seconds = FIRST_REST_SECONDS;
            return since >= self.spec.whole_seconds;
        }
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
        let mut wanted: Vec<Wanted> = Vec::new();
        for group in groups {
            // A moving thing is looked at whole, though only its edges changed.
            let of = self.known.items.iter().map(|i| i.detection.bbox).filter(|b| {
                b.intersection(&group) > 0.0 && changed.share(b) >= MOVES_SHARE
            });
            let (mut bbox, mut least) = (group, None::<f32>);
            for b in of {
                bbox = union(&bbox, &b);
                least = Some(least.map_or(b.height(), |l| l.min(b.height())));
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
        let small = self.known.items.iter().map(|i| i.detection.bbox).filter(|b| is_small(b, scale));
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

fn is_small(b: &BBox, scale: f64) -> bool {
    f64::from(b.height()) * scale < SMALL_PIXELS
}
