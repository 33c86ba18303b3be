//! Where the view lies: against the picture it had when it was last as it should be, and against the
//! scene's own where there is one.
//!
//! A shaken view swings about its place and is compensated elsewhere; a view that lies aside and stays
//! there has moved, and zones no longer lie where they were drawn.

use crate::media::MediaTime;
use crate::vision::register::{Reference as Base, Registered, Registrar};
use crate::vision::shift::Shift;
use opencv::core::{self, Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;
use std::collections::VecDeque;

/// A view that has been aside for so many seconds, in so many pictures…
const ASIDE_SECONDS: f64 = 1.4;
const ASIDE_PICTURES: usize = 4;
/// …and swings by no more than this, in small pixels, and this share of the way, has moved.
const SWING: f64 = 1.2;
const SWING_SHARE: f64 = 0.15;
/// It is back where it lies by less than this share of what makes a move.
const BACK: f64 = 0.7;
/// A mount turns by no more, in degrees, and zooms by no more, than can be told.
const TURN_MOST: f64 = 12.0;
const SCALE_MOST: f64 = 0.12;
/// Another view: of the reference's textured parts, so many at most are found in their place.
const FOUND_NOWHERE: f32 = 0.15;
/// A part is found where it correlates by so much.
const FOUND: f32 = 0.5;
/// Parts across and down, and grey levels of deviation from which one has texture.
const PARTS: (i32, i32) = (12, 8);
const PART_TEXTURE: f64 = 6.0;
/// A far move is believed where so many of the parts it brings back into place are found there.
const FAR_FOUND: f32 = 0.5;
/// A far move is looked for this often, in seconds.
const FAR_SECONDS: f64 = 0.8;
/// The reference is renewed when for this many seconds fewer than this share of its corners are found.
const WORN_SECONDS: f64 = 10.0;
const WORN: f64 = 0.6;

/// Where a picture's view lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Lies {
    /// In its place, or swinging about it.
    There,
    /// Elsewhere for good; the shift from small pixels of the picture to those of its place, where it
    /// can be told.
    Elsewhere(Option<Shift>),
    /// Nobody can tell.
    Unknown,
}

/// Watches where one camera's view lies.
#[derive(Default)]
pub(super) struct Place {
    registrar: Registrar,
    home: Option<Home>,
    /// Where it lay lately, in small pixels; `None`: another view.
    lately: VecDeque<(MediaTime, Option<Shift>)>,
    elsewhere: Option<Option<Shift>>,
    far_tried: Option<MediaTime>,
    far: Option<Shift>,
    worn_since: Option<MediaTime>,
}

/// The view as it should be.
struct Home {
    base: Base,
    /// From the reference to its place.
    offset: Shift,
    /// Corners found when it was new.
    fresh: Option<usize>,
    /// Told by the user, and never renewed.
    given: bool,
}

impl Place {
    /// Takes the picture as the view's place. A picture without corners is not taken.
    pub(super) fn settle(&mut self, picture: &Mat, given: bool) -> opencv::Result<bool> {
        self.settle_at(picture, Shift::NONE, given)
    }

    fn settle_at(&mut self, picture: &Mat, offset: Shift, given: bool) -> opencv::Result<bool> {
        let Some(base) = Base::new(picture)? else { return Ok(false) };
        self.home = Some(Home { base, offset, fresh: None, given });
        self.worn_since = None;
        Ok(true)
    }

    /// Whether there is a place to compare with, of pictures of this size.
    pub(super) fn knows(&self, size: Size) -> bool {
        self.home.as_ref().is_some_and(|home| home.base.picture().size().ok() == Some(size))
    }

    /// Where `picture` lies. `least` is the share of its width that makes a move; `clear` says that
    /// nothing else is wrong with it.
    pub(super) fn lies(
        &mut self,
        time: MediaTime,
        picture: &Mat,
        least: f64,
        clear: bool,
    ) -> opencv::Result<Lies> {
        let size = picture.size()?;
        let (width, height) = (size.width as f32, size.height as f32);
        let reach = |shift: &Shift| shift.reach(width, height);
        let least = least * f64::from(width);
        let Some(home) = &self.home else { return Ok(Lies::Unknown) };
        let (shift, votes) = match self.registrar.compare(&home.base, picture)? {
            Registered::Same => (Some(home.offset), None),
            Registered::Moved(shift, votes) if is_mount(&shift) => {
                (Some(shift.then(&home.offset)), Some(votes))
            }
            Registered::Moved(..) | Registered::Unknown => (None, None),
        };
        let known = match shift {
            Some(shift) => Some(Some(shift)),
            // Nothing of the view in its place: another one, or the same far off.
            None if clear && found(home.base.picture(), picture, None)? <= FOUND_NOWHERE => {
                Some(self.far(time, picture)?)
            }
            None => None,
        };
        let Some(lies) = known else {
            self.lately.clear();
            return Ok(self.elsewhere.map_or(Lies::Unknown, Lies::Elsewhere));
        };
        self.lately.push_back((time, lies));
        while self.lately.len() > 64
            || self.lately.get(1).is_some_and(|(t, _)| time.since(*t) >= ASIDE_SECONDS)
        {
            self.lately.pop_front();
        }
        if let Some(shift) = lies.filter(|s| reach(s) < BACK * least) {
            self.elsewhere = None;
            self.far = None;
            self.wear(time, picture, shift, votes)?;
            return Ok(Lies::There);
        }
        if self.stays(time, least, (width, height)) {
            self.elsewhere = Some(lies.or(self.far));
        } else if self.elsewhere.is_some() && lies.is_some() {
            self.elsewhere = Some(lies);
        }
        Ok(self.elsewhere.map_or(Lies::There, Lies::Elsewhere))
    }

