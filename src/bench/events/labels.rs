//! Label files: what happens in a clip, by hand or by construction.

use super::kind_name::{KINDS, canonical};
use crate::config::nearest;
use crate::vision::BBox;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Seconds by which a label may begin after the end of its clip: ends are rounded.
const PAST_END: f64 = 1.0;

/// Why a label file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}{problem}", path.display(), if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct LabelError {
    /// The file.
    pub path: PathBuf,
    /// Where in it, as `events[2]`; empty for the whole file.
    pub place: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

/// One labelled violation. Times are seconds since the clip's beginning; boxes are in pixels of the
/// labels' resolution.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Its kind's canonical name.
    pub kind: &'static str,
    /// When it begins (what happens at an instant: when it happens).
    pub start: f64,
    /// When it ends; `start` where the label does not say.
    pub end: f64,
    /// The zone or line.
    pub place: Option<String>,
    /// Where its subject is at `subject_at`.
    pub subject: Option<BBox>,
    /// When the subject is there.
    pub subject_at: f64,
    /// When the violation is complete; `None`: at its start, after the time that the rule allows.
    pub complete: Option<f64>,
    /// It may be found, and need not.
    pub optional: bool,
    /// For people.
    pub note: String,
}

/// A span in which events neither count for nor against.
#[derive(Debug, Clone, PartialEq)]
pub struct Ignored {
    /// Only of this kind; `None`: of all.
    pub kind: Option<&'static str>,
    /// From, seconds.
    pub start: f64,
    /// To, seconds.
    pub end: f64,
}

/// A label file, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    /// The file.
    pub path: PathBuf,
    /// Pixels that boxes and zones are given in, where it says.
    pub resolution: Option<(u32, u32)>,
    /// Areas and lines by name, corners in pixels of `resolution`.
    pub zones: BTreeMap<String, Vec<(f32, f32)>>,
    /// What happens, by start.
    pub events: Vec<Label>,
    /// Kinds that do not happen besides, with what is said of them.
    pub negative_for: BTreeMap<&'static str, String>,
    /// What does not count.
    pub ignore: Vec<Ignored>,
}

#[derive(Deserialize)]
struct RawFile {
    resolution: Option<String>,
    duration_s: Option<f64>,
    #[serde(default)]
    zones: BTreeMap<String, Value>,
    #[serde(default)]
    events: Vec<RawEvent>,
    #[serde(default)]
    negative_for: Vec<Value>,
    #[serde(default)]
    ignore: Vec<RawIgnore>,
}

#[derive(Deserialize)]
struct RawEvent {
    kind: String,
    start_s: f64,
    end_s: Option<f64>,
    zone: Option<String>,
    line: Option<String>,
    bbox_or_zone: Option<Value>,
    #[serde(alias = "bbox", alias = "box")]
    subject_box: Option<[f32; 4]>,
    subject_s: Option<f64>,
    complete_s: Option<f64>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct RawIgnore {
    kind: Option<String>,
    start_s: Option<f64>,
    end_s: Option<f64>,
}

impl Labels {
    /// Reads a label file; `known` are the places that the camera names.
    ///
    /// # Errors
    /// Every [`LabelError`] that can be found: no JSON of this form, unknown kinds or places, times
    /// reversed or past the end, the same event twice.
    pub fn read(path: &Path, known: &BTreeSet<String>) -> Result<Self, Vec<LabelError>> {
        let whole = |problem: String| {
            vec![LabelError { path: path.to_owned(), place: String::new(), problem }]
        };
        let text = std::fs::read_to_string(path)
            .map_err(|e| whole(format!("the labels cannot be read ({e}); check the path")))?;
        Self::parse(path, &text, known)
    }

