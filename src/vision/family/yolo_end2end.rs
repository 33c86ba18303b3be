//! Heads that give finished boxes in one table, as YOLOv10 and its followers do (Wang et al.,
//! "YOLOv10: Real-Time End-to-End Object Detection", 2024): corners, score and class number a row,
//! nothing left to suppress.

use super::super::classes::ClassTable;
use super::super::entry::BoxFormat;
use super::super::model_entry::ModelEntry;
use super::super::signature::Signature;
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::head::{Head, class_index, floats, only};
use super::outputs::Outputs;
use super::scores::{BoxReader, Scratch};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str = "one output [n, boxes, 6]";

/// Corners, score, class.
const ROW: usize = 6;

/// The head of one model.
pub(super) struct YoloEnd2End {
    output: String,
    classes: usize,
    class_base: usize,
    reader: BoxReader,
    nms_iou: Option<f32>,
}

impl YoloEnd2End {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let port = only(entry, signature, NEEDS)?;
        let output = floats(port)?.to_owned();
        if port.dims.len() != 3 || port.fixed(2).is_some_and(|n| n != ROW) {
            return Err(format!("its output {port} is not [n, boxes, 6]"));
        }
        Ok(Self {
            output,
            classes: classes.len(),
            class_base: entry.output.class_base.unwrap_or(0),
            reader: BoxReader::new(&entry.output, BoxFormat::Xyxy, false),
            nms_iou: entry.thresholds.nms_iou,
        })
    }
}

impl Head for YoloEnd2End {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        _: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let table = outputs.table(&self.output, picture)?;
        if table.columns != ROW {
            return Err(Fault::Shape(format!("it gave rows of {}, not 6", table.columns)));
        }
        let bad = || Fault::NotFinite(self.output.clone());
        for i in 0..table.rows {
            let &[a, b, c, d, score, class] = table.row(i) else { continue };
            if !score.is_finite() {
                return Err(bad());
            }
            if score < ask.min_score {
                continue;
            }
            let index = class_index(class, self.class_base, self.classes, &self.output)?;
            let Some(class_index) = index.filter(|&i| ask.wants(i)) else { continue };
            let bbox = self.reader.read([a, b, c, d], ask.size()).ok_or_else(bad)?;
            out.push(RawDetection { bbox, class_index, score });
        }
        Ok(())
    }

    fn nms_iou(&self) -> Option<f32> {
        self.nms_iou
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::testing::{entry, read, told};

    #[test]
    fn rows_are_finished_and_a_class_beyond_the_table_is_told() {
        let rows = vec![
            10.0, 20.0, 30.0, 40.0, 0.9, 2.0, 10.0, 20.0, 30.0, 40.0, 0.8, 2.0, 0.0, 0.0, 0.0, 0.0,
            0.0, 0.0,
        ];
        let found = read(&entry("yolo-end2end"), &[("o", &[1, 3, 6], rows.clone())], 0.3).unwrap();
        // Nothing is suppressed: that is the graph's own affair.
        assert_eq!(told(&found).len(), 2);
        let mut beyond = rows;
        beyond[5] = 3.0;
        let told = read(&entry("yolo-end2end"), &[("o", &[1, 3, 6], beyond)], 0.3).unwrap_err();
        assert!(told.to_string().contains("class number 3, and the table has 3"), "{told}");
    }
}
