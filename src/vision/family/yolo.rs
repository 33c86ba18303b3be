//! Heads in the way of YOLOv8 (and v9, v11): per anchor a box in pixels and class probabilities, no
//! objectness, not yet suppressed. Usually every number stands in a row over all anchors; the other
//! way round is read as well.

use super::super::classes::ClassTable;
use super::super::entry::{Activation, BoxFormat};
use super::super::shelf::ModelEntry;
use super::super::signature::{Port, Signature};
use super::decode::{Ask, RawDetection};
use super::head::{Fault, Head, counted, floats, only};
use super::outputs::{Outputs, Table};
use super::scores::{BoxReader, Scratch, peak, peaks};

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
        let port = only(entry, signature)?;
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
        peaks(scores, n, &mut scratch.best).ok_or_else(|| self.bad())?;
        let least = self.activation.least(ask.min_score);
        for (i, &top) in scratch.best.iter().enumerate() {
            if top >= least {
                let class = scores.iter().skip(i).step_by(n).position(|&v| v >= top);
                let b = std::array::from_fn(|k| values[k * n + i]);
                out.extend(self.one(b, top, class, ask)?);
            }
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
            let top = peak(scores).ok_or_else(|| self.bad())?;
            if top >= least {
                let class = scores.iter().position(|&v| v >= top);
                out.extend(self.one([b[0], b[1], b[2], b[3]], top, class, ask)?);
            }
        }
        Ok(())
    }

    fn one(
        &self,
        b: [f32; 4],
        top: f32,
        class: Option<usize>,
        ask: &Ask<'_>,
    ) -> Result<Option<RawDetection>, Fault> {
        let score = self.activation.of(top);
        let wanted = class.filter(|&class| score >= ask.min_score && ask.wants(class));
        let Some(class_index) = wanted else { return Ok(None) };
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
