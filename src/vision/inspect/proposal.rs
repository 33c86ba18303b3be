//! A manifest entry for an ONNX file, with what each of its values rests on.

use super::super::classes::ClassTable;
use super::super::entry::InputEntry;
use super::super::input_form::{ChannelOrder, Fit, InputType, Layout};
use super::super::letterbox::Letterbox;
use super::super::region::Region;
use super::super::signature::Port;
use super::super::spec::InputSpec;
use super::super::{ModelEntry, Shelf, family};
use super::classes::{self, Classes, List};
use super::error::InspectError;
use super::facts::{Answer, Finding, Metadata};
use super::graph::Graph;
use super::heads::{self, Head};
use super::values;
use crate::media::Frame;
use std::path::Path;

/// Side of an input whose size is free and recommended by nobody, in pixels.
const USUAL_SIDE: usize = 640;

/// What is said instead of found out.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The family.
    pub family: Option<String>,
    /// The model's name.
    pub name: Option<String>,
    /// The names of its classes.
    pub classes: Option<List>,
    /// Its licence.
    pub licence: Option<String>,
    /// Where it comes from.
    pub origin: Option<String>,
}

/// A manifest entry, with what each of its values rests on.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The entry.
    pub entry: ModelEntry,
    /// What it rests on.
    pub findings: Vec<Finding>,
    /// The size to fix where the graph turns out not to take any, in pixels.
    pub fallback: (usize, usize),
}

/// Looks at the file, runs it on `frame`, and concludes.
///
/// # Errors
/// Everything [`InspectError`] knows but what concerns names and writing.
pub fn propose(
    path: &Path,
    shelf: &Shelf,
    frame: &Frame,
    wishes: &Wishes,
) -> Result<Proposal, InspectError> {
    if let Some(found) = wishes.family.as_deref().filter(|f| family::needs(f).is_none()) {
        let known = family::names().join(", ");
        return Err(InspectError::Family { found: found.to_owned(), known });
    }
    let mut graph = Graph::open(path, shelf)?;
    let port = graph.picture_port()?.clone();
    let metadata = graph.metadata.clone();
    if let Some(task) = metadata.task().filter(|&task| task != "detect") {
        return Err(InspectError::Task { path: path.to_owned(), task: task.to_owned() });
    }
    let (fixed, size) = input_size(&port, &metadata);
    let unfit = |reason: String| InspectError::Input { path: path.to_owned(), reason };
    let spec = |usual: InputSpec, head: &InputEntry| {
        let entry = InputEntry { size: fixed.map(Into::into), ..head.clone() };
        InputSpec::resolve(usual, &entry, &port).map_err(unfit)
    };
    let region = Region::whole(frame.width(), frame.height());
    let (width, height) = size;
    let first = spec(InputSpec::USUAL, &InputEntry::default())?;
    let letterbox = Letterbox::into(region, width, height, Fit::Stretch);
    let answer = graph.run(frame, &first, letterbox)?;

    let list = classes::list(wishes.classes.as_ref(), &metadata);
    let named = list.as_ref().map(|l| l.names.len());
    let mut head = heads::recognise(&answer, &metadata, named, wishes.family.as_deref())
        .map_err(|why| unknown(path, &answer, wishes, why))?;
    let usual = family::input(head.family).unwrap_or(InputSpec::USUAL);
    let spec = spec(usual, &head.input)?;
    let letterbox = Letterbox::into(region, width, height, spec.fit);
    let answer = graph.run(frame, &spec, letterbox)?;
    let usual_table = if head.family == "boxes" { "coco91" } else { "coco80" };
    let expected = head.classes.or(named);
    values::refine(&mut head, &answer, expected.unwrap_or(91))
        .map_err(|output| InspectError::NotFinite { path: path.to_owned(), output })?;
    let chosen = classes::choose(head.classes, list.as_ref(), usual_table).map_err(|list| {
        let (names, has) = (list.names.len(), head.classes.unwrap_or(0));
        InspectError::ClassCount { path: path.to_owned(), has, list: list.from, names }
    })?;
    Ok(assemble(path, shelf, graph, &spec, head, chosen, wishes, (fixed, size)))
}

/// The size to fix in the entry, where the graph has one free side; and the size to try with.
fn input_size(port: &Port, metadata: &Metadata) -> (Option<(usize, usize)>, (usize, usize)) {
    let (h, w) =
        if port.dims.get(3) == Some(&3) && port.dims.get(1) != Some(&3) { (1, 2) } else { (2, 3) };
    let said = metadata.image_size().unwrap_or((USUAL_SIDE, USUAL_SIDE));
    match (port.fixed(w), port.fixed(h)) {
        (Some(width), Some(height)) => (None, (width, height)),
        (None, None) => (None, said),
        (Some(side), None) | (None, Some(side)) => {
            let other = metadata
                .image_size()
                .map_or(side, |(sw, sh)| if port.fixed(w).is_some() { sh } else { sw });
            let size = if port.fixed(w).is_some() { (side, other) } else { (other, side) };
            (Some(size), size)
        }
    }
}

