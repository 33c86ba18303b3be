//! What was seen of a camera's view, from its recording or from its record.

use super::signal_fitness::SignalFitness;
use crate::vision::{BBox, Class, Family};
use serde::Serialize;

/// Where a sample comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// The detector looked at pictures of a recording.
    Pictures,
    /// Observations of an earlier run.
    Observations,
    /// Nothing was looked at.
    Nothing,
}

/// How bright a traffic light's box ever was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lamp {
    /// The signal.
    pub name: String,
    /// The brightest that a twentieth of its pixels were in any picture, 0 to 255.
    pub brightest: u8,
}

/// What was seen of a camera's view.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Where it comes from.
    pub kind: SampleKind,
    /// Pictures or observations looked at.
    pub looks: u64,
    /// Everything seen, in pixels of the scene.
    pub boxes: Vec<(Class, BBox)>,
    /// The median brightness of the pictures, 0 to 255; `None` where no picture was looked at.
    pub brightness: Option<f64>,
    /// Traffic lights; empty where no picture was looked at.
    pub lamps: Vec<Lamp>,
    /// What each of them showed; empty where no picture was looked at.
    pub signals: Vec<SignalFitness>,
    /// For each zone that has a photograph of how it looks when clear: the looks it fits.
    pub references: Vec<(String, u64)>,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            kind: SampleKind::Nothing,
            looks: 0,
            boxes: Vec::new(),
            brightness: None,
            lamps: Vec::new(),
            signals: Vec::new(),
            references: Vec::new(),
        }
    }
}

/// Boxes that make a trend of height by place.
const ENOUGH: usize = 8;

impl Sample {
    /// The median height, in scene pixels, of a family's boxes that stand where `here` holds, and how
    /// many they are.
    pub(super) fn height_in(
        &self,
        family: Family,
        here: impl Fn((f32, f32)) -> bool,
    ) -> Option<(f32, usize)> {
        let mut heights: Vec<f32> = self
            .boxes
            .iter()
            .filter(|(class, b)| class.family() == family && here(b.contact()))
            .map(|(_, b)| b.height())
            .collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).map(|h| (*h, heights.len()))
    }

    /// The height that a family's boxes would have where their lower edge is at `y`, from those seen
    /// elsewhere: on flat ground it grows evenly down the picture.
    pub(super) fn height_at(&self, family: Family, y: f32) -> Option<f32> {
        let seen: Vec<(f64, f64)> = self
            .boxes
            .iter()
            .filter(|(class, _)| class.family() == family)
            .map(|(_, b)| (f64::from(b.y2), f64::from(b.height())))
            .collect();
        if seen.len() < ENOUGH {
            return None;
        }
        let n = seen.len() as f64;
        let (my, mh) = seen.iter().fold((0.0, 0.0), |(a, b), (y, h)| (a + y / n, b + h / n));
        let spread: f64 = seen.iter().map(|(y, _)| (y - my).powi(2)).sum();
        let slope: f64 = seen.iter().map(|(y, h)| (y - my) * (h - mh)).sum::<f64>() / spread;
        let height = mh + slope * (f64::from(y) - my);
        (spread / n > 25.0 && height.is_finite() && height > 1.0).then_some(height as f32)
    }
}