    /// Whether the view has lain aside, and still, for long enough.
    fn stays(&self, time: MediaTime, least: f64, (width, height): (f32, f32)) -> bool {
        let long = self.lately.front().is_some_and(|(t, _)| time.since(*t) >= ASIDE_SECONDS);
        if !long || self.lately.len() < ASIDE_PICTURES {
            return false;
        }
        let shifts: Vec<Shift> = self.lately.iter().filter_map(|(_, s)| *s).collect();
        if shifts.len() * 2 < self.lately.len() {
            return true;
        }
        let Some(last) = shifts.last() else { return false };
        let swing = SWING.max(SWING_SHARE * last.reach(width, height));
        shifts.iter().all(|s| {
            s.reach(width, height) >= least && s.then(&last.inverse()).reach(width, height) <= swing
        })
    }

    /// Looks for the view far off.
    fn far(&mut self, time: MediaTime, picture: &Mat) -> opencv::Result<Option<Shift>> {
        let due = self.far_tried.is_none_or(|tried| time.since(tried) >= FAR_SECONDS);
        let Some(home) = self.home.as_ref().filter(|_| due) else { return Ok(self.far) };
        self.far_tried = Some(time);
        let (mut was, mut is, mut window) = (Mat::default(), Mat::default(), Mat::default());
        home.base.picture().convert_to_def(&mut was, core::CV_32F)?;
        picture.convert_to_def(&mut is, core::CV_32F)?;
        imgproc::create_hanning_window(&mut window, picture.size()?, core::CV_32F)?;
        let off = imgproc::phase_correlate(&is, &was, &window, None)?;
        let whole = (off.x.round() as i32, off.y.round() as i32);
        let there = found(home.base.picture(), picture, Some(whole))?;
        let shift = Shift { dx: off.x, dy: off.y, ..Shift::NONE };
        self.far = (there >= FAR_FOUND).then(|| shift.then(&home.offset));
        Ok(self.far)
    }

    /// Renews a reference whose corners are found no more: light changes, parked cars leave.
    fn wear(
        &mut self,
        time: MediaTime,
        picture: &Mat,
        shift: Shift,
        votes: Option<usize>,
    ) -> opencv::Result<()> {
        let Some(home) = self.home.as_mut().filter(|home| !home.given) else { return Ok(()) };
        let Some(votes) = votes else {
            self.worn_since = None;
            return Ok(());
        };
        let fresh = *home.fresh.get_or_insert(votes);
        if votes as f64 >= WORN * fresh as f64 {
            self.worn_since = None;
        } else if time.since(*self.worn_since.get_or_insert(time)) >= WORN_SECONDS {
            self.settle_at(picture, shift, false)?;
        }
        Ok(())
    }
}

/// Whether a camera's mount can do this; anything else is a wrong fit.
fn is_mount(shift: &Shift) -> bool {
    shift.degrees().abs() <= TURN_MOST && (shift.scale() - 1.0).abs() <= SCALE_MOST
}

/// Share of the reference's textured parts that are found in `picture`, 0 to 1: in their place, or
/// `off` (columns, rows) from the picture to the reference. One where there are too few to tell.
fn found(reference: &Mat, picture: &Mat, off: Option<(i32, i32)>) -> opencv::Result<f32> {
    let size = reference.size()?;
    let (dx, dy) = off.unwrap_or((0, 0));
    let (w, h) = (size.width / PARTS.0, size.height / PARTS.1);
    if w < 4 || h < 4 || picture.size()? != size {
        return Ok(1.0);
    }
    let (mut all, mut there) = (0_u32, 0_u32);
    let mut likeness = Mat::default();
    for row in 0..PARTS.1 {
        for column in 0..PARTS.0 {
            let part = Rect::new(column * w, row * h, w, h);
            let here = Rect::new(part.x - dx, part.y - dy, w, h);
            let inside =
                here.x >= 0 && here.y >= 0 && here.x + w <= size.width && here.y + h <= size.height;
            if !inside {
                continue;
            }
            let was = reference.roi(part)?;
            let (mut mean, mut deviation) = (core::Scalar::default(), core::Scalar::default());
            core::mean_std_dev_def(&was, &mut mean, &mut deviation)?;
            if deviation[0] < PART_TEXTURE {
                continue;
            }
            all += 1;
            let is = picture.roi(here)?;
            imgproc::match_template_def(&is, &was, &mut likeness, imgproc::TM_CCOEFF_NORMED)?;
            there += u32::from(*likeness.at_2d::<f32>(0, 0)? >= FOUND);
        }
    }
    // A few parts can be alike or unlike by chance.
    let enough = (PARTS.0 * PARTS.1 / 10) as u32;
    Ok(if all < enough { if off.is_some() { 0.0 } else { 1.0 } } else { there as f32 / all as f32 })
}
