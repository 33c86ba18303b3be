//! One region to look at and the input it becomes; and how few equal inputs cover what is wanted.

use crate::vision::{BBox, Letterbox, Region};

/// Context around what is wanted, in pixels of the input on each side: a detector judges an object
/// by its surroundings too.
const MARGIN: f64 = 24.0;

/// The same as a share of the wanted box's side: what moves will have moved on.
const MARGIN_SHARE: f64 = 0.1;

/// What one run of the model costs besides its pixels, in pixels: 128×128 takes about as long a
/// pixel more as this says, measured with NanoDet on one thread.
pub const RUN_PIXELS: u64 = 6_000;

/// Sides that regions' inputs may have, in pixels; each twice where the model's multiple is larger.
const SIDES: [usize; 17] =
    [128, 160, 192, 224, 256, 288, 320, 352, 384, 448, 512, 576, 640, 768, 896, 1024, 1280];

/// Sides tried above the least that is enough, each way.
const SIDES_TRIED: usize = 6;

/// Regions of a frame at once, at most, for a model that takes but one size of input.
const MOST_FIXED: usize = 8;

/// One region of a frame and the input it is letterboxed into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glance {
    /// Where, in pixels of the frame.
    pub region: Region,
    /// Width and height of the input, in pixels.
    pub input: (usize, usize),
}

impl Glance {
    /// Pixels of its input.
    pub fn pixels(&self) -> u64 {
        (self.input.0 * self.input.1) as u64
    }

    /// Pixels of the input for one of the frame.
    pub fn scale(&self) -> f32 {
        let (w, h) = (self.region.width.max(1) as f32, self.region.height.max(1) as f32);
        (self.input.0 as f32 / w).min(self.input.1 as f32 / h)
    }
}

/// What a set of glances costs, in pixels of input, a run of the model counted as [`RUN_PIXELS`]
/// more; glances of one size share a run.
pub fn cost(glances: &[Glance]) -> u64 {
    glances.iter().map(Glance::pixels).sum::<u64>() + runs(glances) as u64 * RUN_PIXELS
}

/// How many runs of the model a set of glances takes: one for each size of input.
pub fn runs(glances: &[Glance]) -> usize {
    let new = |&(i, g): &(usize, &Glance)| !glances[..i].iter().any(|e| e.input == g.input);
    glances.iter().enumerate().filter(new).count()
}

/// A box that must lie whole in a region looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Where, in pixels of the frame.
    pub bbox: BBox,
    /// Whether it is small and wants the finer scale.
    pub fine: bool,
}

/// How regions of a camera's frames become inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optics {
    /// Width and height of the frame, in pixels.
    pub frame: (u32, u32),
    /// Long side of a whole frame's input, in pixels.
    pub long_side: usize,
    /// Long side that a whole frame's input would have at the scale of fine regions; at least
    /// `long_side`.
    pub detail_long_side: usize,
    /// Both sides of an input are multiples of this.
    pub multiple: usize,
    /// The only size of input the model takes, where there is but one.
    pub fixed: Option<(usize, usize)>,
}

impl Optics {
    /// Pixels of input for one of the frame: of a whole look, or of a fine region.
    pub fn scale(&self, fine: bool) -> f64 {
        let fine = fine && self.detail_long_side > self.long_side;
        let side = if fine { self.detail_long_side } else { self.long_side };
        let frame = f64::from(self.frame.0.max(self.frame.1).max(1));
        match self.fixed {
            Some((w, h)) if !fine => {
                let (x, y) = (f64::from(self.frame.0.max(1)), f64::from(self.frame.1.max(1)));
                (w as f64 / x).min(h as f64 / y)
            }
            _ => side as f64 / frame,
        }
    }

    /// Whether regions may be looked at more finely than the whole frame.
    pub fn zooms(&self) -> bool {
        self.scale(true) > 1.05 * self.scale(false)
    }

    /// What the dearest look costs, as [`cost`] counts.
    pub fn dearest(&self) -> u64 {
        let once = cost(&[self.whole(false), self.whole(true)]);
        match self.fixed {
            Some(_) if self.zooms() => MOST_FIXED as u64 * once,
            _ => once + RUN_PIXELS,
        }
    }

    /// The whole frame.
    pub fn whole(&self, fine: bool) -> Glance {
        let region = Region::whole(self.frame.0, self.frame.1);
        let side = if fine { self.detail_long_side.max(self.long_side) } else { self.long_side };
        let fit = Letterbox::fit(region, side, self.multiple);
        Glance { region, input: self.fixed.unwrap_or((fit.width, fit.height)) }
    }

