//! The manifest of an event: size and SHA-256 of every other file in its folder.

use super::digest::file_digest;
use super::error::EvidenceError;
use super::id::EventId;
use super::place;
use super::signing::SIGNATURE_FILE;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The versions of the manifest that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManifestFormat {
    /// The first.
    #[serde(rename = "streetward.manifest/1")]
    V1,
}

/// What an event's folder holds. It carries no time of writing: the same evidence gives the same
/// bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Which version of the manifest this is.
    pub format: ManifestFormat,
    /// Whose evidence.
    pub event: EventId,
    /// Every file but the manifest and its signature, by name.
    pub files: Vec<ManifestFile>,
}

/// One file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its name in the folder; never a path.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Why text is not a manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not the JSON expected.
    #[error("it is not a manifest that this version reads: {0}")]
    Json(#[from] serde_json::Error),
    /// A name that is no plain file name could lead out of the folder.
    #[error("it names {0:?}, which is not a plain file name")]
    Name(String),
    /// Names must differ.
    #[error("it names {0:?} twice")]
    Twice(String),
    /// A checksum that can never match.
    #[error("the checksum of {0:?} is not 64 hexadecimal digits")]
    Checksum(String),
}

impl Manifest {
    /// The manifest of what lies in `folder`, the manifest itself left out.
    pub(super) fn of_folder(folder: &Path, event: &EventId) -> Result<Self, EvidenceError> {
        let mut files = Vec::new();
        for name in place::names(folder)? {
            if name == place::MANIFEST_FILE || name == SIGNATURE_FILE {
                continue;
            }
            let path = folder.join(&name);
            let (bytes, sha256) =
                file_digest(&path).map_err(|e| EvidenceError::file("read", &path, e))?;
            files.push(ManifestFile { name, bytes, sha256 });
        }
        Ok(Self { format: ManifestFormat::V1, event: event.clone(), files })
    }

    /// Reads a manifest; names are sure to be plain and different afterwards.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(json)?;
        let mut seen = std::collections::BTreeSet::new();
        for file in &manifest.files {
            let own = [place::MANIFEST_FILE, SIGNATURE_FILE].contains(&file.name.as_str());
            if !is_plain_name(&file.name) || own {
                return Err(ManifestError::Name(file.name.clone()));
            }
            if !seen.insert(file.name.as_str()) {
                return Err(ManifestError::Twice(file.name.clone()));
            }
            let digits = file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            if file.sha256.len() != 64 || !digits {
                return Err(ManifestError::Checksum(file.name.clone()));
            }
        }
        Ok(manifest)
    }

    /// The manifest as it is stored: indented JSON with a last line break.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }
}

/// Whether a name stays in the folder it is joined to, on any system.
fn is_plain_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && name.len() <= 255
        && !name.chars().any(|c| matches!(c, '/' | '\\' | ':') || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn manifest(names: &[String]) -> Manifest {
        let file =
            |name: &String| ManifestFile { name: name.clone(), bytes: 3, sha256: "0a".repeat(32) };
        Manifest {
            format: ManifestFormat::V1,
            event: EventId::try_from("0123456789abcdef0123".to_owned()).unwrap(),
            files: names.iter().map(file).collect(),
        }
    }

    fn parse(names: &[&str]) -> Result<Manifest, ManifestError> {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        Manifest::parse(&manifest(&names).to_json().unwrap())
    }

    #[test]
    fn names_that_lead_out_of_the_folder_are_refused() {
        for bad in ["../x", "..", ".", "", "a/b", "/etc/passwd", "a\\b", "C:x", "a\0b"] {
            assert!(matches!(parse(&[bad]), Err(ManifestError::Name(n)) if n == bad), "{bad:?}");
        }
        assert!(matches!(parse(&["manifest.json"]), Err(ManifestError::Name(_))));
        assert!(matches!(parse(&["a", "b", "a"]), Err(ManifestError::Twice(n)) if n == "a"));
    }

    #[test]
    fn a_checksum_that_cannot_match_is_refused() {
        let mut bad = manifest(&["a".into()]);
        bad.files[0].sha256 = "0A".repeat(32);
        assert!(matches!(
            Manifest::parse(&bad.to_json().unwrap()),
            Err(ManifestError::Checksum(_))
        ));
    }

    proptest! {
        #[test]
        fn a_manifest_reads_back_as_it_was_written(
            names in prop::collection::btree_set("[a-zA-Z0-9ỳđ_ -][a-zA-Z0-9._-]{0,20}", 0..12),
        ) {
            let written = manifest(&names.into_iter().collect::<Vec<_>>());
            let json = written.to_json().unwrap();
            prop_assert_eq!(Manifest::parse(&json).unwrap(), written);
        }

        #[test]
        fn a_name_that_is_taken_never_leaves_its_folder(name in "[./\\\\a-c:]{0,8}") {
            if let Ok(read) = parse(&[&name]) {
                let path = Path::new("folder").join(&read.files[0].name);
                prop_assert_eq!(path.components().count(), 2);
                prop_assert_eq!(path.parent(), Some(Path::new("folder")));
            }
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Manifest::parse(&bytes);
        }
    }
}
