//! Labels as they are written beside a clip.

use crate::vision::BBox;
use serde_json::{Value, json};

/// One violation as the scene has it; times in seconds, boxes in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) start: f32,
    pub(super) end: f32,
    /// The zone, or of what crosses the line.
    pub(super) place: &'static str,
    pub(super) subject: Option<(f32, BBox)>,
    pub(super) complete: Option<f32>,
    /// It may be found and need not: it cannot be seen well.
    pub(super) optional: bool,
    pub(super) note: &'static str,
}

/// A label file.
pub(super) fn file(
    name: &str,
    size: (u32, u32),
    seconds: f32,
    events: &[Told],
    negative_for: &[&str],
    note: &str,
) -> Value {
    let ms = |v: f32| (f64::from(v) * 1e3).round() / 1e3;
    let event = |e: &Told| {
        let mut value = json!({
            "kind": e.kind, "start_s": ms(e.start), "end_s": ms(e.end), "zone": e.place,
        });
        if let Some((t, b)) = e.subject {
            value["subject_box"] = json!(b);
            value["subject_s"] = json!(ms(t));
        }
        if let Some(t) = e.complete {
            value["complete_s"] = json!(ms(t));
        }
        if e.optional {
            value["optional"] = json!(true);
        }
        if !e.note.is_empty() {
            value["note"] = json!(e.note);
        }
        value
    };
    json!({
        "clip": format!("{name}.mp4"),
        "resolution": format!("{}x{}", size.0, size.1),
        "duration_s": ms(seconds),
        "events": events.iter().map(event).collect::<Vec<_>>(),
        "negative_for": negative_for,
        "ignore": [],
        "note": note,
        "label_confidence": "exact",
    })
}
