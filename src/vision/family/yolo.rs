//! Heads in the way of YOLOv8 (and v9, v11): per anchor a box in pixels and class probabilities, no
//! objectness, not yet suppressed. Usually every number stands in a row over all anchors; the other
//! way round is read as well.

use super::super::classes::ClassTable;
use super::super::entry::{Activation, BoxFormat};
use super::super::model_entry::ModelEntry;
use super::super::signature::{Port, Signature};
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::head::{Head, counted, floats, only};
use super::outputs::{Outputs, Table};
use super::scores::{BoxReader, Scratch, best, loud, quiet};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str = "one output [n, 4 + classes, anchors] or [n, anchors, 4 + classes]";

/// As these models' own tools have it.
const NMS_IOU: f32 = 0.7;

/// Numbers before the classes.
const BOX: usize = 4;

/// The head of one model.
pub(super) struct Yolo {
    output: String,
    classes: usize,
    reader: BoxReader,
    activation: Activation,
    nms_iou: f32,
}

impl Yolo {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let port = only(entry, signature, NEEDS)?;
        let output = floats(port)?.to_owned();
        check(port, classes)?;
        Ok(Self {
            output,
            classes: classes.len(),
            reader: BoxReader::new(&entry.output, BoxFormat::Cxcywh, false),
            activation: entry.output.activation.unwrap_or(Activation::None),
            nms_iou: entry.thresholds.nms_iou.unwrap_or(NMS_IOU),
        })
    }

    /// Numbers in rows over all anchors.
    fn by_number(
        &self,
        table: &Table<'_>,
        ask: &Ask<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let (values, n) = (table.values, table.columns);
        let scores = &values[BOX * n..];
        loud(scores, n, self.activation.least(ask.min_score), &mut scratch.loud);
        for i in (0..n).filter(|&i| scratch.loud[i] != 0) {
            let own = scores.iter().skip(i).step_by(n).copied();
            let b = std::array::from_fn(|k| values[k * n + i]);
            out.extend(self.one(b, own, ask)?);
        }
        Ok(())
    }

    /// Anchors in rows.
    fn by_anchor(
        &self,
        table: &Table<'_>,
        ask: &Ask<'_>,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let least = self.activation.least(ask.min_score);
        for i in 0..table.rows {
            let (b, scores) = table.row(i).split_at(BOX);
            if !quiet(scores, least) {
                let b = [b[0], b[1], b[2], b[3]];
                out.extend(self.one(b, scores.iter().copied(), ask)?);
            }
        }
        Ok(())
    }

    fn one(
        &self,
        b: [f32; 4],
        scores: impl Iterator<Item = f32>,
        ask: &Ask<'_>,
    ) -> Result<Option<RawDetection>, Fault> {
        let (class_index, top) = best(scores).ok_or_else(|| self.bad())?;
        let score = self.activation.of(top);
        if score < ask.min_score || !ask.wants(class_index) {
            return Ok(None);
        }
        let bbox = self.reader.read(b, ask.size()).ok_or_else(|| self.bad())?;
        Ok(Some(RawDetection { bbox, class_index, score }))
    }

    fn bad(&self) -> Fault {
        Fault::NotFinite(self.output.clone())
    }
}

/// Whether one of the two dimensions is a box and the table's classes.
fn check(port: &Port, classes: &ClassTable) -> Result<(), String> {
    if port.dims.len() != 3 {
        return Err(format!("its output {port} is not [n, 4 + classes, anchors]"));
    }
    let wanted = BOX + classes.len();
    match (port.fixed(1), port.fixed(2)) {
        (None, None) => Ok(()),
        (Some(n), _) | (_, Some(n)) if n == wanted => Ok(()),
        (_, Some(n)) if n == wanted => Ok(()),
        (_, Some(6)) => Err(format!(
            "its output {port} is of boxes already suppressed; write family = \"yolo-end2end\""
        )),
        // There are always more anchors than numbers to an anchor.
        (Some(a), Some(b)) if a.min(b) > BOX => counted(a.min(b) - BOX, classes),
        (Some(n), None) | (None, Some(n)) if n > BOX => counted(n - BOX, classes),
        _ => Err(format!("its output {port} is not [n, 4 + classes, anchors]")),
    }
}

impl Head for Yolo {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let table = outputs.table(&self.output, picture)?;
        let wanted = BOX + self.classes;
        if table.rows == wanted {
            self.by_number(&table, ask, scratch, out)
        } else if table.columns == wanted {
            self.by_anchor(&table, ask, out)
        } else {
            let (a, b, known) = (table.rows, table.columns, self.classes);
            Err(Fault::Shape(format!("it gave {a} × {b} numbers, and neither is 4 + {known}")))
        }
    }

    fn nms_iou(&self) -> Option<f32> {
        Some(self.nms_iou)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::testing::{entry, read, told};
    use crate::vision::VisionError;

    #[test]
    fn both_ways_round_read_the_same() {
        // Two anchors; the second is a `b`.
        let by_anchor =
            vec![0.0, 0.0, 0.0, 0.0, 0.1, 0.1, 0.1, 32.0, 32.0, 20.0, 10.0, 0.1, 0.6, 0.3];
        let by_number: Vec<f32> = (0..7).flat_map(|k| [by_anchor[k], by_anchor[7 + k]]).collect();
        let wanted = [([22.0, 27.0, 42.0, 37.0], 0.6, 1)];
        let read = |shape: &[usize], v: &[f32]| {
            told(&read(&entry("yolo"), &[("o", shape, v.to_vec())], 0.3).unwrap())
        };
        assert_eq!(read(&[1, 2, 7], &by_anchor), wanted);
        assert_eq!(read(&[1, 7, 2], &by_number), wanted);
    }

    #[test]
    fn one_bad_score_is_told_though_it_is_no_detection() {
        let mut values = vec![0.0; 7 * 20];
        values[4 * 20 + 19] = f32::NAN;
        let told = read(&entry("yolo"), &[("o", &[1, 7, 20], values)], 0.3).unwrap_err();
        assert!(matches!(told, VisionError::NotFinite { .. }), "{told}");
    }
}
