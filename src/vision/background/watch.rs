//! One camera's background: pictures in, standing things and covered cells out.

use super::blob::Blobs;
use super::clear::Clear;
use super::covers::{CoverArea, covered};
use super::follow::{Standing, Things};
use super::nature::{Nature, nature};
use super::photograph::Photograph;
use super::pixels::{Pixels, colour};
use super::small::Small;
use crate::media::{Frame, MediaTime};
use crate::vision::shift::Shift;
use crate::vision::{BBox, View, VisionError};

/// Pictures are taken no closer than this, in seconds: about five a second.
const STEP_SECONDS: f64 = 0.17;
/// What was not looked at for longer is not counted as seen, in milliseconds.
const LONGEST_STEP_MS: u16 = 1_000;
/// Share of the picture that is strange at once where the light has changed or the view is covered.
const STRANGE: f32 = 0.45;
/// A strange picture that stays as it is for this long is the new ground, in milliseconds.
const RELEARN_MS: u32 = 4_000;
/// Mean levels between two pictures of one that stays as it is.
const STAYS: f32 = 4.0;
/// What stood within this time of the first picture stood there before, in milliseconds.
const START_MS: u32 = 1_000;

/// A photograph that does not fit is tried again after this, in milliseconds: the light changes.
const TRY_MS: u32 = 5_000;
/// Around an area, so much of its longer side is known from its photograph too, and at least so many
/// small pixels: what stands across its border is one thing.
const AROUND_SHARE: f32 = 0.5;
const AROUND_PIXELS: f32 = 24.0;

/// What can be told after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sights {
    /// All.
    Told,
    /// Nothing: the view is not the one that was learnt, or the light has just changed.
    #[default]
    Blind,
}

/// Static changes of one camera's view. Memory is bounded: 42 bytes a small pixel, 10 MB at most,
/// and a few further pictures. The same pictures give the same things.
#[derive(Default)]
pub struct Background {
    small: Small,
    pixels: Pixels,
    blobs: Blobs,
    things: Things,
    areas: Vec<CoverArea>,
    /// Told of the last picture.
    standing: Vec<Standing>,
    covers: Vec<Option<Vec<bool>>>,
    sights: Sights,
    begun: Option<MediaTime>,
    last: Option<MediaTime>,
    /// Since when the picture is strange, and the luma of the one before.
    strange_since: Option<u32>,
    before: Vec<u8>,
    judged: Vec<Nature>,
    thinglike: Vec<bool>,
    /// For each area, how its photograph was laid on the view; `None`: it has none, or not yet.
    laid: Vec<Option<u32>>,
    /// When photographs were last tried.
    tried: Option<u32>,
    /// Pixels whose ground a photograph gave.
    given: Vec<bool>,
}

impl Background {
    /// A background that also tells the cover of these areas.
    pub fn new(areas: Vec<CoverArea>) -> Self {
        let count = areas.len();
        Self { covers: vec![None; count], laid: vec![None; count], areas, ..Self::default() }
    }

    /// Numbers of the areas whose photograph could not be laid on the view so far: of them nothing
    /// is told.
    pub fn unfit(&self) -> impl Iterator<Item = usize> {
        let tried = self.tried.is_some();
        let unlaid = move |(i, area): (usize, &CoverArea)| {
            (tried && area.clear.is_some() && self.laid[i].is_none()).then_some(i)
        };
        self.areas.iter().enumerate().filter_map(unlaid)
    }

    /// Takes a frame in. Frames come in order of time; any may be left out, and those that come too
    /// soon after the last are. `renew`: whether what has stood for very long may become ground.
    ///
    /// # Errors
    /// [`VisionError::Motion`] where OpenCV refuses the picture.
    pub fn update(
        &mut self,
        frame: &Frame,
        view: View,
        renew: bool,
    ) -> Result<Sights, VisionError> {
        if matches!(view, View::Unknown | View::Moved(_)) {
            self.blind();
            return Ok(self.sights);
        }
        let early = |last: MediaTime| frame.time.since(last) < STEP_SECONDS;
        if self.last.is_some_and(early) {
            return Ok(self.sights);
        }
        self.take(frame, view, renew)
            .map_err(|e| VisionError::Motion(format!("things left standing: {}", e.message)))?;
        Ok(self.sights)
    }

