//! Verifying a pack without the store it came from.

use super::error::HandoverError;
use super::manifest::{MANIFEST, OUTSIDE, PackManifest, SIGNATURE, SIGNATURE_BYTES};
use super::source::Files;
use crate::evidence::Manifest;
use crate::evidence::signing::Signature;
use crate::media::WallTime;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What is wrong with a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PackProblemKind {
    /// The manifest is not what was signed.
    Signature,
    /// It is signed by another key than those trusted.
    WrongKey,
    /// There is no manifest or no signature that can be read.
    NoManifest,
    /// An event that the manifest names is not in the pack.
    EventMissing,
    /// A file is not there.
    Missing,
    /// A file's content is another.
    Changed,
    /// A file that the manifest does not name.
    Added,
    /// It cannot be read.
    Unreadable,
}

impl PackProblemKind {
    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::WrongKey => "wrong_key",
            Self::NoManifest => "no_manifest",
            Self::EventMissing => "event_missing",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackProblem {
    /// The file or folder, by its path in the pack.
    pub file: String,
    /// What is wrong.
    pub problem: PackProblemKind,
    /// The event it belongs to.
    pub event: Option<String>,
    /// The same, in words.
    pub detail: String,
}

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackReport {
    /// The pack's id, where it can be told.
    pub pack: Option<String>,
    /// The key it says it is signed with.
    pub key: Option<String>,
    /// Whether that is one of the keys given; `null`: none was given.
    pub key_trusted: Option<bool>,
    /// From when it was given out no more.
    pub expires_utc: Option<String>,
    /// Whether that is past.
    pub expired: bool,
    /// Events in it.
    pub events: usize,
    /// Files compared with the manifest.
    pub files: usize,
    /// What is wrong, in order of path.
    pub problems: Vec<PackProblem>,
}

/// Verifies a pack's folder or archive. `trusted` are ids of keys (16 digits) or public keys (64 digits).
///
/// # Errors
/// It is no pack, or cannot be read at all; what is wrong with a pack is a problem of the report.
pub fn verify_pack(
    path: &Path,
    trusted: &[String],
    now: WallTime,
) -> Result<PackReport, HandoverError> {
    let mut files = Files::open(path)?;
    let names: BTreeSet<String> = files.names().into_iter().collect();
    if !names.contains(MANIFEST) && !names.contains("index.html") {
        return Err(HandoverError::NotAPack { path: path.to_path_buf() });
    }
    let mut report = PackReport {
        pack: None,
        key: None,
        key_trusted: None,
        expires_utc: None,
        expired: false,
        events: 0,
        files: 0,
        problems: Vec::new(),
    };
    if let Some(manifest) = report.manifest(&mut files, trusted) {
        report.compare(&manifest, &mut files, &names);
        report.expired = manifest.expires_utc.parse().is_ok_and(|until| now >= WallTime(until));
        report.pack = Some(manifest.pack);
        report.expires_utc = Some(manifest.expires_utc);
    }
    report.problems.sort();
    Ok(report)
}

impl PackReport {
    fn add(&mut self, file: &str, problem: PackProblemKind, detail: impl Into<String>) {
        let event = event_of(file).map(str::to_owned);
        let detail = detail.into();
        self.problems.push(PackProblem { event, file: file.to_owned(), problem, detail });
    }

