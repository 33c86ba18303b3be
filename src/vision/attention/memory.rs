//! What a camera's frame shows, put together from regions looked at and what was last seen elsewhere.

use super::cells::Cells;
use super::glance::Glance;
use crate::vision::{BBox, Detection, nms};

/// A box nearer than this to a region's inner border, in pixels of the input, is cut by it.
const CUT_PIXELS: f32 = 3.0;

/// Overlap from which boxes of one class in two regions are one object, as in the detector's own
/// suppression.
const SAME_IOU: f32 = 0.6;

/// Overlap from which a new box stands for a remembered one of its family.
const REPLACES_IOU: f32 = 0.4;

/// Share of a box that lies within another of its family, seen in another region, from which it is a
/// part of it.
const PART_SHARE: f32 = 0.85;

/// Share of a remembered box's cells from which it counts as moved, or as looked at.
const MOVED_SHARE: f32 = 0.35;
const LOOKED_SHARE: f32 = 0.9;

/// What was seen more finely than the present look outlives it by this much, in seconds.
const FINER_SECONDS: f64 = 10.0;

/// What moved where nobody looked is remembered for this long, in seconds.
const UNKNOWN_SECONDS: f64 = 1.0;

/// One thing seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// As the detector saw it, in pixels of the frame.
    pub detection: Detection,
    /// Pixels of input for one of the frame, when it was seen.
    pub scale: f32,
    /// When it was seen, in seconds of media time.
    pub seen: f64,
    /// Something changed there since, and nobody has looked: it is not said to be there.
    pub unknown: bool,
}

/// What is known of a camera's picture: everything last seen, where nothing has changed since.
#[derive(Debug, Default)]
pub struct Memory {
    items: Vec<Item>,
    next: Vec<Item>,
    cut: Vec<BBox>,
}

impl Memory {
    /// Everything remembered, whether or not it is still there.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Boxes that the latest regions cut and nothing else explains, in pixels of the frame.
    pub fn cut(&self) -> &[BBox] {
        &self.cut
    }

    /// What the frame shows, in pixels of the frame.
    pub fn shown(&self) -> impl Iterator<Item = Detection> + '_ {
        self.items.iter().filter(|i| !i.unknown).map(|i| i.detection)
    }

    /// Nothing differs from what was last looked at: everything is as it was seen.
    pub fn still(&mut self) {
        self.items.iter_mut().for_each(|i| i.unknown = false);
        self.cut.clear();
    }

    /// Takes in what the regions of the frame at `time` (in seconds) showed. `changed` says where the
    /// frame differs from what was last looked at there.
    pub fn update(
        &mut self,
        time: f64,
        looks: &[(Glance, Vec<Detection>)],
        changed: &Cells,
        frame: (u32, u32),
    ) {
        self.next.clear();
        self.cut.clear();
        let mut cut: Vec<Detection> = Vec::new();
        for (glance, found) in looks {
            for d in found {
                if cut_by(glance, &d.bbox, frame) {
                    cut.push(*d);
                } else {
                    let scale = glance.scale();
                    self.next.push(Item { detection: *d, scale, seen: time, unknown: false });
                }
            }
        }
        if looks.len() > 1 {
            suppress(&mut self.next);
        }
        let new = self.next.len();
        for i in 0..self.items.len() {
            let item = self.items[i];
            if let Some(kept) = self.outlives(item, time, looks, changed, new) {
                self.next.push(kept);
            }
        }
        std::mem::swap(&mut self.items, &mut self.next);
        for d in &cut {
            let explained = |i: &Item| {
                i.detection.class.family() == d.class.family()
                    && i.detection.bbox.intersection(&d.bbox) >= 0.5 * d.bbox.area()
            };
            if !self.items.iter().any(explained) {
                self.cut.push(d.bbox);
            }
        }
    }

    /// A remembered item as it stands after these looks; `None` where it is gone or replaced.
    fn outlives(
        &self,
        item: Item,
        time: f64,
        looks: &[(Glance, Vec<Detection>)],
        changed: &Cells,
        new: usize,
    ) -> Option<Item> {
        let b = &item.detection.bbox;
        let family = item.detection.class.family();
        let replaced = self.next[..new].iter().any(|n| {
            n.detection.class.family() == family && n.detection.bbox.iou(b) >= REPLACES_IOU
        });
        if replaced {
            return None;
        }
        let moved = changed.share(b) >= MOVED_SHARE;
        let best = looks
            .iter()
            .filter(|(g, _)| inside(g, b) >= LOOKED_SHARE)
            .map(|(g, _)| g.scale())
            .fold(0.0, f32::max);
        if best > 0.0 {
            // Looked at and not seen. A coarser look tells less than the one that saw it.
            let finer = best < 0.8 * item.scale;
            let kept = finer && !moved && !item.unknown && time - item.seen <= FINER_SECONDS;
            return kept.then_some(item);
        }
        if !moved {
            return Some(Item { unknown: false, ..item });
        }
        // It moved out of the looks, or nobody looked.
        let touched = looks.iter().any(|(g, _)| inside(g, b) > 0.5);
        let kept = !touched && time - item.seen <= UNKNOWN_SECONDS;
        kept.then_some(Item { unknown: true, ..item })
    }
}