    /// The same from a file's text.
    ///
    /// # Errors
    /// As [`Labels::read`].
    pub fn parse(
        path: &Path,
        text: &str,
        known: &BTreeSet<String>,
    ) -> Result<Self, Vec<LabelError>> {
        let error =
            |place: String, problem: String| LabelError { path: path.to_owned(), place, problem };
        let raw: RawFile = serde_json::from_str(text).map_err(|e| {
            let place = format!("line {}", e.line());
            vec![error(place, format!("these are no labels ({e}); see the help of bench events"))]
        })?;
        let mut wrong = Vec::new();
        let zones: BTreeMap<_, _> =
            raw.zones.iter().map(|(name, value)| (name.clone(), corners(value))).collect();
        let mut events: Vec<Label> = Vec::new();
        for (i, event) in raw.events.into_iter().enumerate() {
            let place = format!("events[{i}]");
            match label(event, raw.duration_s, &|n| zones.contains_key(n) || known.contains(n)) {
                Ok(label) if events.iter().any(|e| same(e, &label)) => wrong.push(error(
                    place,
                    format!(
                        "this {} is labelled twice with the same times; remove one, or give each its subject_box",
                        label.kind
                    ),
                )),
                Ok(label) => events.push(label),
                Err(problems) => {
                    wrong.extend(problems.into_iter().map(|p| error(place.clone(), p)));
                }
            }
        }
        let mut negative_for = BTreeMap::new();
        for said in &raw.negative_for {
            let text = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
            for kind in negatives(&text) {
                negative_for.entry(kind).or_insert_with(|| text.clone());
            }
        }
        let mut ignore = Vec::new();
        for (i, span) in raw.ignore.into_iter().enumerate() {
            match ignored(&span) {
                Ok(span) => ignore.push(span),
                Err(problem) => wrong.push(error(format!("ignore[{i}]"), problem)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        events.sort_by(|a, b| a.start.total_cmp(&b.start).then(a.kind.cmp(b.kind)));
        let resolution = raw.resolution.as_deref().and_then(size);
        Ok(Self { path: path.to_owned(), resolution, zones, events, negative_for, ignore })
    }

    /// The same with boxes and zones in pixels of `frame`.
    #[must_use]
    pub fn on(mut self, frame: (u32, u32)) -> Self {
        let Some(own) = self.resolution.filter(|own| *own != frame) else { return self };
        let (sx, sy) = (frame.0 as f32 / own.0 as f32, frame.1 as f32 / own.1 as f32);
        for label in &mut self.events {
            label.subject = label.subject.map(|b| b.scaled(sx, sy));
        }
        for (x, y) in self.zones.values_mut().flatten() {
            (*x, *y) = (*x * sx, *y * sy);
        }
        self.resolution = Some(frame);
        self
    }
}

fn same(a: &Label, b: &Label) -> bool {
    let key = |l: &Label| (l.kind, l.place.clone(), l.subject.map(<[f32; 4]>::from));
    key(a) == key(b) && (a.start - b.start).abs() < 1e-6 && (a.end - b.end).abs() < 1e-6
}

fn label(
    raw: RawEvent,
    duration: Option<f64>,
    known: &dyn Fn(&str) -> bool,
) -> Result<Label, Vec<String>> {
    let mut wrong = Vec::new();
    let kind = canonical(&raw.kind);
    if kind.is_none() {
        wrong.push(unknown_kind(&raw.kind));
    }
    let end = raw.end_s.unwrap_or(raw.start_s);
    if !raw.start_s.is_finite() || raw.start_s < 0.0 {
        wrong.push(format!("start_s is {}; give seconds from 0", raw.start_s));
    } else if end < raw.start_s {
        wrong.push(format!("end_s {end} lies before start_s {}; exchange them", raw.start_s));
    } else if let Some(length) = duration.filter(|d| raw.start_s > d + PAST_END) {
        let start = raw.start_s;
        wrong.push(format!("start_s {start} lies after the clip's end ({length} s); correct it"));
    }
    let mut subject = raw.subject_box.map(BBox::from);
    let mut named = None;
    match raw.bbox_or_zone {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) => named = Some(name),
        Some(value) => match serde_json::from_value::<[f32; 4]>(value) {
            Ok(corners) => subject = subject.or(Some(BBox::from(corners))),
            Err(_) => wrong.push("bbox_or_zone must be a zone's name or [x1, y1, x2, y2]".into()),
        },
    }
    if subject.is_some_and(|b| b.width() <= 0.0 || b.height() <= 0.0) {
        wrong.push("the subject's box is empty; write [left, top, right, bottom]".to_owned());
    }
    let place = raw.zone.or(raw.line).or(named);
    if let Some(name) = place.as_deref().filter(|name| !known(name)) {
        wrong.push(format!(
            "there is no zone or line \"{name}\" in the labels or the camera file; correct the name"
        ));
    }
    match kind {
        Some(kind) if wrong.is_empty() => Ok(Label {
            kind,
            start: raw.start_s,
            end,
            place,
            subject,
            subject_at: raw.subject_s.unwrap_or(raw.start_s),
            complete: raw.complete_s,
            optional: raw.optional,
            note: raw.note,
        }),
        _ => Err(wrong),
    }
}

fn ignored(raw: &RawIgnore) -> Result<Ignored, String> {
    let kind = match &raw.kind {
        Some(name) => Some(canonical(name).ok_or_else(|| unknown_kind(name))?),
        None => None,
    };
    let (start, end) = (raw.start_s.unwrap_or(0.0), raw.end_s.unwrap_or(f64::INFINITY));
    if end < start {
        return Err(format!("end_s {end} lies before start_s {start}; exchange them"));
    }
    Ok(Ignored { kind, start, end })
}

fn unknown_kind(name: &str) -> String {
    let near = nearest(name, KINDS.iter().map(|(kind, _)| *kind));
    let hint = near.map_or_else(
        || format!("the kinds are {}", KINDS.map(|(kind, _)| kind).join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    format!("unknown kind \"{name}\"; {hint}")
}

/// The kinds that a sentence says do not happen: those named before its first colon, or all.
fn negatives(text: &str) -> Vec<&'static str> {
    let head = text.split(':').next().unwrap_or_default();
    let words = || head.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    if words().any(|w| w == "all") {
        return KINDS.iter().map(|(kind, _)| *kind).collect();
    }
    words().filter_map(canonical).collect()
}

/// `640x352`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (w, h) = text.split_once(['x', '×'])?;
    Some((w.trim().parse().ok().filter(|w| *w > 0)?, h.trim().parse().ok().filter(|h| *h > 0)?))
}

/// Corners of a zone or line: `[[x, y], …]`, or the same under `points`.
fn corners(value: &Value) -> Vec<(f32, f32)> {
    let points = value.get("points").unwrap_or(value).clone();
    let read: Vec<[f32; 2]> = serde_json::from_value(points).unwrap_or_default();
    read.into_iter().map(|[x, y]| (x, y)).collect()
}
