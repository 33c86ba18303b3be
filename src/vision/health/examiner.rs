//! Looks at one camera's pictures for faults.

use super::fault::Fault;
use super::learnt::{Difference, Learnt};
use super::light::Flicker;
use super::place::{Lies, Place};
use super::reference::Reference;
use super::spec::HealthSpec;
use super::still::Still;
use super::tiles::{self, Reader};
use crate::media::{Frame, MediaTime};
use crate::vision::View;
use crate::vision::lend::lend;
use crate::vision::shake;
use opencv::core::{Mat, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// Pictures closer together than this, in seconds, are passed over; which is drawn anew each time, so
/// that no swinging or flickering keeps step with looking.
const APART: f64 = 0.2;
const APART_MORE: f64 = 0.1;
/// A picture is black where this share of it is, and white where this share is.
const BLACK_SHARE: f32 = 0.993;
const WHITE_SHARE: f32 = 0.6;
/// Where texture is left, or what there was is not known, it must be this share.
const WHITE_ALL: f32 = 0.95;
/// Something that hides all stands before the lens where less of the texture than this is left.
const FAULT_TEXTURE: f32 = 0.5;
/// A view that vision's compensation of shake takes as moved, and that cannot be told here, has moved
/// after this many seconds.
const TOLD_SECONDS: f64 = 5.0;

/// Looks at one camera's pictures for faults. Memory is bounded; the same pictures give the same
/// faults.
pub struct Examiner {
    spec: HealthSpec,
    given: Option<Reference>,
    reader: Reader,
    learnt: Learnt,
    still: Still,
    flicker: Flicker,
    place: Place,
    small: Mat,
    size: (u32, u32),
    due: Option<MediaTime>,
    looks: u32,
    turns: Option<f64>,
    told_since: Option<MediaTime>,
    last: Vec<Fault>,
}

impl Examiner {
    /// An examiner that learns what the camera shows by itself; with a `reference`, where the view lies
    /// is held against that.
    pub fn new(spec: HealthSpec, reference: Option<Reference>) -> Self {
        Self {
            spec,
            given: reference,
            reader: Reader::default(),
            learnt: Learnt::default(),
            still: Still::default(),
            flicker: Flicker::default(),
            place: Place::default(),
            small: Mat::default(),
            size: (0, 0),
            due: None,
            looks: 0,
            turns: None,
            told_since: None,
            last: Vec::new(),
        }
    }

    /// What is wrong with `frame`, which lies as `view` says. Frames come in order of time; two to
    /// four a second are enough, more are passed over and get the last answer.
    pub fn examine(&mut self, frame: &Frame, view: View) -> Vec<Fault> {
        if let Some(light) = tiles::light(frame).filter(|_| self.spec.flicker) {
            self.turns = self.flicker.note(frame.time, &light);
        }
        if self.due.is_some_and(|due| frame.time < due && due.since(frame.time) < 1.0) {
            return self.last.clone();
        }
        self.looks = self.looks.wrapping_add(1);
        // Multiples of the golden ratio's fraction fall evenly and never repeat.
        let fraction = (f64::from(self.looks) * 0.618_033_988_75).fract();
        self.due = Some(frame.time.plus(APART + APART_MORE * fraction));
        if self.size != (frame.width(), frame.height()) {
            // Another resolution: what was learnt of the old one says nothing.
            self.size = (frame.width(), frame.height());
            (self.learnt, self.still) = (Learnt::default(), Still::default());
            (self.flicker, self.place) = (Flicker::default(), Place::default());
        }
        self.last = if self.reader.read(frame) { self.look(frame, view) } else { Vec::new() };
        self.last.clone()
    }

    /// How many pictures were looked at.
    pub fn looks(&self) -> u32 {
        self.looks
    }

    fn look(&mut self, frame: &Frame, view: View) -> Vec<Fault> {
        let (spec, time) = (&self.spec, frame.time);
        let tiles = self.reader.tiles();
        let mut faults = Vec::new();
        let stood = if self.reader.compared() {
            self.still.note(time, tiles, spec.frozen_seconds)
        } else {
            None
        };
        let turns = self.turns;
        let difference = self.learnt.compare(tiles);
        let dark = self.reader.black() >= BLACK_SHARE;
        let lost = difference.is_some_and(|d| d.texture < FAULT_TEXTURE);
        let bright = self.reader.white() >= if lost { WHITE_SHARE } else { WHITE_ALL };
        let hidden = difference.map_or(0.0, |d| f64::from(d.hidden));
        let gone = dark
            || bright
            || hidden >= spec.covered_share
            || (difference.is_none() && Learnt::nothing(tiles));
        if dark {
            tell(&mut faults, spec.black, Fault::Black);
        } else if bright {
            let share = f64::from(self.reader.white());
            tell(&mut faults, spec.over_exposed, Fault::OverExposed { share });
        } else if gone {
            let share = difference.map(|_| hidden);
            tell(&mut faults, spec.covered, Fault::Covered { share });
        }
        let blurred = difference
            .and_then(|d| d.sharpness)
            .filter(|s| !gone && f64::from(*s) < spec.sharpness_share);
        if let Some(left) = blurred {
            let sharpness = f64::from(left);
            tell(&mut faults, spec.defocused, Fault::Defocused { sharpness });
        }
        if let Some(seconds) = stood.filter(|_| !gone) {
            tell(&mut faults, spec.frozen, Fault::Frozen { seconds });
        }
        if let Some(per_second) = turns.filter(|_| !gone) {
            tell(&mut faults, spec.flicker, Fault::Flicker { per_second });
        }
        if spec.moved && !gone && blurred.is_none() {
            let clear = difference.is_some_and(|d| d.texture >= FAULT_TEXTURE);
            faults.extend(self.moved(frame, view, clear));
        }
        let sound =
            faults.iter().all(|f| matches!(f, Fault::Flicker { .. })) && !doubtful(difference);
        if sound && !gone {
            self.learnt.learn(time, self.reader.tiles());
        }
        faults
    }

    /// Whether the view lies elsewhere, and by what shift in frame pixels.
    fn moved(&mut self, frame: &Frame, view: View, clear: bool) -> Option<Fault> {
        // A picture that OpenCV refuses tells nothing.
        let lies = self.lies(frame, clear).unwrap_or(Lies::Unknown);
        let told = lies == Lies::Unknown && matches!(view, View::Moved(_)) && clear;
        if !told {
            self.told_since = None;
        }
        let factor = shake::factor(frame.width() as usize) as f64;
        match lies {
            Lies::Elsewhere(shift) => {
                Some(Fault::Moved { shift: shift.map(|s| s.scaled(factor, factor)) })
            }
            Lies::Unknown if told => {
                let since = *self.told_since.get_or_insert(frame.time);
                (frame.time.since(since) >= TOLD_SECONDS).then_some(Fault::Moved { shift: None })
            }
            Lies::There | Lies::Unknown => None,
        }
    }

    fn lies(&mut self, frame: &Frame, clear: bool) -> opencv::Result<Lies> {
        if let Some(said) = self.place.said(frame.time) {
            return Ok(said);
        }
        let factor = shake::factor(frame.width() as usize);
        shake::reduce(frame, factor, &mut self.small)?;
        let size = self.small.size()?;
        if !self.place.knows(size) {
            if let Some(given) = &self.given {
                let picture = fitted(given, size)?;
                if self.place.settle(&picture, true)? {
                    return self.place.lies(frame.time, &self.small, self.spec.moved_share, clear);
                }
            }
            if self.learnt.ready() {
                self.place.settle(&self.small, false)?;
            }
            return Ok(Lies::Unknown);
        }
        self.place.lies(frame.time, &self.small, self.spec.moved_share, clear)
    }
}

fn tell(faults: &mut Vec<Fault>, wanted: bool, fault: Fault) {
    if wanted {
        faults.push(fault);
    }
}

/// What is not yet a fault and may become one is not learnt from.
fn doubtful(difference: Option<Difference>) -> bool {
    difference.is_some_and(|d| d.hidden > 0.3 || d.sharpness.is_some_and(|s| s < 0.75))
}

/// The reference's luma as a small picture.
fn fitted(reference: &Reference, size: Size) -> opencv::Result<Mat> {
    let whole = lend(reference.height as usize, reference.width as usize, &reference.luma)?;
    let mut small = Mat::default();
    imgproc::resize(&whole, &mut small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
    Ok(small)
}
