//! NanoDet heads: per anchor class scores and a distribution over the distance to each side of the
//! box (Li et al., "Generalized Focal Loss", 2020; anchors as in its authors' release of NanoDet).

use super::super::BBox;
use super::super::classes::ClassTable;
use super::super::input_form::ChannelOrder;
use super::super::model_entry::ModelEntry;
use super::super::signature::Signature;
use super::super::spec::InputSpec;
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::head::{Head, counted, floats, named};
use super::outputs::{Outputs, Table};
use super::scores::{Scratch, best, finite, quiet};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str = "scores [n, anchors, classes] and dist [n, anchors, 44]";

/// BGR, ImageNet mean and deviation, black border.
pub const INPUT: InputSpec = InputSpec {
    channels: ChannelOrder::Bgr,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    border: 0.0,
    ..InputSpec::USUAL
};

/// Strides of the anchor grids, in the order of the model's output.
pub const STRIDES: [usize; 3] = [8, 16, 32];

/// Distances are expectations over this many bins, 0 to 10 strides.
pub const BINS: usize = 11;

/// Length of an anchor's row of `dist`: four sides, [`BINS`] logits each.
pub const SIDES: usize = 4 * BINS;

/// Overlap from which on the less confident of two boxes of one class goes.
pub const NMS_IOU: f32 = 0.6;

/// Anchors of an input of that size: the second dimension of both outputs.
pub fn anchors(width: usize, height: usize) -> usize {
    STRIDES.iter().map(|s| (width / s) * (height / s)).sum()
}

/// The head of one model.
pub(super) struct NanoDet {
    scores: String,
    dist: String,
    nms_iou: f32,
}

impl NanoDet {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let port =
            |said: &Option<String>, usual: &str| named(signature, said.as_deref().unwrap_or(usual));
        let (scores, dist) =
            (port(&entry.output.scores, "scores")?, port(&entry.output.boxes, "dist")?);
        for (port, last, what) in [(scores, classes.len(), "classes"), (dist, SIDES, "44")] {
            floats(port)?;
            if port.dims.len() != 3 {
                return Err(format!("its output {port} is not [n, anchors, {what}]"));
            }
            match port.fixed(2) {
                Some(n) if n != last && what == "classes" => counted(n, classes)?,
                Some(n) if n != last => {
                    return Err(format!("its output {port} is not [n, anchors, {what}]"));
                }
                _ => {}
            }
        }
        let (scores, dist) = (scores.name.clone(), dist.name.clone());
        Ok(Self { scores, dist, nms_iou: entry.thresholds.nms_iou.unwrap_or(NMS_IOU) })
    }

    /// A side's distance to the anchor's centre for each of the four, in strides.
    fn sides(logits: &[f32]) -> [f32; 4] {
        std::array::from_fn(|i| expectation(&logits[i * BINS..(i + 1) * BINS]))
    }

    fn row(
        &self,
        (at, (cx, cy), stride): (usize, (f32, f32), f32),
        scores: &Table<'_>,
        dist: &Table<'_>,
        ask: &Ask<'_>,
    ) -> Result<Option<RawDetection>, Fault> {
        let mine = scores.row(at);
        if quiet(mine, ask.min_score) {
            return Ok(None);
        }
        let top = best(mine.iter().copied());
        let (class_index, score) = top.ok_or_else(|| Fault::NotFinite(self.scores.clone()))?;
        if !ask.wants(class_index) {
            return Ok(None);
        }
        let [left, top, right, bottom] = Self::sides(dist.row(at)).map(|side| side * stride);
        if !finite(&[left, top, right, bottom]) {
            return Err(Fault::NotFinite(self.dist.clone()));
        }
        let raw = BBox { x1: cx - left, y1: cy - top, x2: cx + right, y2: cy + bottom };
        // Suppression sees boxes as the picture cuts them, as in the authors' release.
        let bbox = ask.letterbox.clip(raw);
        Ok(Some(RawDetection { bbox, class_index, score }))
    }
}

impl Head for NanoDet {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        _: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let (scores, dist) =
            (outputs.table(&self.scores, picture)?, outputs.table(&self.dist, picture)?);
        let (width, height) = ask.size();
        let wanted = anchors(width, height);
        if (scores.rows, dist.rows, dist.columns) != (wanted, wanted, SIDES) {
            return Err(Fault::Shape(format!(
                "it gave {} scores and {} boxes for {wanted} anchors of {width} × {height}",
                scores.rows, dist.rows
            )));
        }
        let mut at = 0;
        for stride in STRIDES {
            let s = stride as f32;
            for row in 0..height / stride {
                for column in 0..width / stride {
                    let centre = ((column as f32 + 0.5) * s, (row as f32 + 0.5) * s);
                    out.extend(self.row((at, centre, s), &scores, &dist, ask)?);
                    at += 1;
                }
            }
        }
        Ok(())
    }

    fn nms_iou(&self) -> Option<f32> {
        Some(self.nms_iou)
    }
}

/// Mean of 0, 1, 2… under the softmax of `logits`.
fn expectation(logits: &[f32]) -> f32 {
    let peak = logits.iter().copied().fold(f32::MIN, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (bin, logit) in logits.iter().enumerate() {
        let e = (logit - peak).exp();
        sum += e;
        weighted += e * bin as f32;
    }
    weighted / sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::family::{Output, Values, decode};
    use crate::vision::{Letterbox, Region};
    use ndarray::Array3;

    #[test]
    fn an_anchor_is_where_its_grid_says_and_sides_are_expectations() {
        let fit = Letterbox::fit(Region::whole(64, 64), 64, 32);
        let n = anchors(64, 64);
        assert_eq!(n, 64 + 16 + 4);
        let mut scores = Array3::zeros((1, n, 80));
        // Stride 16, second row, third column: centre (40, 24).
        let at = 64 + 4 + 2;
        scores[(0, at, 2)] = 0.7;
        let mut dist = Array3::zeros((1, n, SIDES));
        // All but certain of one stride to the left; elsewhere even, so five strides.
        dist[(0, at, 1)] = 50.0;
        let entry = ModelEntry {
            family: "nanodet".into(),
            classes: "coco80".into(),
            ..ModelEntry::default()
        };
        let outputs = [
            Output { name: "scores", values: Values::F32(scores.view().into_dyn()) },
            Output { name: "dist", values: Values::F32(dist.view().into_dyn()) },
        ];
        let found = decode(&entry, &outputs, &fit, 0.5).unwrap();
        let [car] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((car.class_index, car.score), (2, 0.7));
        assert!((car.bbox.x1 - 24.0).abs() < 0.01, "{car:?}");
        // Clipped to the picture: 40 + 80 and 24 − 80 lie outside.
        assert_eq!((car.bbox.y1, car.bbox.x2, car.bbox.y2), (0.0, 64.0, 64.0));
    }
}
