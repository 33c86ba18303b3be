//! Reads the photographs of clear zones that rules of encroachment compare with.

use super::table::{Optional, Table};
use crate::rules::RuleSpec;
use crate::vision::background::Photograph;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Shapes of photograph and picture that differ by more than this share are of different views.
const SHAPE_SHARE: f64 = 0.02;

/// The path as written.
pub(super) fn written(table: &Table<'_>) -> Optional<String> {
    if !table.has("reference") {
        return Some(None);
    }
    Some(Some(table.string("reference", "a path in quotes")?.value.to_owned()))
}

/// Reads the photograph that a rule names, unless another rule of its zone named the same.
pub(super) fn read(
    table: &Table<'_>,
    rule: &RuleSpec,
    frame: Option<(u32, u32)>,
    read: &mut BTreeMap<String, Arc<Photograph>>,
) {
    let Some(Some(written)) = written(table) else { return };
    let span = table.value("reference").map_or(table.span(), toml::Spanned::span);
    let refuse = |why: &str| table.doc().refuse(span.clone(), &format!("\"reference\": {why}"));
    let path = table.doc().resolve(&written);
    if let Some(other) = read.get(&rule.zone) {
        if other.path() != path {
            let other = other.path().display();
            refuse(&format!("zone \"{}\" has {other} already; name one of them", rule.zone));
        }
        return;
    }
    let photograph = match Photograph::open(&path) {
        Ok(photograph) => photograph,
        Err(error) => {
            refuse(&format!("{error}; name a JPEG or PNG of this camera's view when it is clear"));
            return;
        }
    };
    let (width, height) = photograph.taken_size();
    if let Some((w, h)) = frame {
        let shape = |w: u32, h: u32| f64::from(w) / f64::from(h.max(1));
        if (shape(width, height) / shape(w, h) - 1.0).abs() > SHAPE_SHARE {
            refuse(&format!(
                "{} is {width}×{height}, another shape than this camera's {w}×{h}; take the whole picture of this camera",
                path.display()
            ));
            return;
        }
    }
    read.insert(rule.zone.clone(), Arc::new(photograph));
}