    /// What stands, by id; of a blind moment, what stood before, unseen.
    pub fn things(&self) -> &[Standing] {
        &self.standing
    }

    /// For each area, which of its cells are covered; `None` where that cannot be told.
    pub fn covers(&self) -> &[Option<Vec<bool>>] {
        &self.covers
    }

    fn take(&mut self, frame: &Frame, view: View, renew: bool) -> opencv::Result<()> {
        self.small.take(frame, view.shift())?;
        let begun = *self.begun.get_or_insert(frame.time);
        let time = (frame.time.since(begun) * 1e3).clamp(0.0, f64::from(u32::MAX)) as u32;
        let gap = self.last.map_or(0.0, |last| frame.time.since(last));
        let dt = (gap * 1e3).clamp(1.0, f64::from(LONGEST_STEP_MS)) as u16;
        self.last = Some(frame.time);
        let planes = self.small.planes()?;
        if self.pixels.size != self.small.size || self.pixels.ground.is_empty() {
            self.pixels.begin(&self.small, planes);
            self.things.all.clear();
            self.given = vec![false; self.pixels.ground.len()];
            self.laid.iter_mut().for_each(|laid| *laid = None);
            self.lay(time)?;
            self.tell(time);
            return Ok(());
        }
        if self.tried.is_some_and(|tried| time - tried >= TRY_MS) && self.unfit().next().is_some() {
            self.lay(time)?;
        }
        let planes = self.small.planes()?;
        let share = self.pixels.strange(&self.small, planes);
        if share > STRANGE && time > START_MS {
            let since = *self.strange_since.get_or_insert(time);
            let still = mean_difference(&self.before, planes[0]) < STAYS;
            self.before.clear();
            self.before.extend_from_slice(planes[0]);
            if !still {
                self.strange_since = Some(time);
            } else if time - since >= RELEARN_MS {
                self.relearn()?;
            }
            self.blind();
            return Ok(());
        }
        self.strange_since = None;
        let count = self.pixels.learn(&self.small, planes, time, dt);
        self.blobs.clear();
        if count > 0 {
            self.blobs.find(&self.pixels, time)?;
        }
        self.judge(time)?;
        self.things.follow(&self.blobs.found, &self.judged, time, self.pixels.size);
        self.settle(time, renew)?;
        self.tell(time);
        Ok(())
    }

