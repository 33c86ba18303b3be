//! Traffic lights in the pictures of an event: what they showed at each, framed and enlarged.

use super::context::EvidenceContext;
use super::facts::Names;
use super::measured::number;
use super::stroke::Pen;
use crate::media::MediaTime;
use crate::rules::{Incident, Quantity, SignalNote, Terms};
use crate::scene::SignalState;
use crate::vision::BBox;
use image::RgbImage;
use image::imageops::{FilterType, crop_imm, resize};

/// What was noted of a light holds this long where nothing was noted after it, seconds.
const NOTE_HOLDS: f64 = 1.0;
/// Notes and pictures of one instant may be apart by this, seconds.
const SAME: f64 = 0.05;
/// What is shown around the lamps, as a share of their box.
const AROUND: f32 = 0.35;

/// A traffic light at the instant of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lamp {
    /// Its name in the camera file.
    pub name: String,
    /// Where its lamps are in the picture, in pixels of the scene; `None`: the camera file no
    /// longer has it.
    pub bbox: Option<BBox>,
    /// What it showed, as far as was noted.
    pub state: SignalState,
    /// How long it had been red, seconds.
    pub red_for: Option<f64>,
}

/// Every traffic light that matters to an incident, at `at`.
pub(super) fn lamps_at(ctx: &EvidenceContext, incident: &Incident, at: MediaTime) -> Vec<Lamp> {
    let mut names: Vec<&str> = Vec::new();
    let ruled = ctx.rules.iter().find(|r| r.name == incident.rule).and_then(|r| match &r.terms {
        Terms::Crossing(terms) => terms.signal.as_deref(),
        _ => None,
    });
    for name in ruled.into_iter().chain(incident.signals.iter().map(|s| s.name.as_str())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let lamp = |name: &str| {
        // What was measured is the rule's own light.
        let measured = if ruled.is_none_or(|r| r == name) { red_since(incident) } else { None };
        let notes: Vec<_> = incident.signals.iter().filter(|s| s.name == name).collect();
        let (state, red_for) = state_at(&notes, measured, incident.moment, at);
        Lamp { name: name.to_owned(), bbox: ctx.lamps(name), state, red_for }
    };
    names.into_iter().map(lamp).collect()
}

/// Since when the light was red at the moment, where that was measured.
fn red_since(incident: &Incident) -> Option<MediaTime> {
    let red = incident.measured.iter().find(|m| m.what == Quantity::RedForSeconds)?;
    Some(incident.moment.plus(-red.value))
}

/// What one light showed at `at`, and for how long it had been red then. Notes are in order of time.
/// Where nothing says, the state is unknown: a picture shows its lamp all the same.
fn state_at(
    notes: &[&SignalNote],
    red_since: Option<MediaTime>,
    moment: MediaTime,
    at: MediaTime,
) -> (SignalState, Option<f64>) {
    let measured = red_since.filter(|since| *since <= at.plus(SAME) && at <= moment.plus(SAME));
    let mut run: Option<MediaTime> = None;
    let mut last: Option<&SignalNote> = None;
    for &note in notes.iter().filter(|n| n.time <= at.plus(SAME)) {
        let red = note.state == SignalState::Red;
        run = red.then(|| run.unwrap_or(note.time));
        last = Some(note);
    }
    let held = last.filter(|note| {
        let next = notes.iter().any(|n| n.time > at.plus(SAME));
        next || at.since(note.time) <= NOTE_HOLDS
    });
    let state = match (measured, held) {
        (Some(_), _) => SignalState::Red,
        (None, Some(note)) => note.state,
        (None, None) => SignalState::Unknown,
    };
    if state != SignalState::Red {
        return (state, None);
    }
    // Red noted at the moment had been red since the measurement says so.
    let since = red_since.into_iter().chain(run).filter(|since| *since <= at.plus(SAME)).min();
    (state, since.map(|since| at.since(since).max(0.0)))
}

impl Lamp {
    /// What a caption says of it.
    pub(super) fn said(&self) -> Names {
        let (vi, en) = match self.state {
            SignalState::Red => ("ĐỎ", "red"),
            SignalState::Amber => ("VÀNG", "amber"),
            SignalState::Green => ("XANH", "green"),
            SignalState::Unknown => ("không ghi nhận được trạng thái", "state not known"),
        };
        let (vi_for, en_for) = match self.red_for {
            Some(seconds) => {
                let (vi, en) = number(seconds, 1);
                (format!(", đã bật {vi} giây"), format!(" for {en} s"))
            }
            None => (String::new(), String::new()),
        };
        Names {
            vi: format!("Đèn \"{}\": {vi}{vi_for}", self.name),
            en: format!("signal \"{}\": {en}{en_for}", self.name),
        }
    }

    /// The colour of what is said and drawn of it.
    pub(super) const fn ink(&self) -> [u8; 3] {
        match self.state {
            SignalState::Red => [255, 82, 70],
            SignalState::Amber => [255, 196, 46],
            SignalState::Green => [60, 214, 96],
            SignalState::Unknown => [170, 176, 184],
        }
    }

    /// Its lamps enlarged (or made smaller) to `height` pixels, and no wider than `most`, out of a
    /// picture whose pixels are `scale` times those of the scene. `None` where they lie outside.
    pub(super) fn inset(
        &self,
        picture: &RgbImage,
        scale: (f32, f32),
        height: u32,
        most: u32,
    ) -> Option<RgbImage> {
        let lamps = self.bbox?.scaled(scale.0, scale.1);
        let (dx, dy) = (lamps.width() * AROUND, lamps.height() * AROUND);
        let clip = |v: f32, end: u32| v.clamp(0.0, end as f32) as u32;
        let (x1, y1) =
            (clip(lamps.x1 - dx, picture.width()), clip(lamps.y1 - dy, picture.height()));
        let x2 = clip((lamps.x2 + dx).ceil(), picture.width());
        let y2 = clip((lamps.y2 + dy).ceil(), picture.height());
        if x2 <= x1 + 1 || y2 <= y1 + 1 || height == 0 || most == 0 {
            return None;
        }
        let (width, tall) = ((x2 - x1) as f32, (y2 - y1) as f32);
        let times = (height as f32 / tall).min(most as f32 / width);
        let size = |v: f32| ((v * times).round() as u32).max(1);
        let cut = crop_imm(picture, x1, y1, x2 - x1, y2 - y1).to_image();
        let mut inset = resize(&cut, size(width), size(tall), FilterType::Triangle);
        let edge = (inset.height() as f32 / 40.0).max(2.0);
        let (w, h) = (inset.width() as f32 - edge / 2.0, inset.height() as f32 - edge / 2.0);
        let near = edge / 2.0;
        let corners = [(near, near), (w, near), (w, h), (near, h)];
        Pen { width: edge, ink: self.ink(), cover: 1.0 }.lines(&mut inset, &corners, true);
        Some(inset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(state: SignalState, seconds: f64) -> SignalNote {
        SignalNote { name: "through".into(), state, time: MediaTime::from_seconds(seconds) }
    }

    #[test]
    fn a_state_is_told_only_where_it_was_noted() {
        let notes = [
            note(SignalState::Green, 0.0),
            note(SignalState::Amber, 4.0),
            note(SignalState::Red, 6.0),
        ];
        let notes: Vec<_> = notes.iter().collect();
        let at = |seconds: f64| {
            let moment = MediaTime::from_seconds(8.4);
            state_at(&notes, None, moment, MediaTime::from_seconds(seconds))
        };
        assert_eq!(at(-1.0), (SignalState::Unknown, None));
        assert_eq!(at(3.9), (SignalState::Green, None));
        assert_eq!(at(5.0), (SignalState::Amber, None));
        assert_eq!(at(6.5).0, SignalState::Red);
        assert!((at(6.5).1.unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(at(8.0), (SignalState::Unknown, None), "nothing was noted for 2 s");
    }

    #[test]
    fn what_was_measured_fills_the_time_up_to_the_moment() {
        let notes = [note(SignalState::Red, 8.4), note(SignalState::Red, 9.0)];
        let notes: Vec<_> = notes.iter().collect();
        let (since, moment) = (MediaTime::from_seconds(6.0), MediaTime::from_seconds(8.4));
        let at = |seconds: f64| {
            let (state, red) =
                state_at(&notes, Some(since), moment, MediaTime::from_seconds(seconds));
            (state, red.map(|s| (s * 10.0).round() / 10.0))
        };
        assert_eq!(at(5.0), (SignalState::Unknown, None));
        assert_eq!(at(7.0), (SignalState::Red, Some(1.0)));
        assert_eq!(at(8.4), (SignalState::Red, Some(2.4)));
        assert_eq!(at(9.5), (SignalState::Red, Some(3.5)));
        assert_eq!(at(11.0), (SignalState::Unknown, None));
    }
}
