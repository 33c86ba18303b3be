//! What is read from a camera's pictures besides detections: lamps, things, cover of zones.

use super::lights::Lights;
use super::standing::StandingWatch;
use crate::config::Camera;
use crate::media::Frame;
use crate::scene::{SignalSight, ThingSight, ZoneCover};
use crate::vision::View;

/// What of a frame is known besides its detections, in pixels of the scene.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    pub signals: Vec<SignalSight>,
    pub things: Vec<ThingSight>,
    pub covers: Vec<ZoneCover>,
}

/// Reads one camera's frames, in order, for what its rules need to know. It sees every frame that is
/// not thinned out, also those in which nothing is looked at by the detector.
pub(super) struct Watch {
    lights: Lights,
    standing: Option<StandingWatch>,
}

impl Watch {
    /// For a camera; what no rule needs is not read.
    pub fn new(camera: &Camera) -> Self {
        Self { lights: Lights::new(camera), standing: StandingWatch::new(camera) }
    }

    /// What this frame shows. `view`: how it lies against the steady view, in its own pixels.
    pub fn watch(&mut self, frame: &Frame, view: View) -> Surroundings {
        let signals = self.lights.read(frame, view);
        let (things, covers) =
            self.standing.as_mut().map(|s| s.watch(frame, view)).unwrap_or_default();
        Surroundings { signals, things, covers }
    }

    /// What the operator should know, each told once.
    pub fn take_notes(&mut self) -> Vec<String> {
        let mut notes = self.lights.take_notes();
        notes.extend(self.standing.iter_mut().flat_map(StandingWatch::take_notes));
        notes
    }
}