    /// The manifest, as far as it can be read, whoever signed it.
    fn manifest(&mut self, files: &mut Files, trusted: &[String]) -> Option<PackManifest> {
        use PackProblemKind::{NoManifest, Signature as BadSignature, WrongKey};
        let bytes = match files.bytes(MANIFEST) {
            Ok(bytes) => bytes,
            Err(e) => {
                self.add(MANIFEST, NoManifest, format!("nothing can be vouched for: {e}"));
                return None;
            }
        };
        match files.bytes(SIGNATURE).map(|b| (Signature::parse(&b), b)) {
            Ok((Ok(signature), _)) => {
                if !signature.signs(&bytes) {
                    self.add(MANIFEST, BadSignature, "it is not what was signed");
                }
                let same = |t: &String| {
                    t.eq_ignore_ascii_case(signature.key_id.as_str())
                        || t.eq_ignore_ascii_case(&signature.public_key.hex())
                };
                if !trusted.is_empty() {
                    let known = trusted.iter().any(same);
                    self.key_trusted = Some(known);
                    if !known {
                        let detail =
                            format!("signed by key {}, not by one given", signature.key_id);
                        self.add(SIGNATURE, WrongKey, detail);
                    }
                }
                let raw = files.bytes(SIGNATURE_BYTES);
                if raw.ok().map(hex::encode).as_deref() != Some(&signature.signature) {
                    self.add(SIGNATURE_BYTES, BadSignature, "it is not the signature");
                }
                self.key = Some(signature.key_id.to_string());
            }
            Ok((Err(e), _)) => self.add(SIGNATURE, NoManifest, format!("no signature: {e}")),
            Err(e) => self.add(SIGNATURE, NoManifest, format!("no signature: {e}")),
        }
        match PackManifest::parse(&bytes) {
            Ok(manifest) => Some(manifest),
            Err(why) => {
                self.add(MANIFEST, NoManifest, why);
                None
            }
        }
    }

    fn compare(&mut self, manifest: &PackManifest, files: &mut Files, names: &BTreeSet<String>) {
        use PackProblemKind::{Added, Changed, EventMissing, Missing, Unreadable};
        let mut gone = BTreeSet::new();
        for event in &manifest.events {
            let folder = format!("events/{}/", event.id);
            if names.iter().any(|n| n.starts_with(&folder)) {
                self.events += 1;
                self.sealed(&folder, &event.sealed_manifest_sha256, files, manifest);
            } else {
                gone.insert(event.id.as_str());
                self.add(&folder, EventMissing, "the event was taken out of the pack");
            }
        }
        for file in &manifest.files {
            self.files += 1;
            if event_of(&file.name).is_some_and(|e| gone.contains(e)) {
                continue;
            }
            match files.digest(&file.name) {
                Ok((bytes, sum)) if bytes == file.bytes && sum == file.sha256 => {}
                Ok((bytes, _)) if bytes != file.bytes => {
                    let detail = format!("{bytes} bytes, and {} were packed", file.bytes);
                    self.add(&file.name, Changed, detail);
                }
                Ok(_) => self.add(&file.name, Changed, "its content is another"),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {
                    self.add(&file.name, Missing, "the manifest names it, and it is not there");
                }
                Err(e) => self.add(&file.name, Unreadable, e.to_string()),
            }
        }
        let known: BTreeSet<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
        for name in names {
            if !known.contains(name.as_str()) && !OUTSIDE.contains(&name.as_str()) {
                self.add(name, Added, "the manifest does not name it");
            }
        }
    }

    /// Whether the sealed files of an event are those that its own manifest names.
    fn sealed(&mut self, folder: &str, sum: &str, files: &mut Files, manifest: &PackManifest) {
        let name = format!("{folder}original/{MANIFEST}");
        let Ok(bytes) = files.bytes(&name) else { return };
        if super::digest::sha256(&bytes) != sum {
            let detail = "it is not the manifest that sealed the event";
            self.add(&name, PackProblemKind::Changed, detail);
            return;
        }
        // By which key is not judged: an earlier one of the data folder's may have sealed it.
        let own = format!("{folder}original/{SIGNATURE}");
        if let Ok(signature) = files.bytes(&own)
            && !Signature::parse(&signature).is_ok_and(|s| s.signs(&bytes))
        {
            let detail = "it is not a signature over the manifest that sealed the event";
            self.add(&own, PackProblemKind::Signature, detail);
        }
        let Ok(sealed) = Manifest::parse(&bytes) else { return };
        for file in sealed.files {
            let name = format!("{folder}original/{}", file.name);
            let packed = manifest.files.iter().find(|f| f.name == name);
            if packed.is_none_or(|f| f.sha256 != file.sha256) {
                let detail = "the pack's manifest has it otherwise than the event's own";
                self.add(&name, PackProblemKind::Changed, detail);
            }
        }
    }
}

/// The event whose folder a file lies in.
fn event_of(file: &str) -> Option<&str> {
    file.strip_prefix("events/")?.split('/').next()
}
