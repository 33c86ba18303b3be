//! Things: what stands in the picture and was not there before, whatever it is.

use crate::media::MediaTime;
use crate::vision::BBox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names a thing within its source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ThingId(pub u64);

/// What a standing change of the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThingKind {
    /// Something stands where nothing stood.
    Appeared,
    /// Something was taken away; what is seen is the ground it had hidden.
    Uncovered,
    /// Light, shadow, or cannot be told.
    Unclear,
}

/// A thing as one frame shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingSight {
    /// Which thing.
    pub id: ThingId,
    /// Where, in pixels of the scene's `frame_size`.
    pub bbox: BBox,
    /// When its place first changed to what it shows now, found by walking back in time.
    pub since: MediaTime,
    /// What it covers now, in square pixels of the scene; a pile grows.
    pub area: f32,
    /// Whether it is seen now; `false`: somebody is in front, and `bbox` is where it was.
    pub seen: bool,
    /// What it is.
    pub kind: ThingKind,
}

/// What of a zone differs, standing, from how it looks when clear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneCover {
    /// The zone's name.
    pub zone: String,
    /// The cells of a grid laid over the zone's bounding box that differ.
    pub cells: CellMask,
}

/// Cells of a grid, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellMask {
    /// Cells in a row.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
    /// Four cells a hexadecimal digit, the first cell its highest bit.
    pub bits: String,
}
