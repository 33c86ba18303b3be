//! The manifest of a pack: for whom and what for it was made, which events it holds, and size and
//! SHA-256 of every other file.

use super::error::HandoverError;
use crate::evidence::ManifestFile;
use crate::store::RequestedRange;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The manifest's file name.
pub(super) const MANIFEST: &str = "manifest.json";
/// Its signature.
pub(super) const SIGNATURE: &str = "manifest.sig";
/// The signature's 64 bytes alone, for programs that want them so.
pub(super) const SIGNATURE_BYTES: &str = "manifest.sig.bin";
/// What the manifest cannot name: itself, and what was made of it.
pub(super) const OUTSIDE: [&str; 3] = [MANIFEST, SIGNATURE, SIGNATURE_BYTES];

/// The versions of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackFormat {
    /// The first.
    #[serde(rename = "streetward.pack/1")]
    V1,
}

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// Which version of the manifest this is.
    pub format: PackFormat,
    /// The pack's id.
    pub pack: String,
    /// What it answers.
    pub request: PackRequest,
    /// When it was made, UTC.
    pub made_utc: String,
    /// From when it is given out no more, UTC.
    pub expires_utc: String,
    /// Name and version of the program that made it.
    pub software: String,
    /// The latest entry of the audit trail then: its number and hash.
    pub audit_head: Option<String>,
    /// Every event, in order of id.
    pub events: Vec<PackEvent>,
    /// Every file but the manifest and its signature, by path.
    pub files: Vec<ManifestFile>,
}

/// What a pack answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRequest {
    /// The request's id.
    pub id: String,
    /// Which agency asked.
    pub agency: String,
    /// Who there.
    pub receiver: String,
    /// What for.
    pub purpose: String,
    /// By which law or document.
    pub legal_basis: String,
    /// Who entered it here.
    pub asked_by: String,
    /// When.
    pub asked_utc: String,
    /// Who allowed it.
    pub approved_by: String,
    /// When.
    pub approved_utc: String,
    /// What was written with that.
    pub note: Option<String>,
    /// The range that was asked for, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<RequestedRange>,
}

/// An event of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackEvent {
    /// Its id.
    pub id: String,
    /// SHA-256 of the manifest that sealed its evidence.
    pub sealed_manifest_sha256: String,
}

impl PackManifest {
    /// Reads a manifest; afterwards names are sure to stay in the pack and to differ.
    ///
    /// # Errors
    /// In words: what is wrong with it.
    pub(super) fn parse(json: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        let mut seen = BTreeSet::new();
        for file in &manifest.files {
            if !is_within(&file.name) || OUTSIDE.contains(&file.name.as_str()) {
                return Err(format!("it names {:?}, which is no file of a pack", file.name));
            }
            if !seen.insert(file.name.as_str()) {
                return Err(format!("it names {:?} twice", file.name));
            }
        }
        for event in &manifest.events {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            if event.id.is_empty() || !event.id.bytes().all(plain) {
                return Err(format!("{:?} is no event's id", event.id));
            }
        }
        Ok(manifest)
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>, HandoverError> {
        to_json(self, MANIFEST)
    }
}

/// Indented JSON with a last line break.
pub(super) fn to_json(value: &impl Serialize, what: &str) -> Result<Vec<u8>, HandoverError> {
    let mut json = serde_json::to_vec_pretty(value)
        .map_err(|source| HandoverError::Json { what: what.to_owned(), source })?;
    json.push(b'\n');
    Ok(json)
}

/// Whether a path, its parts divided by `/`, stays in the folder it is joined to, on any system.
pub(super) fn is_within(path: &str) -> bool {
    let plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.len() <= 255
            && !part.chars().any(|c| matches!(c, '\\' | ':') || c.is_control())
    };
    path.len() <= 1024 && path.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_that_lead_out_of_the_pack_are_none() {
        for bad in ["../x", "a/../b", "/etc/passwd", "a//b", "a\\b", "C:x", "", "a/", "a\0"] {
            assert!(!is_within(bad), "{bad:?}");
        }
        assert!(is_within("events/0a/original/clip.mp4") && is_within("VERIFY.txt"));
    }

    proptest! {
        #[test]
        fn what_is_taken_stays_within(path in "[./\\\\a-c:]{0,12}") {
            if is_within(&path) {
                let joined = std::path::Path::new("pack").join(&path);
                let mut depth = 0_i32;
                for part in joined.components() {
                    prop_assert!(matches!(part, std::path::Component::Normal(_)));
                    depth += 1;
                }
                prop_assert!(depth >= 2);
            }
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = PackManifest::parse(&bytes);
        }
    }
}
