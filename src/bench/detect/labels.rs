//! What is truly in the frames of a clip.

use crate::bench::mot::MotFile;
use crate::vision::{Class, Detection};
use std::collections::{BTreeMap, BTreeSet};

/// Classes of the MOT Challenge (Milan et al., "MOT16", 2016) that look like people and are not
/// asked for: a person on a vehicle, a person standing still or pictured, a distractor, a reflection.
const LIKE_PEOPLE: [i64; 4] = [2, 7, 8, 12];

/// One labelled box, in pixels of the frame, in double precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelBox {
    /// What it shows.
    pub class: Class,
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width, 0 or more.
    pub width: f64,
    /// Height, 0 or more.
    pub height: f64,
    /// A crowd, or something not asked for: what is found there is neither right nor wrong.
    pub ignored: bool,
}

impl LabelBox {
    /// Overlap with a detection as the COCO evaluation measures it: intersection over union, or over
    /// the detection's own area where the label is a crowd.
    pub(super) fn overlap(&self, d: &[f64; 4]) -> f64 {
        let [left, top, width, height] = *d;
        let w = (left + width).min(self.left + self.width) - left.max(self.left);
        let h = (top + height).min(self.top + self.height) - top.max(self.top);
        if w <= 0.0 || h <= 0.0 {
            return 0.0;
        }
        let (shared, own) = (w * h, width * height);
        let whole = if self.ignored { own } else { own + self.width * self.height - shared };
        shared / whole
    }
}

/// A detection's box as left, top, width, height.
pub(super) fn sides(d: &Detection) -> [f64; 4] {
    [
        f64::from(d.bbox.x1),
        f64::from(d.bbox.y1),
        f64::from(d.bbox.x2) - f64::from(d.bbox.x1),
        f64::from(d.bbox.y2) - f64::from(d.bbox.y1),
    ]
}

/// What is truly in the labelled frames of a clip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    /// Classes that were labelled wherever they are seen: only those are evaluated.
    pub classes: BTreeSet<Class>,
    /// By frame of the clip, from 0. A frame that is not here was not labelled; one with an empty
    /// list shows nothing.
    pub frames: BTreeMap<u64, Vec<LabelBox>>,
    /// What is unusual and yet right.
    pub notes: Vec<String>,
}

impl Labels {
    /// People of a ground-truth file. All frames up to the last that has a row are labelled.
    pub(super) fn of_mot(file: &MotFile) -> Self {
        let last = file.rows.iter().map(|r| r.frame).max().unwrap_or(0);
        let mut frames: BTreeMap<u64, Vec<LabelBox>> =
            (0..u64::from(last)).map(|f| (f, Vec::new())).collect();
        let mut other = 0_u64;
        for row in &file.rows {
            let ignored = row.value.trunc() == 0.0 || LIKE_PEOPLE.contains(&row.class);
            if row.class > 1 && !LIKE_PEOPLE.contains(&row.class) {
                other += 1;
                continue;
            }
            frames.entry(u64::from(row.frame) - 1).or_default().push(LabelBox {
                class: Class::Person,
                left: row.left,
                top: row.top,
                width: row.width,
                height: row.height,
                ignored,
            });
        }
        let notes = (other > 0)
            .then(|| format!("{other} labels of classes other than people were left out"));
        Self {
            classes: BTreeSet::from([Class::Person]),
            frames,
            notes: notes.into_iter().collect(),
        }
    }
}
