//! Camera shake: how each picture lies against the steady view that zones are drawn on.
//!
//! Wind and lorries move a camera by some pixels and back. Every picture looked at is laid on a
//! reference of the background ([`super::register`]), so that tracks and rules see things where they
//! would be had the camera stood still. What is no shake is not compensated for ever: a view that
//! lies far off or has been aside for long has moved for good, which is said
//! ([`View::Moved`]) and from then on taken as the new rest.

use super::VisionError;
use super::register::{Reference, Registered, Registrar};
use super::shift::Shift;
use super::view::{Move, View};
use crate::media::{Frame, MediaTime};
use opencv::core::{self, Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;
use std::sync::Once;

/// Width of the small luma picture, in pixels, about: full pictures are reduced by a whole number.
const SMALL_WIDTH: usize = 400;
/// Nothing is compensated that moves no corner of the small picture by this many pixels.
const DEADBAND: f64 = 0.35;
/// Shake moves no point by more than this share of the picture's width…
const SHAKE_MOST: f64 = 0.06;
/// …turns by no more, in degrees, and scales by no more.
const TURN_MOST: f64 = 2.0;
const SCALE_MOST: f64 = 0.03;
/// A view this far aside on average has moved, as a share of the picture's width…
const ASIDE: f64 = 0.012;
/// …the average taken over about this many seconds.
const ASIDE_SECONDS: f64 = 10.0;
/// A view farther off than shake goes has moved after this many seconds.
const FAR_SECONDS: f64 = 3.0;
/// A view that cannot be laid on its reference for this many seconds is looked into: the light may
/// have changed, or it is another view.
const STRANGE_SECONDS: f64 = 10.0;
/// The light has changed where phase correlation finds the picture where it was, within this many
/// small pixels, with this response. (A switch to night gives 0.5, half of the picture covered 0.2,
/// other views below 0.1.)
const SAME_PLACE: f64 = 3.0;
const SAME_RESPONSE: f64 = 0.15;
/// A view that was left is looked for this often, in seconds: what covered it may be gone.
const HOME_SECONDS: f64 = 1.0;
/// The reference is renewed when for this many seconds…
const WORN_SECONDS: f64 = 10.0;
/// …fewer than this share of the corners found at first are found.
const WORN: f64 = 0.6;

/// Watches how one camera's pictures lie. Memory is bounded; the same pictures give the same views.
#[derive(Default)]
pub struct Steady {
    registrar: Registrar,
    small: Mat,
    reference: Option<Reference>,
    /// From the reference to the steady view: a renewed reference remembers where it stood.
    base: Shift,
    /// Corners found when the reference was new, and since when far fewer are.
    fresh: Option<usize>,
    worn_since: Option<MediaTime>,
    far_since: Option<MediaTime>,
    strange_since: Option<MediaTime>,
    /// Where the picture's middle has lain on average, in small pixels off its place.
    aside: (f64, f64),
    last: Option<MediaTime>,
    /// Where the camera looked before it was moved, and when it was last looked for.
    home: Option<(Reference, Shift)>,
    home_tried: Option<MediaTime>,
    newly: Option<Move>,
}

impl Steady {
    /// How `frame` lies; shifts in its pixels. Frames come in order of time; any may be left out.
    ///
    /// # Errors
    /// [`VisionError::Motion`] where OpenCV refuses the picture.
    pub fn view(&mut self, frame: &Frame) -> Result<View, VisionError> {
        let factor = factor(frame.width() as usize);
        let view = self
            .small_view(frame, factor)
            .map_err(|e| VisionError::Motion(format!("camera shake: {}", e.message)))?;
        Ok(view.scaled(factor as f64, factor as f64))
    }

    /// The move that the last view made sure of, told once.
    pub fn moved(&mut self) -> Option<Move> {
        self.newly.take()
    }

    fn small_view(&mut self, frame: &Frame, factor: usize) -> opencv::Result<View> {
        let before = self.small.size()?;
        reduce(frame, factor, &mut self.small)?;
        let dt = self.last.map_or(0.0, |last| frame.time.since(last).max(0.0));
        self.last = Some(frame.time);
        if self.small.size()? != before {
            self.reference = None;
        }
        if self.small.empty() {
            return Ok(View::Unknown);
        }
        let Some(reference) = &self.reference else {
            self.renew(Shift::NONE)?;
            // Without a reference nothing can be told; with a new one the picture is its own.
            return Ok(if self.reference.is_some() { self.at(Shift::NONE) } else { View::Unknown });
        };
        let registered = self.registrar.compare(reference, &self.small)?;
        match registered {
            Registered::Same => self.near(frame.time, dt, self.base, None, factor),
            Registered::Moved(shift, votes) => {
                let shift = shift.then(&self.base);
                if self.is_shake(&shift) {
                    self.near(frame.time, dt, shift, Some(votes), factor)
                } else if is_camera(&shift) {
                    self.far(frame.time, shift, factor)
                } else {
                    self.strange(frame.time)
                }
            }
            Registered::Unknown => self.strange(frame.time),
        }
    }

    fn size(&self) -> (f32, f32) {
        (self.small.cols() as f32, self.small.rows() as f32)
    }

    fn is_shake(&self, shift: &Shift) -> bool {
        let (width, height) = self.size();
        is_camera(shift) && shift.reach(width, height) <= SHAKE_MOST * f64::from(width)
    }

    /// The view lies within the reach of shake.
    fn near(
        &mut self,
        time: MediaTime,
        dt: f64,
        shift: Shift,
        votes: Option<usize>,
        factor: usize,
    ) -> opencv::Result<View> {
        (self.far_since, self.strange_since) = (None, None);
        self.wear(time, &shift, votes)?;
        let (width, height) = self.size();
        let middle = (width / 2.0, height / 2.0);
        let (x, y) = shift.apply(middle);
        let share = 1.0 - (-dt / ASIDE_SECONDS).exp();
        self.aside.0 += (f64::from(x - middle.0) - self.aside.0) * share;
        self.aside.1 += (f64::from(y - middle.1) - self.aside.1) * share;
        if self.aside.0.hypot(self.aside.1) > ASIDE * f64::from(width) {
            return self.settle_anew(time, Some(shift), factor);
        }
        Ok(self.at(shift))
    }

    /// The view is known to lie farther off than shake goes.
    fn far(&mut self, time: MediaTime, shift: Shift, factor: usize) -> opencv::Result<View> {
        self.strange_since = None;
        let since = *self.far_since.get_or_insert(time);
        if time.since(since) >= FAR_SECONDS {
            return self.settle_anew(time, Some(shift), factor);
        }
        Ok(View::Unknown)
    }

    /// The view cannot be told.
    fn strange(&mut self, time: MediaTime) -> opencv::Result<View> {
        self.far_since = None;
        let since = *self.strange_since.get_or_insert(time);
        if self.is_home(time)? {
            return Ok(View::Unknown);
        }
        if time.since(since) >= STRANGE_SECONDS {
            self.strange_since = Some(time);
            // A dark or covered picture has few corners and stays unknown.
            let telling = Reference::new(&self.small)?
                .is_some_and(|new| new.corners() * 2 >= self.fresh.unwrap_or_default());
            if telling && self.only_light_changed()? {
                self.renew(self.base)?;
            } else if telling {
                return self.settle_anew(time, None, 1);
            }
        }
        Ok(View::Unknown)
    }

    /// Whether the view that was left is back; it is then the reference again.
    fn is_home(&mut self, time: MediaTime) -> opencv::Result<bool> {
        if self.home_tried.is_some_and(|tried| time.since(tried) < HOME_SECONDS) {
            return Ok(false);
        }
        self.home_tried = Some(time);
        let Some((reference, base)) = &self.home else { return Ok(false) };
        let shift = match self.registrar.compare(reference, &self.small)? {
            Registered::Same => *base,
            Registered::Moved(shift, _) => shift.then(base),
            Registered::Unknown => return Ok(false),
        };
        if !self.is_shake(&shift) {
            return Ok(false);
        }
        if let Some((reference, base)) = self.home.take() {
            (self.reference, self.base, self.fresh) = (Some(reference), base, None);
            (self.worn_since, self.far_since, self.strange_since) = (None, None, None);
            self.aside = (0.0, 0.0);
        }
        Ok(true)
    }

    fn only_light_changed(&mut self) -> opencv::Result<bool> {
        let Some(reference) = &self.reference else { return Ok(false) };
        let (mut was, mut is, mut window) = (Mat::default(), Mat::default(), Mat::default());
        reference.picture().convert_to_def(&mut was, core::CV_32F)?;
        self.small.convert_to_def(&mut is, core::CV_32F)?;
        imgproc::create_hanning_window(&mut window, self.small.size()?, core::CV_32F)?;
        let mut response = 0.0;
        let off = imgproc::phase_correlate(&is, &was, &window, Some(&mut response))?;
        Ok(off.x.hypot(off.y) <= SAME_PLACE && response >= SAME_RESPONSE)
    }

    /// Takes the picture as the new rest: the camera has been moved.
    fn settle_anew(
        &mut self,
        time: MediaTime,
        shift: Option<Shift>,
        factor: usize,
    ) -> opencv::Result<View> {
        let shift = shift.map(|s| s.scaled(factor as f64, factor as f64));
        self.newly = Some(Move { time, shift });
        if self.home.is_none() {
            self.home = self.reference.take().map(|reference| (reference, self.base));
        }
        self.renew(Shift::NONE)?;
        Ok(self.at(Shift::NONE))
    }

    fn at(&self, shift: Shift) -> View {
        let (width, height) = self.size();
        let shift = if shift.reach(width, height) < DEADBAND { Shift::NONE } else { shift };
        if self.home.is_some() {
            View::Moved(shift)
        } else if shift == Shift::NONE {
            View::Steady
        } else {
            View::Shaken(shift)
        }
    }

    /// Renews a reference whose corners are found no more: light changes, parked cars leave.
    fn wear(&mut self, time: MediaTime, shift: &Shift, votes: Option<usize>) -> opencv::Result<()> {
        let Some(votes) = votes else {
            self.worn_since = None;
            return Ok(());
        };
        let fresh = *self.fresh.get_or_insert(votes);
        if votes as f64 >= WORN * fresh as f64 {
            self.worn_since = None;
        } else if time.since(*self.worn_since.get_or_insert(time)) >= WORN_SECONDS {
            self.renew(*shift)?;
        }
        Ok(())
    }

    /// Takes the picture as the reference, lying `base` off the steady view. A picture without
    /// corners is not taken.
    fn renew(&mut self, base: Shift) -> opencv::Result<()> {
        if let Some(reference) = Reference::new(&self.small)? {
            self.reference = Some(reference);
            self.base = base;
            self.fresh = None;
        }
        if base == Shift::NONE {
            self.aside = (0.0, 0.0);
        }
        (self.worn_since, self.far_since, self.strange_since) = (None, None, None);
        Ok(())
    }
}

/// Whether a camera's mount can do this; a turn or zoom beyond is a wrong fit.
fn is_camera(shift: &Shift) -> bool {
    shift.degrees().abs() <= TURN_MOST && (shift.scale() - 1.0).abs() <= SCALE_MOST
}

/// By how much a picture is reduced: a whole number, and an even one where every second row will do.
pub(super) fn factor(width: usize) -> usize {
    match (width + SMALL_WIDTH / 2) / SMALL_WIDTH {
        few @ 0..4 => few.max(1),
        _ => 2 * width.div_ceil(2 * SMALL_WIDTH),
    }
}

/// Lets OpenCV work in the thread that calls it alone: its own threads would compete with the workers
/// for the same processors. To be called before there are several threads: where one changes the
/// number while another is at work in OpenCV, the process dies.
pub(super) fn without_own_threads() -> opencv::Result<()> {
    static ONCE: Once = Once::new();
    let mut set = Ok(());
    ONCE.call_once(|| set = core::set_num_threads(1));
    set
}

/// The luma plane reduced by a whole factor, by area; of a large one every second row is read.
pub(super) fn reduce(frame: &Frame, factor: usize, small: &mut Mat) -> opencv::Result<()> {
    without_own_threads()?;
    let plane = frame.plane(0);
    let (width, height) = (plane.width / factor, plane.height / factor);
    // The last row may end with its picture, short of the stride.
    let rows = if plane.data.len() >= plane.stride * plane.height {
        plane.height
    } else {
        plane.height.saturating_sub(1)
    };
    let height = height.min(rows / factor);
    let step = if factor < 4 { 1 } else { 2 };
    let rows = rows / step;
    if width == 0 || height == 0 {
        *small = Mat::default();
        return Ok(());
    }
    let whole = Mat::new_rows_cols_with_data(
        rows as i32,
        (step * plane.stride) as i32,
        &plane.data[..rows * step * plane.stride],
    )?;
    let area = Rect::new(0, 0, (width * factor) as i32, (height * factor / step) as i32);
    let size = Size::new(width as i32, height as i32);
    imgproc::resize(&whole.roi(area)?, small, size, 0.0, 0.0, imgproc::INTER_AREA)
}
