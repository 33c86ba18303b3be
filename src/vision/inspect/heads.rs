//! Which family a graph's outputs are of. Only names and shapes are looked at here, as they came out
//! of one run; what the numbers themselves tell is in `values`.

use super::super::entry::{InputEntry, OutputEntry};
use super::super::family::nanodet;
use super::super::input_form::{ChannelOrder, Fit};
use super::facts::{Answer, Finding, Given, Metadata};

/// Means and deviations of ImageNet's pictures, red first, on the scale 0 to 255.
pub const IMAGENET: ([f32; 3], [f32; 3]) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);

/// Rows beyond this are anchors that still want suppression, not finished boxes or queries.
const FINISHED: usize = 1000;

/// A family and what its outputs say beyond it.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// As manifests name it.
    pub family: &'static str,
    /// Classes the outputs have room for; `None` where they only give numbers.
    pub classes: Option<usize>,
    /// Whose way of laying a picture into the input is taken.
    pub convention: &'static str,
    /// Options of the entry.
    pub input: InputEntry,
    /// Options of the entry.
    pub output: OutputEntry,
    /// What it rests on.
    pub because: String,
    /// What was concluded besides.
    pub findings: Vec<Finding>,
}

impl Head {
    fn new(family: &'static str, classes: Option<usize>, because: String) -> Self {
        let (input, output) = (InputEntry::default(), OutputEntry::default());
        Self { family, classes, convention: family, input, output, because, findings: Vec::new() }
    }
}

/// The head of these outputs; of the family `wanted` alone where one is given.
///
/// # Errors
/// Why it is none, where more can be said than what the outputs are.
pub fn recognise(
    answer: &Answer,
    metadata: &Metadata,
    names: Option<usize>,
    wanted: Option<&str>,
) -> Result<Head, Option<&'static str>> {
    // A table of boxes with mask coefficients would pass for one of many classes.
    let masks = |o: &Given| matches!(o.dims.as_slice(), [1, 32, _, _]);
    if answer.outputs.len() > 1 && answer.outputs.iter().any(masks) {
        return Err(hint(answer));
    }
    let rules: [fn(&Asked<'_>) -> Option<Head>; 6] =
        [with_bins, boxes, detr, end_to_end, anchors_in_rows, anchors_in_columns];
    let asked = Asked { answer, metadata, names, wanted };
    let found = rules.iter().filter_map(|rule| rule(&asked));
    let mut found = found.filter(|head| wanted.is_none_or(|w| w == head.family));
    found.next().ok_or_else(|| hint(answer))
}

/// What the rules answer at.
struct Asked<'a> {
    answer: &'a Answer,
    metadata: &'a Metadata,
    names: Option<usize>,
    wanted: Option<&'a str>,
}

impl Asked<'_> {
    fn wants(&self, family: &str) -> bool {
        self.wanted == Some(family)
    }

    /// Cells of the grids at strides 8, 16 and 32, in the order of the outputs of nearly all
    /// detectors with anchors.
    fn cells(&self) -> usize {
        let (width, height) = self.answer.size;
        [8, 16, 32].iter().map(|s| (width / s) * (height / s)).sum()
    }

    /// The one table of a graph with one picture: its dimensions and itself.
    fn table(&self) -> Option<(usize, usize, &Given)> {
        let mut tables = self.answer.outputs.iter().filter(|o| o.dims.len() == 3);
        let (one, more) = (tables.next()?, tables.next());
        match (one.dims.as_slice(), more) {
            (&[1, rows, columns], None) => Some((rows, columns, one)),
            _ => None,
        }
    }

    fn at(&self) -> String {
        format!("{} × {}", self.answer.size.0, self.answer.size.1)
    }
}

fn with_bins(asked: &Asked<'_>) -> Option<Head> {
    let (scores, dist) = (asked.answer.output("scores")?, asked.answer.output("dist")?);
    let (&[_, anchors, classes], &[_, rows, sides]) = (&*scores.dims, &*dist.dims) else {
        return None;
    };
    let because =
        format!("outputs \"scores\" and \"dist\": {sides} bins of distance for {anchors} anchors");
    (rows == anchors && sides == nanodet::SIDES)
        .then(|| Head::new("nanodet", Some(classes), because))
}

