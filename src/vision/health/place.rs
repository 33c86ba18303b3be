//! Where the view lies: against the picture it had when it was last as it should be, and against the
//! scene's own where there is one.
//!
//! A shaken view swings about its place and is compensated elsewhere; a view that lies aside and stays
//! there has moved, and zones no longer lie where they were drawn.

use super::rest::Rest;
use crate::media::MediaTime;
use crate::vision::register::{Reference as Base, Registered, Registrar};
use crate::vision::shift::Shift;
use opencv::core::{CV_32F, Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;
use std::collections::VecDeque;

/// A view that has been aside for so many seconds, in so many pictures…
const ASIDE_SECONDS: f64 = 1.2;
const ASIDE_PICTURES: usize = 4;
/// …and swings by no more than this, in small pixels, and this share of the way, has moved.
const SWING: f64 = 1.2;
const SWING_SHARE: f64 = 0.15;
/// Slower than in about so many seconds a view creeps, as masts do in the sun: the place it lies in
/// follows, until it has crept so many times what makes a move at once; of a picture that was given,
/// half as many.
const CREEP_SECONDS: f64 = 3.0;
const CREEP: f64 = 4.0;
/// It is back where it lies by less than this share of what makes a move.
const BACK: f64 = 0.7;
/// A view at rest is looked at this often, in seconds.
const REST_SECONDS: f64 = 0.45;
/// A mount turns by no more, in degrees, and zooms by no more, than can be told.
const TURN_MOST: f64 = 12.0;
const SCALE_MOST: f64 = 0.12;
/// Another view: of the reference's textured parts, so many at most are found in their place.
const FOUND_NOWHERE: f32 = 0.15;
/// Of the same view, or one that is partly hidden, more than this share is.
const FOUND_HERE: f32 = 0.5;
/// A part is found where it correlates by so much.
const FOUND: f32 = 0.5;
/// Parts across and down, and grey levels of deviation from which one has texture.
const PARTS: (i32, i32) = (12, 8);
const PART_TEXTURE: f64 = 6.0;
/// Parts with texture that are needed to tell; of a view far off, half as many.
const LEAST_PARTS: u32 = 20;
/// A far move is believed where so many of the parts it brings back into place are found there.
const FAR_FOUND: f32 = 0.5;
const FAR_MORE: f32 = 0.2;
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

/// By how much a view is off its place; `None`: unlike anything about it.
#[derive(Clone, Copy)]
struct Off(Option<Shift>);

/// Watches where one camera's view lies.
#[derive(Default)]
pub(super) struct Place {
    registrar: Registrar,
    home: Option<Home>,
    /// Where it lay lately, in small pixels; `None`: another view.
    lately: VecDeque<(MediaTime, Option<Shift>)>,
    elsewhere: Option<Off>,
    /// Where it rests, for all that creeps, and when it was last looked at.
    rest: Shift,
    looked: Option<MediaTime>,
    calm: bool,
    far_tried: Option<MediaTime>,
    far: Option<Shift>,
    worn_since: Option<MediaTime>,
}

/// The view as it should be.
struct Home {
    base: Base,
    plain: Rest,
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
        self.rest = if self.home.is_none() { offset } else { self.rest };
        let plain = Rest::new(picture, &base.places())?;
        self.home = Some(Home { base, plain, offset, fresh: None, given });
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
        // Most of what this costs is spent on views that rest.
        let since = self.looked.map_or(f64::INFINITY, |looked| time.since(looked));
        if self.calm && since < REST_SECONDS {
            return Ok(Lies::There);
        }
        self.looked = Some(time);
        self.calm = false;
        let size = picture.size()?;
        let (width, height) = (size.width as f32, size.height as f32);
        let reach = |shift: &Shift| shift.off(width, height);
        let least = least * f64::from(width);
        let Some(home) = &self.home else { return Ok(Lies::Unknown) };
        let registered = if home.plain.holds(picture)? {
            Registered::Same
        } else {
            self.registrar.compare(&home.base, picture)?
        };
        let (shift, votes) = match registered {
            Registered::Same => (Some(home.offset), None),
            Registered::Moved(shift, votes) if is_mount(&shift) => {
                (Some(shift.then(&home.offset)), Some(votes))
            }
            Registered::Moved(..) | Registered::Unknown => (None, None),
        };
        let known = match shift {
            Some(shift) => Some(Off(Some(shift))),
            None if clear => self.elsewhere(time, picture)?,
            None => None,
        };
        let Some(Off(lies)) = known else {
            self.lately.clear();
            return Ok(self.elsewhere.map_or(Lies::Unknown, |off| Lies::Elsewhere(off.0)));
        };
        self.lately.push_back((time, lies));
        while self.lately.len() > 64
            || self.lately.get(1).is_some_and(|(t, _)| time.since(*t) >= ASIDE_SECONDS)
        {
            self.lately.pop_front();
        }
        let crept =
            least * self.home.as_ref().map_or(CREEP, |h| if h.given { CREEP / 2.0 } else { CREEP });
        let far = |s: &Shift| reach(&s.then(&self.rest.inverse()));
        let near = |s: &Shift| far(s) < BACK * least && reach(s) < crept;
        if let Some(shift) = lies.filter(near) {
            let dt = since.min(REST_SECONDS);
            self.calm = true;
            self.rest = toward(&self.rest, &shift, 1.0 - (-dt / CREEP_SECONDS).exp());
            (self.elsewhere, self.far) = (None, None);
            self.wear(time, picture, shift, votes)?;
            return Ok(Lies::There);
        }
        let aside = |s: &Shift| far(s) >= least || reach(s) >= crept;
        if self.stays(time, aside, (width, height)) {
            self.elsewhere = Some(Off(lies.or(self.far)));
        } else if self.elsewhere.is_some() && lies.is_some() {
            self.elsewhere = Some(Off(lies));
        }
        Ok(self.elsewhere.map_or(Lies::There, |off| Lies::Elsewhere(off.0)))
    }

    /// Whether the view has lain aside, and still, for long enough.
    fn stays(
        &self,
        time: MediaTime,
        aside: impl Fn(&Shift) -> bool,
        (width, height): (f32, f32),
    ) -> bool {
        let long = self.lately.front().is_some_and(|(t, _)| time.since(*t) >= ASIDE_SECONDS);
        if !long || self.lately.len() < ASIDE_PICTURES {
            return false;
        }
        let shifts: Vec<Shift> = self.lately.iter().filter_map(|(_, s)| *s).collect();
        if shifts.len() * 2 < self.lately.len() {
            return true;
        }
        let Some(last) = shifts.last() else { return false };
        let swing = SWING.max(SWING_SHARE * last.off(width, height));
        let still = |s: &Shift| s.then(&last.inverse()).off(width, height) <= swing;
        shifts.iter().all(|s| aside(s) && still(s))
    }

    /// The view is not found about its place: whether it is another one, or the same far off.
    fn elsewhere(&mut self, time: MediaTime, picture: &Mat) -> opencv::Result<Option<Off>> {
        let Some(home) = &self.home else { return Ok(None) };
        let here = found(home.base.picture(), picture, None)?;
        if here > FOUND_HERE {
            return Ok(None);
        }
        let far = self.far(time, picture, here)?;
        Ok((far.is_some() || here <= FOUND_NOWHERE).then_some(Off(far)))
    }

    /// Looks for the view far off; `here` is the share of it that is found in its place.
    fn far(&mut self, time: MediaTime, picture: &Mat, here: f32) -> opencv::Result<Option<Shift>> {
        let due = self.far_tried.is_none_or(|tried| time.since(tried) >= FAR_SECONDS);
        let Some(home) = self.home.as_ref().filter(|_| due) else { return Ok(self.far) };
        self.far_tried = Some(time);
        let (mut was, mut is, mut window) = (Mat::default(), Mat::default(), Mat::default());
        home.base.picture().convert_to_def(&mut was, CV_32F)?;
        picture.convert_to_def(&mut is, CV_32F)?;
        imgproc::create_hanning_window(&mut window, picture.size()?, CV_32F)?;
        let off = imgproc::phase_correlate(&is, &was, &window, None)?;
        let whole = (off.x.round() as i32, off.y.round() as i32);
        let there = found(home.base.picture(), picture, Some(whole))?;
        let shift = Shift { dx: off.x, dy: off.y, ..Shift::NONE };
        self.far =
            (there >= FAR_FOUND && there >= here + FAR_MORE).then(|| shift.then(&home.offset));
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

/// `from` moved by a share of the way to `to`.
fn toward(from: &Shift, to: &Shift, share: f64) -> Shift {
    let mid = |a: f64, b: f64| a + (b - a) * share;
    Shift {
        a: mid(from.a, to.a),
        b: mid(from.b, to.b),
        dx: mid(from.dx, to.dx),
        dy: mid(from.dy, to.dy),
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
    for row in 0..PARTS.1 {
        for column in 0..PARTS.0 {
            let part = Rect::new(column * w, row * h, w, h);
            let here = Rect::new(part.x - dx, part.y - dy, w, h);
            let inside =
                here.x >= 0 && here.y >= 0 && here.x + w <= size.width && here.y + h <= size.height;
            if !inside {
                continue;
            }
            if let Some(likeness) = likeness(reference, part, picture, here)? {
                all += 1;
                there += u32::from(likeness >= FOUND);
            }
        }
    }
    // A few parts can be alike or unlike by chance.
    Ok(match off {
        _ if all >= LEAST_PARTS => there as f32 / all as f32,
        Some(_) if all >= LEAST_PARTS / 2 => there as f32 / all as f32,
        Some(_) => 0.0,
        None => 1.0,
    })
}

/// Correlation of two parts; `None` where the first has no texture.
fn likeness(was: &Mat, part: Rect, is: &Mat, here: Rect) -> opencv::Result<Option<f32>> {
    let (mut sa, mut sb, mut aa, mut bb, mut ab) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    let columns = |r: Rect| r.x as usize..(r.x + r.width) as usize;
    for row in 0..part.height {
        let a = &was.at_row::<u8>(part.y + row)?[columns(part)];
        let b = &is.at_row::<u8>(here.y + row)?[columns(here)];
        for (&a, &b) in a.iter().zip(b) {
            let (a, b) = (u32::from(a), u32::from(b));
            (sa, sb) = (sa + a, sb + b);
            (aa, bb, ab) = (aa + a * a, bb + b * b, ab + a * b);
        }
    }
    let n = f64::from(part.width * part.height);
    let spread = |squares: u32, sum: u32| f64::from(squares) / n - (f64::from(sum) / n).powi(2);
    let (va, vb) = (spread(aa, sa), spread(bb, sb));
    if va < PART_TEXTURE * PART_TEXTURE {
        return Ok(None);
    }
    let both = f64::from(ab) / n - f64::from(sa) / n * f64::from(sb) / n;
    Ok(Some(if vb < 1.0 { 0.0 } else { (both / (va * vb).sqrt()) as f32 }))
}
