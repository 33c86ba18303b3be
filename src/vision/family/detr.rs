//! Heads in the way of DETR: a set of queries, each with class scores and a box as shares of the
//! input, and nothing to suppress (Carion et al., "End-to-End Object Detection with Transformers",
//! 2020; RT-DETR: Zhao et al., 2023; D-FINE: Peng et al., 2024; RF-DETR). Scores are logits, each
//! class for itself; the older softmax with "no object" as its last class is an option. The authors'
//! deployment exports, which take the picture's size and give labels, boxes and scores, are read as
//! well.

use super::super::classes::ClassTable;
use super::super::entry::{Activation, BoxFormat};
use super::super::input_form::Fit;
use super::super::model_entry::ModelEntry;
use super::super::signature::{ElementType, Port, Signature};
use super::super::spec::InputSpec;
use super::ask::{Ask, RawDetection};
use super::boxes::Boxes;
use super::fault::Fault;
use super::head::{Head, counted, floats, named, unknown};
use super::outputs::{Outputs, Table};
use super::scores::{BoxReader, Scratch, best, quiet};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str =
    "logits [n, queries, classes] and boxes [n, queries, 4], or labels, boxes and scores";

/// RGB, 0 to 1, the aspect given up.
pub(super) const INPUT: InputSpec = InputSpec { fit: Fit::Stretch, ..InputSpec::USUAL };

/// The head of one model.
pub(super) enum Detr {
    /// As the network itself gives them.
    Queries(Queries),
    /// As a deployment export gives them, and the input that takes the picture's size.
    Listed(Boxes, Option<String>),
}

/// Logits and boxes of a set of queries.
pub(super) struct Queries {
    logits: String,
    boxes: String,
    classes: usize,
    reader: BoxReader,
    activation: Activation,
    nms_iou: Option<f32>,
}

impl Detr {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        // The input of sizes: [n, 2] integers.
        let sizes = signature
            .inputs
            .iter()
            .find(|p| p.kind == ElementType::Int64 && p.dims.len() == 2 && p.dims[1] == 2);
        let column = |name: &str| signature.output(name).is_some_and(|p| p.dims.len() < 3);
        if sizes.is_some() || (column("scores") && column("labels")) {
            let listed = Boxes::of_detr(entry, signature, classes)?;
            return Ok(Self::Listed(listed, sizes.map(|p| p.name.clone())));
        }
        Queries::new(entry, signature, classes).map(Self::Queries)
    }
}

/// The outputs with logits and with boxes: by name where the entry gives it, else the table of four
/// columns holds the boxes. Further outputs (hidden states, auxiliary layers) are left alone.
fn ports<'a>(entry: &ModelEntry, signature: &'a Signature) -> Result<(&'a Port, &'a Port), String> {
    let said = |name: &Option<String>, usual: &[&str]| match name {
        Some(name) => named(signature, name).map(Some),
        None => Ok(usual.iter().find_map(|n| signature.output(n))),
    };
    let none = || unknown(signature, NEEDS);
    let four = |p: &&Port| p.dims.len() == 3 && p.fixed(2) == Some(4);
    let boxes = said(&entry.output.boxes, &["pred_boxes", "dets", "boxes"])?
        .or_else(|| signature.outputs.iter().find(four))
        .ok_or_else(none)?;
    let other = |p: &&Port| p.dims.len() == 3 && p.name != boxes.name;
    let logits = said(&entry.output.scores, &["logits", "pred_logits", "labels", "scores"])?
        .or_else(|| signature.outputs.iter().find(other))
        .ok_or_else(none)?;
    if boxes.dims.len() != 3 || boxes.fixed(2).is_some_and(|n| n != 4) || logits.dims.len() != 3 {
        return Err(none());
    }
    Ok((logits, boxes))
}