    /// Lays the photographs that do not lie yet on the picture, and takes them as the ground.
    fn lay(&mut self, time: u32) -> opencv::Result<()> {
        self.tried = Some(time);
        let (width, height) = (self.pixels.size.0, self.pixels.size.1);
        for (area, laid) in self.areas.iter().zip(&mut self.laid) {
            let (Some(photograph), None) = (&area.clear, &laid) else { continue };
            let Some(clear) = Clear::fit(photograph, &self.small)? else { continue };
            *laid = Some(time);
            let Some(bounds) = area.cells.iter().copied().reduce(|a, b| BBox {
                x1: a.x1.min(b.x1),
                y1: a.y1.min(b.y1),
                x2: a.x2.max(b.x2),
                y2: a.y2.max(b.y2),
            }) else {
                continue;
            };
            let b = bounds.scaled(self.small.scale.0, self.small.scale.1);
            let more = (AROUND_SHARE * b.width().max(b.height())).max(AROUND_PIXELS);
            let span = |from: f32, to: f32, most: usize| {
                ((from - more).max(0.0) as usize).min(most)
                    ..((to + more).max(0.0) as usize).min(most)
            };
            for y in span(b.y1, b.y2, height) {
                for x in span(b.x1, b.x2, width) {
                    let i = y * width + x;
                    self.pixels.set(i, clear.at(x, y)?);
                    self.given[i] = true;
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, time: u32) -> opencv::Result<()> {
        self.judged.clear();
        if self.blobs.found.is_empty() {
            return Ok(());
        }
        let labels = self.blobs.labels()?;
        let of = |blob| nature(&self.pixels, labels, blob, time);
        self.judged.extend(self.blobs.found.iter().map(of));
        Ok(())
    }

    /// Lets the ground take up what belongs to it, and notes which pixels things stand on.
    fn settle(&mut self, time: u32, renew: bool) -> opencv::Result<()> {
        self.thinglike.clear();
        self.thinglike.resize(self.pixels.ground.len(), false);
        if self.blobs.found.is_empty() {
            return Ok(());
        }
        let labels = self.blobs.labels()?;
        let width = self.pixels.size.0;
        for thing in &self.things.all {
            let Some(blob) = self.blobs.found.iter().find(|b| Some(b.label) == thing.label) else {
                continue;
            };
            let counts = !matches!(thing.nature(), Nature::Uncovered | Nature::Light);
            let absorb = thing.is_ground(time, renew);
            // What a photograph shows is the ground, however long something stands before it.
            let stays = counts;
            let (x1, y1, x2, y2) = blob.bounds;
            for i in (y1..y2).flat_map(|y| y * width + x1..y * width + x2) {
                if labels[i] != blob.label || self.pixels.standing[i] == 0 {
                    continue;
                }
                self.thinglike[i] = counts;
                if absorb && !(stays && self.given.get(i) == Some(&true)) {
                    self.pixels.absorb(i, time);
                }
            }
        }
        Ok(())
    }

    /// Takes the picture as the ground wherever nothing stands; what stands keeps its ground.
    fn relearn(&mut self) -> opencv::Result<()> {
        let planes = self.small.planes()?;
        let width = self.pixels.size.0;
        let (x1, y1, x2, y2) = self.small.valid;
        for i in (y1..y2).flat_map(|y| y * width + x1..y * width + x2) {
            if self.pixels.standing[i] == 0 {
                self.pixels.renew(i, colour(planes, width, i % width, i / width));
            }
        }
        self.strange_since = None;
        Ok(())
    }

    fn blind(&mut self) {
        self.things.blind();
        self.standing.iter_mut().for_each(|s| s.seen = false);
        self.covers.iter_mut().for_each(|c| *c = None);
        self.sights = Sights::Blind;
    }

    fn tell(&mut self, time: u32) {
        let (sx, sy) = self.small.scale;
        let begun = self.begun.unwrap_or_default();
        // What differs from a photograph as it is laid down stood there before.
        let times = &self.laid;
        let laid = |since: u32| {
            since <= START_MS
                || times.iter().flatten().any(|at| (*at..=at + START_MS).contains(&since))
        };
        self.standing.clear();
        self.standing.extend(self.things.all.iter().map(|thing| Standing {
            id: thing.id,
            bbox: thing.bbox.scaled(1.0 / sx, 1.0 / sy),
            since: begun.plus(f64::from(thing.since) / 1e3),
            area: thing.area / (sx * sy),
            seen: thing.seen,
            nature: thing.nature(),
            from_start: laid(thing.since),
        }));
        let standing = &self.thinglike;
        for ((area, cover), laid) in self.areas.iter().zip(&mut self.covers).zip(&self.laid) {
            if area.clear.is_some() && laid.is_none() {
                *cover = None;
                continue;
            }
            *cover = covered(area, &self.pixels, (sx, sy), |i| standing.get(i) == Some(&true));
        }
        self.sights = if time > START_MS { Sights::Told } else { Sights::Blind };
    }

    /// The small picture's columns and rows, and its pixels: 255 where something stands. For
    /// looking at what is seen.
    pub fn mask(&self) -> ((usize, usize), &[u8]) {
        (self.pixels.size, &self.pixels.standing)
    }
}

/// Whether a photograph of the clear view can be laid on a frame: the same view, in a light that can
/// be compared.
///
/// # Errors
/// [`VisionError::Motion`] where OpenCV refuses the picture.
pub fn fits(photograph: &Photograph, frame: &Frame) -> Result<bool, VisionError> {
    let mut small = Small::default();
    small
        .take(frame, Shift::NONE)
        .and_then(|()| Clear::fit(photograph, &small))
        .map(|clear| clear.is_some())
        .map_err(|e| VisionError::Motion(format!("the clear view: {}", e.message)))
}

fn mean_difference(before: &[u8], now: &[u8]) -> f32 {
    if before.len() != now.len() {
        return f32::INFINITY;
    }
    let sum: u64 = before.iter().zip(now).step_by(7).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f32 / (now.len() as f32 / 7.0).max(1.0)
}
