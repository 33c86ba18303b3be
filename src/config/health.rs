//! The table [health]: what counts as a fault of a camera's view.

use super::table::{At, Table};
use crate::scene::ConditionSpec;
use crate::vision::health::HealthSpec;
use std::path::PathBuf;

pub(super) const KEYS: &[&str] = &[
    "frozen",
    "black",
    "over_exposed",
    "covered",
    "defocused",
    "moved",
    "flicker",
    "frozen_seconds",
    "covered_share",
    "sharpness_share",
    "moved_share",
    "blind_seconds",
    "recover_seconds",
    "reference",
];

/// What counts as a fault of a camera's view, and what it should show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HealthConfig {
    /// What is looked for in pictures.
    pub spec: HealthSpec,
    /// How long signs must last; without a word of the connection, which `[source]` has.
    pub condition: ConditionSpec,
    /// A picture of the view that zones are drawn on; seen from the camera file's folder.
    pub reference: Option<PathBuf>,
}

/// Reads the table, if there is one.
pub(super) fn read(root: &Table<'_>) -> HealthConfig {
    let mut health = HealthConfig::default();
    let Some(table) = root.table("health", " in [health]", KEYS) else { return health };
    let (spec, condition) = (&mut health.spec, &mut health.condition);
    for (key, wanted) in [
        ("frozen", &mut spec.frozen),
        ("black", &mut spec.black),
        ("over_exposed", &mut spec.over_exposed),
        ("covered", &mut spec.covered),
        ("defocused", &mut spec.defocused),
        ("moved", &mut spec.moved),
        ("flicker", &mut spec.flicker),
    ] {
        *wanted = table.flag(key).unwrap_or(*wanted);
    }
    for (key, value, range, unit) in [
        ("frozen_seconds", &mut spec.frozen_seconds, 1.0..=3600.0, "seconds"),
        ("covered_share", &mut spec.covered_share, 0.2..=1.0, ""),
        ("sharpness_share", &mut spec.sharpness_share, 0.1..=0.9, ""),
        ("moved_share", &mut spec.moved_share, 0.004..=0.5, ""),
        ("blind_seconds", &mut condition.blind_seconds, 0.5..=600.0, "seconds"),
        ("recover_seconds", &mut condition.recover_seconds, 0.5..=600.0, "seconds"),
    ] {
        *value = table.number(key, range, unit).map_or(*value, |n| n.value);
    }
    health.reference = reference(&table);
    health
}

fn reference(table: &Table<'_>) -> Option<PathBuf> {
    let At { value, span } = table.string("reference", "a path in quotes")?;
    if value.is_empty() || value.contains('\0') {
        let message = "\"reference\" must name a picture (PNG or JPEG) of the view";
        table.doc().refuse(span, message);
        return None;
    }
    Some(table.doc().resolve(value))
}
