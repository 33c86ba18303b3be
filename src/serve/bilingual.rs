//! Words in both languages.

use schemars::JsonSchema;
use serde::Serialize;

/// Something named in both languages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Bilingual {
    /// In Vietnamese.
    pub(super) vi: String,
    /// In English.
    pub(super) en: String,
}

impl Bilingual {
    pub(super) fn new(vi: &str, en: &str) -> Self {
        Self { vi: vi.to_owned(), en: en.to_owned() }
    }
}
