//! What verifying finds.

use super::chain::ChainTold;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is wrong with a stored file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Its content is not what the manifest says, or it lies where it does not belong.
    Changed,
    /// The manifest or the index of events names it, or must name it, and it is not there.
    Missing,
    /// It is there, and no manifest or no entry of the index names it.
    Added,
    /// The chain names it, and it was set aside: its folder was not as sealed when the store was
    /// repaired.
    SetAside,
    /// It cannot be read or understood.
    Unreadable,
    /// An event's folder without a manifest.
    NoManifest,
    /// A signature that was not made over what it lies beside.
    BadSignature,
    /// A signature by a key that is not known here.
    UnknownKey,
    /// A day of the chain that is missing or not what was written.
    ChainBroken,
    /// An event that the chain does not name.
    NotInChain,
}

impl ProblemKind {
    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::SetAside => "set_aside",
            Self::Unreadable => "unreadable",
            Self::NoManifest => "no_manifest",
            Self::BadSignature => "bad_signature",
            Self::UnknownKey => "unknown_key",
            Self::ChainBroken => "chain_broken",
            Self::NotInChain => "not_in_chain",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The event's folder name; `null` for a file that belongs to no event.
    pub event: Option<String>,
    /// The file or folder, relative to the data folder.
    pub file: String,
    /// What is wrong.
    pub problem: ProblemKind,
    /// The same, in words.
    pub detail: String,
}

/// What checking found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Event folders looked into.
    pub events: usize,
    /// Files compared with what a manifest says of them.
    pub files: usize,
    /// Manifests signed by a key that is known.
    pub signed: usize,
    /// Manifests without a signature.
    pub unsigned: usize,
    /// What is wrong, in order of place.
    pub problems: Vec<Problem>,
    /// What the chain holds; none where it was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<ChainTold>,
    /// Event folders looked into, relative to the data folder, and how each is sealed, where that
    /// could be told.
    #[serde(skip)]
    pub(super) folders: BTreeMap<PathBuf, Option<SealedAs>>,
}

/// How a folder is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SealedAs {
    /// SHA-256 of its manifest, hexadecimal.
    pub manifest_sha256: String,
    /// It has a signature, whatever that is worth.
    pub signed: bool,
    /// Its record is of an event that was broken off, or cannot be read.
    pub interrupted: bool,
}