    /// The cheapest set of equal inputs found that shows every wanted box whole, with its
    /// surroundings, at the scale it wants: coarse ones that of the whole frame, fine ones that of
    /// details. A box too large for any is shown by the whole frame.
    pub fn cover(&self, wanted: &[Wanted]) -> Vec<Glance> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let grown: Vec<(Rect, bool)> =
            wanted.iter().map(|w| (self.grown(&w.bbox, self.scale(w.fine)), w.fine)).collect();
        let need = |side: fn(&Rect) -> f64| {
            grown.iter().map(|(r, fine)| side(r) * self.scale(*fine)).fold(0.0, f64::max)
        };
        let sizes = self.sizes(need(Rect::width), need(Rect::height));
        let mut best = vec![self.whole(wanted.iter().any(|w| w.fine))];
        for size in sizes {
            let mut glances = Vec::new();
            for fine in [false, true] {
                let boxes = grown.iter().filter(|(_, f)| *f == fine).map(|(r, _)| *r).collect();
                self.tile(boxes, size, self.scale(fine), &mut glances);
            }
            // A model of one size shows details by tiles of that size or not at all.
            let details = self.fixed.is_some()
                && self.zooms()
                && wanted.iter().any(|w| w.fine)
                && glances.len() <= MOST_FIXED;
            if details || cost(&glances) < cost(&best) {
                best = glances;
            }
        }
        best
    }

    /// Sizes of input worth trying, each enough for a box of `width` × `height` input pixels.
    fn sizes(&self, width: f64, height: f64) -> Vec<(usize, usize)> {
        if let Some((w, h)) = self.fixed {
            let fits = width <= w as f64 && height <= h as f64;
            return if fits { vec![(w, h)] } else { Vec::new() };
        }
        let whole = self.whole(true).input;
        let sides = |need: f64, most: usize| -> Vec<usize> {
            let sides = SIDES.iter().map(|s| s.next_multiple_of(self.multiple.max(1)).min(most));
            let mut enough: Vec<usize> = sides.filter(|&s| s as f64 + 0.5 >= need).collect();
            enough.dedup();
            enough.truncate(SIDES_TRIED);
            enough
        };
        let heights = sides(height, whole.1);
        sides(width, whole.0)
            .into_iter()
            .flat_map(|w| heights.iter().map(move |&h| (w, h)))
            .collect()
    }

    /// A wanted box with its surroundings, inside the frame.
    fn grown(&self, b: &BBox, scale: f64) -> Rect {
        let (mx, my) = (
            MARGIN / scale + MARGIN_SHARE * f64::from(b.width()),
            MARGIN / scale + MARGIN_SHARE * f64::from(b.height()),
        );
        let (w, h) = (f64::from(self.frame.0), f64::from(self.frame.1));
        let x1 = (f64::from(b.x1) - mx).clamp(0.0, w);
        let y1 = (f64::from(b.y1) - my).clamp(0.0, h);
        Rect {
            x1,
            y1,
            x2: (f64::from(b.x2) + mx).clamp(x1, w),
            y2: (f64::from(b.y2) + my).clamp(y1, h),
        }
    }

    /// Covers `boxes` with tiles of one size: each begins at the leftmost box left, at the height
    /// where it holds most others whole, and is then centred on what it holds.
    fn tile(
        &self,
        mut boxes: Vec<Rect>,
        input: (usize, usize),
        scale: f64,
        into: &mut Vec<Glance>,
    ) {
        let (frame_w, frame_h) = (f64::from(self.frame.0), f64::from(self.frame.1));
        let (width, height) =
            ((input.0 as f64 / scale).min(frame_w), (input.1 as f64 / scale).min(frame_h));
        boxes.sort_by(|a, b| a.x1.total_cmp(&b.x1).then(a.y1.total_cmp(&b.y1)));
        while let Some(&first) = boxes.first() {
            let right = first.x1 + width + 0.5;
            let holds =
                |top: f64, b: &Rect| b.y1 >= top && b.y2 <= top + height + 0.5 && b.x2 <= right;
            let mut best = (0, first.y1);
            for top in boxes.iter().map(|b| b.y1).filter(|&t| t <= first.y1) {
                let held = boxes.iter().filter(|b| holds(top, b)).count();
                if holds(top, &first) && held > best.0 {
                    best = (held, top);
                }
            }
            let top = best.1;
            let mut held = first;
            boxes.retain(|b| {
                let gone = *b == first || holds(top, b);
                if gone {
                    held = held.union(b);
                }
                !gone
            });
            let place = |from: f64, to: f64, side: f64, most: f64| {
                (f64::midpoint(from, to) - side / 2.0).clamp(0.0, most - side)
            };
            let x = place(held.x1, held.x2, width, frame_w).round();
            let y = place(held.y1, held.y2, height, frame_h).round();
            let region = Region {
                x: x as u32,
                y: y as u32,
                width: (width.round() as u32).clamp(1, self.frame.0 - x as u32),
                height: (height.round() as u32).clamp(1, self.frame.1 - y as u32),
            };
            into.push(Glance { region, input });
        }
    }
}