/// Finished boxes with scores and class numbers as outputs of their own.
fn boxes(asked: &Asked<'_>) -> Option<Head> {
    let answer = asked.answer;
    let boxes = answer.any(&["detection_boxes", "boxes", "bboxes", "dets", "det_boxes"])?;
    let last = *boxes.dims.last()?;
    let rows = boxes.dims.iter().rev().nth(1).copied()?;
    // As many numbers as boxes: finished scores or class numbers.
    let column = |o: &Given| match &*o.dims {
        [n] | [1, n] | [1, n, 1] => *n == rows,
        _ => false,
    };
    let of = |names: &[&str]| answer.any(names).filter(|o| column(o));
    let scores = of(&["detection_scores", "scores", "det_scores"]);
    let numbers = of(&["detection_classes", "labels", "classes", "class_ids", "det_classes"]);
    if !(scores.is_some() && last == 4 || scores.is_none() && last == 5) {
        return None;
    }
    numbers?;
    let named: Vec<String> = answer.outputs.iter().map(|o| format!("\"{}\"", o.name)).collect();
    let because = format!("outputs named {}, with one score to a box", named.join(", "));
    // The authors' deployment of RT-DETR and D-FINE takes the picture's size as a second input.
    let names: Vec<&str> = answer.outputs.iter().map(|o| o.name.as_str()).collect();
    let deployed =
        answer.takes_size || (names == ["labels", "boxes", "scores"] && asked.wants("detr"));
    if deployed && !asked.wants("boxes") {
        let because = format!("a second input for the picture's size, and {because}");
        return Some(Head::new("detr", None, because));
    }
    Some(Head::new("boxes", None, because))
}

/// Queries with class scores and boxes.
fn detr(asked: &Asked<'_>) -> Option<Head> {
    let table = |o: &&Given| o.dims.len() == 3 && o.dims[0] == 1;
    let tables: Vec<&Given> = asked.answer.outputs.iter().filter(table).collect();
    let boxes = ["pred_boxes", "dets", "boxes"]
        .iter()
        .find_map(|name| asked.answer.output(name).filter(|o| table(o) && o.dims[2] == 4))
        .or_else(|| tables.iter().copied().find(|o| o.dims[2] == 4))?;
    let named = asked.answer.any(&["logits", "pred_logits", "labels", "scores"]);
    let others = || tables.iter().copied().filter(|o| o.name != boxes.name);
    let logits =
        named.filter(table).or_else(|| others().next()).filter(|o| o.name != boxes.name)?;
    let (queries, classes) = (boxes.dims[1], logits.dims[2]);
    if logits.dims[1] != queries || (queries > FINISHED && !asked.wants("detr")) {
        return None;
    }
    let because = format!(
        "outputs \"{}\" and \"{}\": boxes and {classes} class scores for each of {queries} queries",
        boxes.name, logits.name
    );
    let mut head = Head::new("detr", Some(classes), because);
    // What cannot be found by the family's own names is named.
    if asked.answer.any(&["pred_boxes", "dets", "boxes"]).is_none() {
        head.output.boxes = Some(boxes.name.clone());
    }
    if asked.answer.any(&["logits", "pred_logits", "labels", "scores"]).is_none() {
        head.output.scores = Some(logits.name.clone());
    }
    // RF-DETR names its outputs so; DETR itself has 91 classes and "no object".
    let rf = boxes.name == "dets" && logits.name == "labels";
    if rf || classes == 92 {
        let (mean, std) = IMAGENET;
        (head.input.mean, head.input.std) = (Some(mean), Some(std));
        let whose = if rf { "RF-DETR" } else { "DETR" };
        head.findings.push(Finding::taken(
            "scaling",
            "ImageNet's mean and deviation",
            format!("{whose}, whose outputs these are, wants it so"),
            "remove input.mean and input.std for values 0 to 1",
        ));
    }
    Some(head)
}