/// Share of a box that a glance shows.
fn inside(glance: &Glance, b: &BBox) -> f32 {
    let area = b.area();
    if area <= 0.0 { 0.0 } else { edges(glance).intersection(b) / area }
}

fn edges(glance: &Glance) -> BBox {
    let r = glance.region;
    BBox { x1: r.x as f32, y1: r.y as f32, x2: (r.x + r.width) as f32, y2: (r.y + r.height) as f32 }
}

/// Whether the region's border, where it is not the frame's, cuts the box.
fn cut_by(glance: &Glance, b: &BBox, frame: (u32, u32)) -> bool {
    let (e, near) = (edges(glance), CUT_PIXELS / glance.scale().max(1e-6));
    e.x1 > 0.5 && b.x1 < e.x1 + near
        || e.y1 > 0.5 && b.y1 < e.y1 + near
        || e.x2 < frame.0 as f32 - 0.5 && b.x2 > e.x2 - near
        || e.y2 < frame.1 as f32 - 0.5 && b.y2 > e.y2 - near
}

/// One box an object, over all regions: of two that are one, the surer stays; of a whole and its
/// part, the whole.
fn suppress(items: &mut Vec<Item>) {
    items.sort_by(|a, b| b.detection.score.total_cmp(&a.detection.score));
    let mut detections: Vec<Detection> = items.iter().map(|i| i.detection).collect();
    nms::suppress(&mut detections, SAME_IOU);
    items.retain(|i| detections.contains(&i.detection));
    items.dedup_by(|a, b| a.detection == b.detection);
    let all = items.clone();
    items.retain(|i| {
        !all.iter().any(|o| {
            (o.scale - i.scale).abs() > f32::EPSILON
                && o.detection.class == i.detection.class
                && o.detection.bbox.area() > i.detection.bbox.area()
                && o.detection.score >= i.detection.score
                && o.detection.bbox.intersection(&i.detection.bbox)
                    >= PART_SHARE * i.detection.bbox.area()
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{Class, Region};

    const FRAME: (u32, u32) = (400, 300);

    fn seen(x1: f32, y1: f32, x2: f32, y2: f32) -> Detection {
        Detection { bbox: BBox { x1, y1, x2, y2 }, class: Class::Car, score: 0.8 }
    }

    fn whole() -> Glance {
        Glance { region: Region::whole(400, 300), input: (416, 320) }
    }

    fn part(x: u32, width: u32) -> Glance {
        Glance { region: Region { x, y: 0, width, height: 300 }, input: (width as usize, 300) }
    }

    fn shown(memory: &Memory) -> Vec<BBox> {
        memory.shown().map(|d| d.bbox).collect()
    }

    fn changed(b: &BBox) -> Cells {
        let mut cells = Cells::new(FRAME, 40, 30);
        let within: Vec<usize> = cells.within(b).collect();
        for cell in within {
            cells.levels_mut()[cell] = 40;
        }
        cells
    }

    #[test]
    fn what_lies_outside_the_regions_is_still_there() {
        let (parked, mover) = (seen(20.0, 50.0, 90.0, 100.0), seen(200.0, 50.0, 260.0, 100.0));
        let mut memory = Memory::default();
        let nothing = Cells::new(FRAME, 40, 30);
        memory.update(0.0, &[(whole(), vec![parked, mover])], &nothing, FRAME);
        let moved = seen(210.0, 50.0, 270.0, 100.0);
        let change = changed(&BBox { x1: 195.0, y1: 45.0, x2: 275.0, y2: 105.0 });
        memory.update(0.1, &[(part(150, 200), vec![moved])], &change, FRAME);
        assert_eq!(shown(&memory), [moved.bbox, parked.bbox]);
        // It drives out of the picture within the next region.
        memory.update(0.2, &[(part(150, 250), vec![])], &change, FRAME);
        assert_eq!(shown(&memory), [parked.bbox]);
    }

    #[test]
    fn a_cut_box_never_replaces_a_whole_one_nor_stands_beside_it() {
        let parked = seen(100.0, 50.0, 200.0, 120.0);
        let mut memory = Memory::default();
        let nothing = Cells::new(FRAME, 40, 30);
        memory.update(0.0, &[(whole(), vec![parked])], &nothing, FRAME);
        let half = seen(150.0, 50.0, 200.0, 120.0);
        memory.update(0.1, &[(part(150, 200), vec![half])], &nothing, FRAME);
        assert_eq!(shown(&memory), [parked.bbox]);
        assert!(memory.cut().is_empty());
        // One that nothing explains is asked for.
        let stranger = seen(151.0, 200.0, 200.0, 250.0);
        memory.update(0.2, &[(part(150, 200), vec![stranger])], &nothing, FRAME);
        assert_eq!((shown(&memory).len(), memory.cut()), (1, &[stranger.bbox][..]));
    }

    #[test]
    fn what_moved_unseen_is_not_said_to_be_there() {
        let car = seen(20.0, 50.0, 90.0, 100.0);
        let mut memory = Memory::default();
        memory.update(0.0, &[(whole(), vec![car])], &Cells::new(FRAME, 40, 30), FRAME);
        memory.update(0.1, &[(part(200, 150), vec![])], &changed(&car.bbox), FRAME);
        assert!(shown(&memory).is_empty());
        // Whatever was in front of it has gone: it stands as it stood.
        memory.update(0.2, &[(part(200, 150), vec![])], &Cells::new(FRAME, 40, 30), FRAME);
        assert_eq!(shown(&memory), [car.bbox]);
    }

    #[test]
    fn a_coarse_look_does_not_wipe_out_what_a_fine_one_saw() {
        let small = seen(200.0, 50.0, 216.0, 80.0);
        let fine =
            Glance { region: Region { x: 150, y: 0, width: 160, height: 160 }, input: (320, 320) };
        let nothing = Cells::new(FRAME, 40, 30);
        let mut memory = Memory::default();
        memory.update(0.0, &[(fine, vec![small])], &nothing, FRAME);
        memory.update(1.0, &[(whole(), vec![])], &nothing, FRAME);
        assert_eq!(shown(&memory), [small.bbox]);
        // Nor for ever, nor against what changed there.
        let mut other = Memory { items: memory.items().to_vec(), ..Memory::default() };
        memory.update(20.0, &[(whole(), vec![])], &nothing, FRAME);
        other.update(1.1, &[(whole(), vec![])], &changed(&small.bbox), FRAME);
        assert!(shown(&memory).is_empty() && shown(&other).is_empty());
    }
}
