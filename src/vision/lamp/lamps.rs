//! The heads of one camera, read from each of its frames.

use super::cell::{Cell, sample};
use super::colour::Colour;
use super::glance::{Doubt, Glimpse, brightest, glance};
use super::hold::{Hold, Light, Reading};
use super::places::Places;
use super::range::Range;
use crate::media::{Frame, MediaTime};
use crate::vision::{BBox, View};

/// How far up in the range a lamp learnt for itself what is lit must lie, and what is dark.
const LIT_PLACE: f32 = 0.3;
const SURELY_LIT: f32 = 0.7;
/// Under this chroma a picture has no colours: a camera's infrared view at night.
const COLOURLESS: f32 = 10.0;

/// Where the single lamps of a head are, in pixels of the scene, where that is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LampBoxes {
    /// Red, amber and green.
    pub boxes: [Option<BBox>; 3],
}

impl LampBoxes {
    /// Whether any is drawn.
    pub fn any(&self) -> bool {
        self.boxes.iter().any(Option::is_some)
    }
}

/// A head as drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeadSpec {
    /// The whole head, in pixels of the scene.
    pub bbox: BBox,
    /// Its lamps, where drawn.
    pub lamps: LampBoxes,
    /// Numbers of the heads that are never green together with this one.
    pub conflicts: Vec<usize>,
    /// Numbers of the heads that always show the same.
    pub same_as: Vec<usize>,
}

/// One head's memory: bounded, a few numbers.
#[derive(Debug, Clone, Default)]
struct Head {
    spec: HeadSpec,
    hold: Hold,
    /// For each colour: how much of it there is when lit and when not.
    strength: [Range; 3],
    /// For each lamp drawn: how bright it is when lit and when not.
    brightness: [Range; 3],
    glimpse: Option<Glimpse>,
}

/// Reads the heads of one camera.
#[derive(Debug, Clone, Default)]
pub struct Lamps {
    scene: (u32, u32),
    heads: Vec<Head>,
    readings: Vec<Reading>,
    cells: Vec<Cell>,
}

impl Lamps {
    /// For heads drawn on a picture of the size `scene` (width, height), in pixels.
    pub fn new(scene: (u32, u32), heads: Vec<HeadSpec>) -> Self {
        let heads: Vec<Head> =
            heads.into_iter().map(|spec| Head { spec, ..Head::default() }).collect();
        Self { scene, readings: vec![Reading::default(); heads.len()], heads, cells: Vec::new() }
    }

    /// Whether there are no heads.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// What each head shows in this frame, in the order they were given. `view`: how the frame
    /// lies against the steady view, in pixels of the frame. Frames come in order of time; what a
    /// moved camera shows where a head was is not looked at.
    pub fn read(&mut self, frame: &Frame, view: View) -> &[Reading] {
        let from = (self.scene.0.max(1) as f32, self.scene.1.max(1) as f32);
        let (sx, sy) = (frame.width() as f32 / from.0, frame.height() as f32 / from.1);
        let back = view.shift().inverse();
        let lost = matches!(view, View::Moved(_));
        let into_frame = |b: &BBox| back.apply_box(&b.scaled(sx, sy));
        for (head, reading) in self.heads.iter_mut().zip(&mut self.readings) {
            let glimpse = (!lost).then(|| head.look(frame, into_frame, &mut self.cells));
            head.glimpse = glimpse;
            *reading = head.hold.step(frame.time, glimpse.and_then(|g| g.lit.ok()));
        }
        self.agree(frame.time);
        &self.readings
    }

    /// What the last frame showed of head number `i`, before anything was steadied.
    pub fn glimpse(&self, i: usize) -> Option<Glimpse> {
        self.heads.get(i).and_then(|h| h.glimpse)
    }

    /// Heads that contradict each other are unknown, both.
    fn agree(&mut self, time: MediaTime) {
        let mut doubted = Vec::new();
        for (i, head) in self.heads.iter().enumerate() {
            let light = self.readings[i].light;
            let known = |j: &usize| self.readings.get(*j).map(|r| r.light).unwrap_or_default();
            let both = |j: &&usize| light == Light::Green && known(j) == Light::Green;
            let differ = |j: &&usize| {
                let other = known(j);
                light != Light::Unknown && other != Light::Unknown && other != light
            };
            for j in head.spec.conflicts.iter().filter(both) {
                doubted.extend([i, *j]);
            }
            for j in head.spec.same_as.iter().filter(differ) {
                doubted.extend([i, *j]);
            }
        }
        for i in doubted {
            self.readings[i] = Reading { light: Light::Unknown, since: time };
        }
    }
}

impl Head {
    fn look(
        &mut self,
        frame: &Frame,
        into_frame: impl Fn(&BBox) -> BBox,
        cells: &mut Vec<Cell>,
    ) -> Glimpse {
        let bbox = into_frame(&self.spec.bbox);
        sample(frame, &bbox, cells);
        let mut glimpse = glance(cells, &self.places(&bbox, &into_frame));
        if let Ok(colour) = glimpse.lit {
            // Learnt only from pictures that are sure, so that what passes by teaches nothing.
            for (range, strength) in self.strength.iter_mut().zip(glimpse.strength) {
                range.learn(frame.time, strength);
            }
            let i = colour.index();
            if self.strength[i].place(glimpse.strength[i]).is_some_and(|place| place < LIT_PLACE) {
                glimpse.lit = Err(Doubt::Dull);
            }
        }
        let colourless = glimpse.chroma < COLOURLESS;
        if self.spec.lamps.any() && (glimpse.lit.is_ok() || colourless) {
            let bright = self.spec.lamps.boxes.map(|lamp| {
                let lamp = lamp?;
                sample(frame, &into_frame(&lamp), cells).then(|| brightest(cells))
            });
            if colourless {
                glimpse.lit = self.by_brightness(bright).ok_or(Doubt::Pale);
            } else {
                for (range, bright) in self.brightness.iter_mut().zip(bright) {
                    if let Some(bright) = bright {
                        range.learn(frame.time, bright);
                    }
                }
            }
        }
        glimpse
    }

    /// Where the lamps may be in the head as it lies in the frame.
    fn places(&self, head: &BBox, into_frame: &impl Fn(&BBox) -> BBox) -> Places {
        let size = (head.width().max(1.0), head.height().max(1.0));
        if !self.spec.lamps.any() {
            return Places::Shape(size.1 / size.0);
        }
        Places::Drawn(self.spec.lamps.boxes.map(|lamp| {
            let lamp = into_frame(&lamp?);
            let (x, y) = lamp.centre();
            let middle = ((x - head.x1) / size.0, (y - head.y1) / size.1);
            Some((middle, (lamp.width() / size.0, lamp.height() / size.1)))
        }))
    }

    /// In a picture without colours: the one lamp that is as bright as when it was seen lit in
    /// colour, while all others are as dark as when they were not. Needs all three.
    fn by_brightness(&self, bright: [Option<f32>; 3]) -> Option<Colour> {
        let mut lit = None;
        for colour in Colour::ALL {
            let i = colour.index();
            let place = self.brightness[i].place(bright[i]?)?;
            if place >= SURELY_LIT && lit.is_none() {
                lit = Some(colour);
            } else if place > LIT_PLACE {
                return None;
            }
        }
        lit
    }
}
