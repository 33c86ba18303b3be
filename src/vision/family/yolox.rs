//! YOLOX heads (Ge et al., "YOLOX: Exceeding YOLO Series in 2021"): per anchor a box, an objectness
//! and class scores, probabilities already. Boxes are offsets in a grid, unless the graph was
//! exported with its decoding inside. YOLOv5's exports have the latter form.

use super::super::BBox;
use super::super::classes::ClassTable;
use super::super::entry::{Activation, BoxFormat};
use super::super::input_form::{ChannelOrder, Fit};
use super::super::model_entry::ModelEntry;
use super::super::signature::Signature;
use super::super::spec::InputSpec;
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::head::{Head, counted, floats, only};
use super::nanodet::STRIDES;
use super::outputs::Outputs;
use super::scores::{BoxReader, Scratch, best, finite};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str = "one output [n, anchors, 5 + classes]";

/// BGR, 0 to 255, the picture at the left top on grey.
pub(super) const INPUT: InputSpec =
    InputSpec { channels: ChannelOrder::Bgr, std: [1.0; 3], fit: Fit::TopLeft, ..InputSpec::USUAL };

/// As in the authors' demonstration.
const NMS_IOU: f32 = 0.45;

/// Numbers before the classes: the box and the objectness.
const BOX: usize = 5;

/// The head of one model.
pub(super) struct Yolox {
    output: String,
    classes: usize,
    /// `None` for offsets in the grid.
    decoded: Option<BoxReader>,
    activation: Activation,
    nms_iou: f32,
}

impl Yolox {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let port = only(entry, signature, NEEDS)?;
        let output = floats(port)?.to_owned();
        match (port.dims.len(), port.fixed(2)) {
            (3, None) => {}
            (3, Some(n)) if n > BOX => counted(n - BOX, classes)?,
            _ => return Err(format!("its output {port} is not [n, anchors, 5 + classes]")),
        }
        let out = &entry.output;
        let decoded = out.decoded.unwrap_or(false);
        if !decoded && (out.box_format.is_some() || out.normalised.is_some()) {
            return Err("output.box_format and output.normalised need output.decoded = true".into());
        }
        let planar = signature.picture().filter(|p| p.fixed(1) == Some(3));
        let grids = planar.and_then(|p| Some((p.fixed(3)?, p.fixed(2)?)));
        if let (false, Some(size), Some(n)) = (decoded, grids, port.fixed(1)) {
            fits(n, size)?;
        }
        Ok(Self {
            output,
            classes: classes.len(),
            decoded: decoded.then(|| BoxReader::new(out, BoxFormat::Cxcywh, false)),
            activation: out.activation.unwrap_or(Activation::None),
            nms_iou: entry.thresholds.nms_iou.unwrap_or(NMS_IOU),
        })
    }

    /// The detection of one anchor's row, if it is one; `corners` makes its box.
    fn row(
        &self,
        row: &[f32],
        ask: &Ask<'_>,
        corners: impl Fn([f32; 4]) -> Option<BBox>,
    ) -> Result<Option<RawDetection>, Fault> {
        let bad = || Fault::NotFinite(self.output.clone());
        let object = self.activation.of(row[4]);
        if !row[4].is_finite() {
            return Err(bad());
        }
        // A class score is at most 1, so the objectness bounds the product.
        if object < ask.min_score {
            return Ok(None);
        }
        let scores = &row[BOX..];
        let (class_index, top) = best(scores.iter().copied()).ok_or_else(bad)?;
        let score = object * self.activation.of(top);
        if score < ask.min_score || !ask.wants(class_index) {
            return Ok(None);
        }
        let bbox = corners([row[0], row[1], row[2], row[3]]).ok_or_else(bad)?;
        Ok(Some(RawDetection { bbox, class_index, score }))
    }
}

/// Whether there are as many rows as the grids of such an input have cells.
fn fits(rows: usize, (width, height): (usize, usize)) -> Result<(), String> {
    let cells: usize = STRIDES.iter().map(|s| (width / s) * (height / s)).sum();
    if rows == cells {
        return Ok(());
    }
    Err(format!(
        "it gives {rows} boxes, and the grids of {width} × {height} at strides 8, 16 and 32 have \
         {cells} cells; if the graph decodes by itself, set output.decoded = true"
    ))
}

impl Head for Yolox {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        _: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let table = outputs.table(&self.output, picture)?;
        if table.columns != BOX + self.classes {
            let (found, known) = (table.columns, self.classes);
            return Err(Fault::Shape(format!("it gave rows of {found}, not 5 + {known} classes")));
        }
        if let Some(reader) = self.decoded {
            for i in 0..table.rows {
                out.extend(self.row(table.row(i), ask, |b| reader.read(b, ask.size()))?);
            }
            return Ok(());
        }
        let (width, height) = ask.size();
        fits(table.rows, (width, height)).map_err(Fault::Shape)?;
        let mut at = 0;
        for stride in STRIDES {
            let s = stride as f32;
            for row in 0..height / stride {
                for column in 0..width / stride {
                    let corners = |[x, y, w, h]: [f32; 4]| {
                        let (cx, cy) = ((x + column as f32) * s, (y + row as f32) * s);
                        let (w, h) = (w.exp() * s / 2.0, h.exp() * s / 2.0);
                        let b = BBox { x1: cx - w, y1: cy - h, x2: cx + w, y2: cy + h };
                        finite(&[b.x1, b.y1, b.x2, b.y2]).then_some(b)
                    };
                    out.extend(self.row(table.row(at), ask, corners)?);
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

#[cfg(test)]
mod tests {
    use super::super::decode::testing::{entry, read, told};

    /// 84 anchors of 64 × 64; the one at stride 16, second row, third column, is set.
    fn rows(row: [f32; 8]) -> Vec<f32> {
        let mut all = vec![0.0; 84 * 8];
        all[(64 + 6) * 8..(64 + 7) * 8].copy_from_slice(&row);
        all
    }

    #[test]
    fn offsets_are_grid_cells_and_sizes_logarithms() {
        let row = [0.5, 0.25, 1.0_f32.ln(), 0.5_f32.ln(), 0.8, 0.1, 0.5, 0.2];
        let found = read(&entry("yolox"), &[("o", &[1, 84, 8], rows(row))], 0.3).unwrap();
        // Centre (2.5, 1.25) × 16, size 16 × 8, score 0.8 × 0.5.
        assert_eq!(told(&found), [([32.0, 16.0, 48.0, 24.0], 0.4, 1)]);
    }

    #[test]
    fn a_decoded_export_has_pixels_and_any_number_of_rows() {
        let mut decoded = entry("yolox");
        let row = vec![32.0, 32.0, 20.0, 10.0, 0.9, 0.1, 0.2, 1.0];
        let outputs = [("o", &[1, 1, 8][..], row)];
        let told_off = read(&decoded, &outputs, 0.3).unwrap_err().to_string();
        assert!(told_off.contains("gives 1 boxes") || told_off.contains("84 cells"), "{told_off}");
        decoded.output.decoded = Some(true);
        let found = read(&decoded, &outputs, 0.3).unwrap();
        assert_eq!(told(&found), [([22.0, 27.0, 42.0, 37.0], 0.9, 2)]);
    }
}
