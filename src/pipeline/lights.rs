//! What a camera's traffic lights show: its lamps in the picture, and what controllers say.

use crate::config::Camera;
use crate::media::{Frame, MediaTime, WallTime};
use crate::rules::Terms;
use crate::scene::{Programme, Signal, SignalSight, SignalState};
use crate::vision::View;
use crate::vision::lamp::{HeadSpec, LampBoxes, Lamps, Light};
use std::sync::Arc;

/// Lamp and controller may differ this long, seconds: their clocks do.
const DIFFER_SECONDS: f64 = 1.0;

/// The traffic lights of one camera.
#[derive(Debug, Default)]
pub(super) struct Lights {
    lamps: Lamps,
    sources: Vec<Source>,
    notes: Vec<String>,
}

/// One traffic light and where its state comes from.
#[derive(Debug)]
struct Source {
    name: String,
    programme: Option<Arc<Programme>>,
    agreement: Agreement,
    told: bool,
    /// Whether it was said that the programme leaves something out.
    silent: bool,
}

/// Since when lamp and controller differ.
#[derive(Debug, Default)]
struct Agreement {
    differ: Option<MediaTime>,
}

impl Lights {
    /// Of a camera; none where no rule asks for a signal.
    pub(super) fn new(camera: &Camera) -> Self {
        let asks = |t: &Terms| matches!(t, Terms::Crossing(t) if t.signal.is_some());
        if !camera.rules.iter().any(|r| asks(&r.terms)) {
            return Self::default();
        }
        let signals = &camera.scene.signals;
        let numbers = |names: &[String]| -> Vec<usize> {
            names.iter().filter_map(|n| signals.iter().position(|s| s.name == *n)).collect()
        };
        let head = |s: &Signal| HeadSpec {
            bbox: s.bbox,
            lamps: LampBoxes { boxes: s.lamps },
            conflicts: numbers(&s.conflicts),
            same_as: numbers(&s.same_as),
        };
        let source = |s: &Signal| Source {
            name: s.name.clone(),
            programme: camera.programmes.get(&s.name).cloned(),
            agreement: Agreement::default(),
            told: false,
            silent: false,
        };
        Self {
            lamps: Lamps::new(camera.scene.frame_size, signals.iter().map(head).collect()),
            sources: signals.iter().map(source).collect(),
            notes: Vec::new(),
        }
    }

    /// What they show in this frame. `view`: how it lies against the steady view, in its own
    /// pixels.
    pub(super) fn read(&mut self, frame: &Frame, view: View) -> Vec<SignalSight> {
        if self.sources.is_empty() {
            return Vec::new();
        }
        let readings = self.lamps.read(frame, view);
        let mut sights = Vec::with_capacity(self.sources.len());
        for (source, reading) in self.sources.iter_mut().zip(readings) {
            let lamp = state(reading.light);
            let said = source.said(frame.wall);
            if said == Some(SignalState::Unknown) && !std::mem::replace(&mut source.silent, true) {
                self.notes.push(format!(
                    "the file of states of signal \"{}\" tells nothing of {}, {:.1} s into the recording; then only the lamp in the picture counts, and check the clock of the recording",
                    source.name, frame.wall.local_rfc3339(), frame.time.seconds()
                ));
            }
            let state = source.agreement.of(frame.time, lamp, said);
            if state == SignalState::Unknown
                && lamp != SignalState::Unknown
                && !std::mem::replace(&mut source.told, true)
            {
                let said = said.unwrap_or_default();
                self.notes.push(format!(
                    "signal \"{}\" shows {} in the picture but its file of states says {}, from {:.1} s into the recording on: it counts as unknown while they differ; check the clock of the recording and that the box is on the right lamp",
                    source.name, lamp.name(), said.name(), frame.time.seconds()
                ));
            }
            sights.push(SignalSight { name: source.name.clone(), state });
        }
        sights
    }

    /// What the operator should know, once.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

impl Source {
    fn said(&self, wall: WallTime) -> Option<SignalState> {
        self.programme.as_ref().map(|p| p.state(wall))
    }
}

impl Agreement {
    /// One state of two: the other where one is unknown; for a short time the lamp where they
    /// differ, then neither.
    fn of(&mut self, time: MediaTime, lamp: SignalState, said: Option<SignalState>) -> SignalState {
        let said = said.unwrap_or_default();
        if lamp == SignalState::Unknown || said == SignalState::Unknown || lamp == said {
            if lamp == said {
                self.differ = None;
            }
            return if lamp == SignalState::Unknown { said } else { lamp };
        }
        let since = *self.differ.get_or_insert(time);
        if time.since(since) > DIFFER_SECONDS { SignalState::Unknown } else { lamp }
    }
}

fn state(light: Light) -> SignalState {
    match light {
        Light::Red => SignalState::Red,
        Light::Amber => SignalState::Amber,
        Light::Green => SignalState::Green,
        Light::Unknown => SignalState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalState::{Green, Red, Unknown};

    #[test]
    fn lamp_and_controller_must_agree() {
        let mut both = Agreement::default();
        let mut at = |s: f64, lamp, said| both.of(MediaTime::from_seconds(s), lamp, said);
        assert_eq!(at(0.0, Red, None), Red);
        assert_eq!(at(0.1, Unknown, Some(Red)), Red);
        assert_eq!(at(0.2, Red, Some(Unknown)), Red);
        assert_eq!(at(1.0, Green, Some(Red)), Green, "clocks differ a little");
        assert_eq!(at(1.5, Unknown, Some(Red)), Red);
        assert_eq!(at(2.1, Green, Some(Red)), Unknown);
        assert_eq!(at(2.2, Red, Some(Red)), Red);
        assert_eq!(at(2.3, Green, Some(Red)), Green);
    }
}
