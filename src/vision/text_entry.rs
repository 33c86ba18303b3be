//! A model that reads text, as a manifest describes it.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// What a model of text does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TextRole {
    /// Finds lines.
    Lines,
    /// Reads one.
    Reader,
}

/// A model of text as the manifest describes it; nothing depends on its being there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextEntry {
    pub(super) name: String,
    pub(super) role: TextRole,
    /// File name within a models folder.
    pub(super) file: String,
    /// Lower-case hex of the whole file.
    pub(super) sha256: String,
    #[serde(rename = "licence")]
    _licence: String,
    #[serde(rename = "origin")]
    _origin: String,
    /// Where set-up takes it from; nothing to the program.
    #[serde(default, rename = "source")]
    _source: Option<IgnoredAny>,
}
