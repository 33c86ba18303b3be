//! Where the view lies: against the picture it had when it was last as it should be, and against the
//! scene's own where there is one.
//!
//! A shaken view swings about its place and is compensated elsewhere; a view that lies aside and stays
//! there has moved, and zones no longer lie where they were drawn.

use super::parts::{found, outlines};
use super::rest::Rest;
use crate::media::MediaTime;
use crate::vision::register::{Reference as Base, Registered, Registrar};
use crate::vision::shift::Shift;
use opencv::core::{CV_32F, Mat, Size};
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
/// A far move is believed where so many of the parts it brings back into place are found there.
const FAR_FOUND: f32 = 0.5;
const FAR_MORE: f32 = 0.2;
/// Of a view with too little texture for that, where so many corners are found there, and so many times
/// as many as in their place.
const FAR_VOTES: usize = 6;
const FAR_TIMES: usize = 3;
/// A far move is looked for this often, in seconds.
const FAR_SECONDS: f64 = 0.35;
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
    /// What was said then, where it may be said again.
    said: Option<Lies>,
    near: bool,
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

    /// Where the view lies, where that was looked for a moment ago: most of what this costs is spent on
    /// views that rest.
    pub(super) fn said(&self, time: MediaTime) -> Option<Lies> {
        self.said.filter(|_| self.since(time) < REST_SECONDS)
    }

    fn since(&self, time: MediaTime) -> f64 {
        self.looked.map_or(f64::INFINITY, |looked| time.since(looked))
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
        let since = self.since(time);
        (self.looked, self.near) = (Some(time), false);
        let lies = self.find(time, since, picture, least, clear)?;
        // A view that lies aside and still is watched closely until that is sure.
        let watched = lies == Lies::There && !self.near && !self.swings(picture)?;
        self.said = (!watched).then_some(lies);
        Ok(lies)
    }

    /// Whether the view lay elsewhere a moment ago than now.
    fn swings(&self, picture: &Mat) -> opencv::Result<bool> {
        let size = picture.size()?;
        let mut last = self.lately.iter().rev().map_while(|(_, shift)| *shift);
        let (now, then) = (last.next(), last.next());
        Ok(now.zip(then).is_some_and(|(now, then)| {
            now.then(&then.inverse()).off(size.width as f32, size.height as f32) > SWING
        }))
    }

    /// Looks where `picture` lies, `since` seconds after that was last looked for.
    fn find(
        &mut self,
        time: MediaTime,
        since: f64,
        picture: &Mat,
        least: f64,
        clear: bool,
    ) -> opencv::Result<Lies> {
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
            self.near = true;
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
        if here.is_some_and(|here| here > FOUND_HERE) {
            return Ok(None);
        }
        let far = self.far(time, picture, here)?;
        Ok((far.is_some() || here.is_some_and(|here| here <= FOUND_NOWHERE)).then_some(Off(far)))
    }

    /// Looks for the view far off; `here` is the share of it that is found in its place, where its
    /// texture tells.
    fn far(
        &mut self,
        time: MediaTime,
        picture: &Mat,
        here: Option<f32>,
    ) -> opencv::Result<Option<Shift>> {
        let due = self.far_tried.is_none_or(|tried| time.since(tried) >= FAR_SECONDS);
        let Some(home) = self.home.as_ref().filter(|_| due) else { return Ok(self.far) };
        self.far_tried = Some(time);
        let (was, is) = (outlines(home.base.picture())?, outlines(picture)?);
        let mut window = Mat::default();
        imgproc::create_hanning_window(&mut window, is.size()?, CV_32F)?;
        let off = imgproc::phase_correlate(&is, &was, &window, None)?;
        let whole = ((2.0 * off.x).round() as i32, (2.0 * off.y).round() as i32);
        let (whole, votes) = home.plain.best(picture, whole)?;
        let told = if let Some(here) = here {
            let there = found(home.base.picture(), picture, Some(whole))?.unwrap_or_default();
            there >= FAR_FOUND && there >= here + FAR_MORE
        } else {
            let (_, votes_here) = home.plain.best(picture, (0, 0))?;
            votes >= FAR_VOTES && votes >= FAR_TIMES * votes_here
        };
        let shift = Shift { dx: f64::from(whole.0), dy: f64::from(whole.1), ..Shift::NONE };
        self.far = told.then(|| shift.then(&home.offset));
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