impl Queries {
    fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let (logits, boxes) = ports(entry, signature)?;
        floats(logits)?;
        floats(boxes)?;
        let activation = entry.output.activation.unwrap_or(Activation::Sigmoid);
        let nothing = usize::from(activation == Activation::Softmax);
        if let Some(n) = logits.fixed(2) {
            counted(n.saturating_sub(nothing), classes)?;
        }
        Ok(Self {
            logits: logits.name.clone(),
            boxes: boxes.name.clone(),
            classes: classes.len(),
            reader: BoxReader::new(&entry.output, BoxFormat::Cxcywh, true),
            activation,
            nms_iou: entry.thresholds.nms_iou,
        })
    }

    /// Every class of a query for itself.
    fn each(
        &self,
        logits: &Table<'_>,
        boxes: &Table<'_>,
        ask: &Ask<'_>,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let least = self.activation.least(ask.min_score);
        for query in 0..logits.rows {
            let row = logits.row(query);
            if quiet(row, least) {
                continue;
            }
            best(row.iter().copied()).ok_or_else(|| Fault::NotFinite(self.logits.clone()))?;
            for (class, &raw) in row.iter().enumerate().filter(|(_, raw)| **raw >= least) {
                out.extend(self.one(boxes.row(query), class, self.activation.of(raw), ask)?);
            }
        }
        // As the references do: of all pairs of query and class, as many as there are queries.
        out.sort_by(|a, b| b.score.total_cmp(&a.score));
        out.truncate(logits.rows);
        Ok(())
    }

    /// The likeliest class of a query, of all but the last, which is "no object".
    fn likeliest(
        &self,
        logits: &Table<'_>,
        boxes: &Table<'_>,
        ask: &Ask<'_>,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        for query in 0..logits.rows {
            let row = logits.row(query);
            let top = best(row.iter().copied());
            let (_, top) = top.ok_or_else(|| Fault::NotFinite(self.logits.clone()))?;
            let sum: f32 = row.iter().map(|v| (v - top).exp()).sum();
            let things = &row[..self.classes];
            let Some((class, raw)) = best(things.iter().copied()) else { continue };
            out.extend(self.one(boxes.row(query), class, (raw - top).exp() / sum, ask)?);
        }
        Ok(())
    }

    fn one(
        &self,
        b: &[f32],
        class_index: usize,
        score: f32,
        ask: &Ask<'_>,
    ) -> Result<Option<RawDetection>, Fault> {
        if score < ask.min_score || !ask.wants(class_index) {
            return Ok(None);
        }
        let bbox = self.reader.read([b[0], b[1], b[2], b[3]], ask.size());
        let bbox = bbox.ok_or_else(|| Fault::NotFinite(self.boxes.clone()))?;
        Ok(Some(RawDetection { bbox, class_index, score }))
    }
}

impl Head for Detr {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let head = match self {
            Self::Listed(head, _) => return head.decode(outputs, picture, ask, scratch, out),
            Self::Queries(head) => head,
        };
        let logits = outputs.table(&head.logits, picture)?;
        let boxes = outputs.table(&head.boxes, picture)?;
        let nothing = usize::from(head.activation == Activation::Softmax);
        if (logits.columns, boxes.columns) != (head.classes + nothing, 4)
            || logits.rows != boxes.rows
        {
            return Err(Fault::Shape(format!(
                "it gave {} × {} logits and {} × {} boxes for {} classes",
                logits.rows, logits.columns, boxes.rows, boxes.columns, head.classes
            )));
        }
        if head.activation == Activation::Softmax {
            head.likeliest(&logits, &boxes, ask, out)
        } else {
            head.each(&logits, &boxes, ask, out)
        }
    }

    fn nms_iou(&self) -> Option<f32> {
        match self {
            Self::Queries(head) => head.nms_iou,
            Self::Listed(head, _) => head.nms_iou(),
        }
    }

    fn size_input(&self) -> Option<&str> {
        match self {
            Self::Queries(_) => None,
            Self::Listed(_, input) => input.as_deref(),
        }
    }

    fn batch(&self) -> Option<usize> {
        match self {
            Self::Queries(_) => None,
            Self::Listed(head, _) => head.batch(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::testing::{entry, read, told};
    use super::*;

    const BOXES: [f32; 8] = [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.5, 0.5];

    #[test]
    fn each_class_of_a_query_stands_for_itself() {
        let logits = vec![0.0, -9.0, 1.0, -9.0, -9.0, -9.0];
        let outputs =
            [("pred_boxes", &[1, 2, 4][..], BOXES.to_vec()), ("logits", &[1, 2, 3], logits)];
        let found = told(&read(&entry("detr"), &outputs, 0.4).unwrap());
        let corners = [16.0, 24.0, 48.0, 40.0];
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].0, found[0].2), (corners, 2));
        assert_eq!(found[1], (corners, 0.5, 0));
    }

    #[test]
    fn softmax_leaves_its_last_class_out() {
        let mut softmax = entry("detr");
        softmax.output.activation = Some(Activation::Softmax);
        let logits = vec![0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.0];
        let outputs =
            [("pred_boxes", &[1, 2, 4][..], BOXES.to_vec()), ("logits", &[1, 2, 4], logits)];
        let found = told(&read(&softmax, &outputs, 0.4).unwrap());
        let [(_, score, 1)] = found[..] else { panic!("{found:?}") };
        let e = 3.0_f32.exp();
        assert!((score - e / (e + 3.0)).abs() < 1e-6);
    }
}