/// `[n, boxes, 6]`, nothing left to suppress.
fn end_to_end(asked: &Asked<'_>) -> Option<Head> {
    let (rows, 6, table) = asked.table()? else { return None };
    let anchors = rows == asked.cells() || rows == 3 * asked.cells();
    // Six columns are also a box and two classes, or a box, an objectness and one class.
    let few = asked.names.is_some_and(|n| n <= 2);
    let finished = rows <= FINISHED && !(anchors && few);
    let said = asked.metadata.end2end();
    if !(said || finished || asked.wants("yolo-end2end")) {
        return None;
    }
    let because = if said {
        "the file says that it is end to end".to_owned()
    } else {
        format!("one output {}: {rows} rows of a box, a score and a class", table.port())
    };
    Some(Head::new("yolo-end2end", None, because))
}

/// `[n, anchors, numbers]`: YOLOX, YOLOv5, or YOLOv8 the other way round.
fn anchors_in_rows(asked: &Asked<'_>) -> Option<Head> {
    let (rows, columns, table) = asked.table()?;
    if columns < 5 || columns >= rows {
        return None;
    }
    let (cells, at) = (asked.cells(), asked.at());
    let told = |what: &str| format!("one output {}: {what}", table.port());
    if rows == 3 * cells || (rows != cells && asked.wants("yolox")) {
        let mut head = Head::new(
            "yolox",
            Some(columns.checked_sub(5)?),
            told(&format!(
                "a box, an objectness and {} classes for three anchors to each cell at {at}, as YOLOv5 \
             has them",
                columns - 5
            )),
        );
        head.convention = "YOLOv5";
        head.output.decoded = Some(true);
        head.input.channels = Some(ChannelOrder::Rgb);
        head.input.std = Some([255.0; 3]);
        head.input.fit = Some(Fit::Centre);
        return Some(head);
    }
    // Both heads have one row a cell; how many numbers belong to the classes is the question.
    let yolox = match (asked.wanted, asked.names, columns) {
        (Some(family), ..) => family == "yolox",
        (None, Some(n), _) => n + 5 == columns,
        (None, None, 85) => true,
        (None, None, 84) => false,
        (None, None, _) => rows == cells && !decoded(table),
    };
    if yolox && rows == cells {
        let classes = columns - 5;
        let what = format!(
            "a box, an objectness and {classes} classes for each cell of the grids at strides 8, 16 \
             and 32 of {at}"
        );
        return Some(Head::new("yolox", Some(classes), told(&what)));
    }
    let what = format!("a box and {} classes for each of {rows} anchors", columns - 4);
    Some(Head::new("yolo", Some(columns - 4), told(&what)))
}

/// Whether the first four numbers answer like pixels rather than offsets in a grid.
fn decoded(table: &Given) -> bool {
    !table.values.is_empty() && table.rows().all(|row| row[2] > 0.0 && row[3] > 0.0)
}

/// `[n, numbers, anchors]`: YOLOv8 and its successors.
fn anchors_in_columns(asked: &Asked<'_>) -> Option<Head> {
    let (rows, columns, table) = asked.table()?;
    if rows < 5 || rows >= columns {
        return None;
    }
    let because = format!(
        "one output {}: a box and {} classes, each over {columns} anchors",
        table.port(),
        rows - 4
    );
    Some(Head::new("yolo", Some(rows - 4), because))
}

/// What can be said of outputs that are of no family.
fn hint(answer: &Answer) -> Option<&'static str> {
    let dims: Vec<&[usize]> = answer.outputs.iter().map(|o| &*o.dims).collect();
    Some(match &*dims {
        [[_, 7]] => {
            "a row of 7 numbers to a box is how YOLOv7 exports with suppression inside; export \
             without it (--end2end left out)"
        }
        [[1, n] | [1, n, 1, 1]] if *n >= 2 => {
            "one row of numbers to a picture is how a classifier answers, which finds no boxes"
        }
        [_, .., [1, 32, _, _]] => {
            "32 planes besides are how segmentation models answer; export a detection model"
        }
        _ if dims.iter().filter(|d| d.len() >= 4).count() >= 3 => {
            "raw maps of several scales are outputs before decoding; export with the decoding inside"
        }
        _ => return None,
    })
}