/// A box in frame pixels, in the precision that covering needs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rect {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
}

impl Rect {
    fn width(&self) -> f64 {
        self.x2 - self.x1
    }

    fn height(&self) -> f64 {
        self.y2 - self.y1
    }

    fn union(&self, other: &Self) -> Self {
        Self {
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
            x2: self.x2.max(other.x2),
            y2: self.y2.max(other.y2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn optics(detail: usize) -> Optics {
        Optics {
            frame: (768, 576),
            long_side: 640,
            detail_long_side: detail,
            multiple: 32,
            fixed: None,
        }
    }

    fn person(x: f32, y: f32) -> Wanted {
        Wanted { bbox: BBox { x1: x, y1: y, x2: x + 30.0, y2: y + 80.0 }, fine: false }
    }

    #[test]
    fn one_walker_costs_a_fraction_of_the_frame() {
        let glances = optics(640).cover(&[person(300.0, 200.0)]);
        assert_eq!(glances.len(), 1);
        assert!(glances[0].pixels() * 10 < optics(640).whole(false).pixels(), "{glances:?}");
        assert!((glances[0].scale() - 640.0 / 768.0).abs() < 0.01);
    }

    #[test]
    fn neighbours_share_a_region_and_far_ones_share_a_size() {
        let near = optics(640).cover(&[person(300.0, 200.0), person(340.0, 190.0)]);
        assert_eq!(near.len(), 1, "{near:?}");
        let far = optics(640).cover(&[person(20.0, 20.0), person(700.0, 480.0)]);
        assert_eq!((far.len(), runs(&far)), (2, 1), "{far:?}");
    }

    #[test]
    fn a_crowd_all_over_is_a_whole_look() {
        let all: Vec<Wanted> =
            (0..48).map(|i| person((i % 8) as f32 * 90.0, (i / 8) as f32 * 80.0)).collect();
        assert_eq!(optics(640).cover(&all), [optics(640).whole(false)]);
    }

    proptest! {
        #[test]
        fn every_wanted_box_lies_whole_in_a_region_at_its_scale(
            boxes in prop::collection::vec(
                (0.0_f32..760.0, 0.0_f32..570.0, 4.0_f32..500.0, 4.0_f32..400.0, any::<bool>()), 1..20),
            detail in prop::sample::select(vec![640_usize, 768, 1280]),
            fixed in prop::option::of(Just((416, 416)))) {
            let optics = Optics { fixed, ..optics(detail) };
            let wanted: Vec<Wanted> = boxes.into_iter().map(|(x, y, w, h, fine)| {
                let bbox = BBox { x1: x, y1: y, x2: (x + w).min(768.0), y2: (y + h).min(576.0) };
                Wanted { bbox, fine }
            }).collect();
            let glances = optics.cover(&wanted);
            prop_assert!(cost(&glances) <= optics.dearest());
            for g in &glances {
                prop_assert!(g.region.x + g.region.width <= 768 && g.region.y + g.region.height <= 576);
                prop_assert!(g.input.0.is_multiple_of(32) && g.input.1.is_multiple_of(32));
            }
            let whole = glances.iter().any(|g| g.region == Region::whole(768, 576));
            for w in &wanted {
                let least = (optics.scale(w.fine) * 0.97) as f32;
                let shown = glances.iter().any(|g| {
                    let r = g.region;
                    r.x as f32 <= w.bbox.x1 + 1.0 && r.y as f32 <= w.bbox.y1 + 1.0
                        && (r.x + r.width) as f32 >= w.bbox.x2 - 1.0
                        && (r.y + r.height) as f32 >= w.bbox.y2 - 1.0
                        && (whole || g.scale() >= least)
                });
                prop_assert!(shown, "{w:?} in {glances:?}");
            }
        }
    }
}