fn unknown(
    path: &Path,
    answer: &Answer,
    wishes: &Wishes,
    why: Option<&'static str>,
) -> InspectError {
    let families = family::names().into_iter();
    let asked = families.filter(|f| wishes.family.as_deref().is_none_or(|w| w == *f));
    let needs: Vec<String> = asked
        .map(|name| format!("  {name} needs {}", family::needs(name).unwrap_or_default()))
        .collect();
    let (path, outputs) = (path.to_owned(), answer.told());
    let what = wishes.family.as_ref().map_or_else(
        || "of no family known here".to_owned(),
        |family| format!("not of the family \"{family}\""),
    );
    InspectError::UnknownHead { path, what, outputs, needs: needs.join("\n"), why }
}

#[expect(clippy::too_many_arguments, reason = "one place where everything found comes together")]
fn assemble(
    path: &Path,
    shelf: &Shelf,
    graph: Graph,
    spec: &InputSpec,
    head: Head,
    chosen: Classes,
    wishes: &Wishes,
    (fixed, fallback): (Option<(usize, usize)>, (usize, usize)),
) -> Proposal {
    let metadata = &graph.metadata;
    let mut findings = vec![match &wishes.family {
        Some(_) => Finding::read("family", head.family, format!("--family; {}", head.because)),
        None => Finding::read("family", head.family, &*head.because),
    }];
    findings.push(input_finding(spec, fixed, metadata));
    if head.findings.iter().any(|f| f.about == "scaling") {
        findings.push(colours(spec, head.convention));
    } else {
        findings.push(convention(spec, head.convention));
    }
    findings.extend(head.findings);
    findings.extend(chosen.findings);
    let table = match &*chosen.table {
        "" => ClassTable::new("class_names", &chosen.names, shelf.class_map()),
        title => ClassTable::named(title, shelf.class_map()).unwrap_or_else(ClassTable::coco80),
    };
    findings.push(classes::mapped(&table));
    let licence = wishes.licence.as_deref().or(metadata.licence());
    if licence.is_none() {
        findings.push(Finding::taken(
            "licence",
            "unknown",
            "the file does not say",
            "give --licence, or write it into the manifest; a city must know what it may run",
        ));
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let origin = wishes.origin.as_deref().or(metadata.origin());
    let entry = ModelEntry {
        name: String::new(),
        sha256: graph.sha256,
        family: head.family.to_owned(),
        classes: chosen.table,
        class_names: chosen.names,
        licence: licence.unwrap_or("unknown").to_owned(),
        origin: origin.map_or_else(|| format!("imported from {file}"), ToOwned::to_owned),
        data: graph.data,
        input: InputEntry { size: fixed.map(Into::into), ..head.input },
        output: head.output,
        file,
        ..ModelEntry::default()
    };
    Proposal { entry, findings, fallback }
}

fn input_finding(spec: &InputSpec, fixed: Option<(usize, usize)>, metadata: &Metadata) -> Finding {
    let layout = match spec.layout {
        Layout::Nchw => "nchw",
        Layout::Nhwc => "nhwc",
    };
    let kind = match spec.kind {
        InputType::Float32 => "float32",
        InputType::Uint8 => "uint8",
    };
    let size = match spec.size {
        Some((w, h)) => format!("{w} × {h}"),
        None => format!("any size, in steps of {}", spec.multiple),
    };
    let value = format!("{size}, {layout}, {kind}");
    if fixed.is_some() {
        let whose =
            if metadata.image_size().is_some() { "the file's own imgsz" } else { "a square" };
        let because = format!("the graph fixes one side; {whose} gives the other");
        return Finding::taken("input", value, because, "change input.size");
    }
    Finding::read("input", value, "read from the graph")
}

/// What no graph says of its input, by the family's convention.
fn convention(spec: &InputSpec, whose: &str) -> Finding {
    if spec.kind == InputType::Uint8 {
        return colours(spec, whose);
    }
    let scale = match (spec.mean, spec.std) {
        ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0]) => "0 to 255".to_owned(),
        ([0.0, 0.0, 0.0], [255.0, 255.0, 255.0]) => "0 to 1".to_owned(),
        (mean, std) => format!("(value − {mean:?}) / {std:?}"),
    };
    let value = format!("{}, values {scale}, {}", order(spec), fit(spec));
    Finding::taken(
        "colours",
        value,
        format!("the usual way of {whose}; no graph says what its colours and their scale are"),
        "change input.channels, input.mean, input.std or input.fit if it was trained otherwise",
    )
}

fn colours(spec: &InputSpec, whose: &str) -> Finding {
    Finding::taken(
        "colours",
        format!("{}, {}", order(spec), fit(spec)),
        format!("the usual way of {whose}; RGB or BGR cannot be read from a graph"),
        "change input.channels or input.fit if it was trained otherwise",
    )
}

const fn order(spec: &InputSpec) -> &'static str {
    match spec.channels {
        ChannelOrder::Rgb => "rgb",
        ChannelOrder::Bgr => "bgr",
    }
}

const fn fit(spec: &InputSpec) -> &'static str {
    match spec.fit {
        Fit::Centre => "the picture in the middle",
        Fit::TopLeft => "the picture at the left top",
        Fit::Stretch => "the picture stretched",
    }
}
