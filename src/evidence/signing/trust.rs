//! Which keys count, and what a folder's signature is worth by them.

use super::key::PublicKey;
use super::key_id::KeyId;
use super::ring::{KeyRing, VouchedKey};
use super::signature::{SIGNATURE_FILE, Signature};
use crate::media::WallTime;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The keys that signatures may be by.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    keys: BTreeMap<KeyId, TrustedKey>,
    /// What is wrong with keys that are not trusted, a sentence each.
    pub doubts: Vec<String>,
    /// Whether a data folder has keys at all; one that never had any signs nothing.
    pub any: bool,
}

/// A key, and what is sure of its time.
#[derive(Debug, Clone)]
struct TrustedKey {
    key: PublicKey,
    /// None: not known.
    from: Option<WallTime>,
    /// None: it has no end, or none that is known.
    until: Option<WallTime>,
}

/// What a manifest's signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureState {
    /// By a key that is trusted.
    Signed(KeyId),
    /// There is none.
    Unsigned,
    /// It holds, and its key is not known.
    UnknownKey(KeyId),
    /// It does not hold, or cannot be read: why.
    Bad(String),
}

impl Trusted {
    /// The keys that the first key of a ring vouches for.
    pub fn of_ring(ring: &KeyRing) -> Self {
        Self::of_vouched(ring.vouched())
    }

    /// These keys, and those of a data folder's ring that they vouch for, whatever else it says.
    pub fn rooted_in(roots: &[PublicKey], ring: Option<&KeyRing>) -> Self {
        let found = ring.map(|ring| ring.vouched_from(roots)).unwrap_or_default();
        let mut this = Self::of_vouched(found);
        for key in roots {
            let alone = TrustedKey { key: *key, from: None, until: None };
            this.keys.entry(key.id()).or_insert(alone);
        }
        this
    }

    /// No key, and why.
    pub(in super::super) fn nobody(doubts: Vec<String>) -> Self {
        Self { doubts, ..Self::default() }
    }

    fn of_vouched((good, doubts): (Vec<VouchedKey<'_>>, Vec<String>)) -> Self {
        let mut keys = BTreeMap::new();
        for VouchedKey { key, from, until } in good {
            let one = TrustedKey { key: key.public_key, from, until };
            keys.entry(key.key_id.clone()).or_insert(one);
        }
        Self { keys, doubts, any: true }
    }

    /// Whether a key counts.
    pub fn knows(&self, id: &KeyId) -> bool {
        self.keys.contains_key(id)
    }

    /// Whether a key's time touches the time between two instants.
    pub fn touches(&self, id: &KeyId, from: WallTime, to: WallTime) -> bool {
        self.keys.get(id).is_some_and(|k| {
            k.from.is_none_or(|begun| begun < to) && k.until.is_none_or(|until| from <= until)
        })
    }

    /// When the first key's time begins: what was sealed before that bears no signature. None: there
    /// is no key, or one whose start is not known, which may have been any time.
    pub fn begins(&self) -> Option<WallTime> {
        self.keys.values().map(|k| k.from).min().flatten()
    }

    /// What a signature over bytes is worth.
    pub fn judge(&self, signature: &Signature, bytes: &[u8]) -> SignatureState {
        if !signature.signs(bytes) {
            return SignatureState::Bad("it was not made over these bytes".to_owned());
        }
        let id = signature.key_id.clone();
        // By its name alone another key could pass for it: names are short.
        match self.keys.get(&id) {
            Some(known) if known.key == signature.public_key => SignatureState::Signed(id),
            _ => SignatureState::UnknownKey(id),
        }
    }

    /// What the signature beside a folder's manifest is worth.
    ///
    /// # Errors
    /// The manifest cannot be read.
    pub fn judge_folder(&self, folder: &Path) -> io::Result<SignatureState> {
        let signature = match read_signature(folder) {
            Ok(Some(signature)) => signature,
            Ok(None) => return Ok(SignatureState::Unsigned),
            Err(detail) => return Ok(SignatureState::Bad(detail)),
        };
        let manifest = std::fs::read(folder.join(super::super::place::MANIFEST_FILE))?;
        Ok(self.judge(&signature, &manifest))
    }
}

/// The signature beside a folder's manifest; a link or folder in its place is never opened.
pub(in super::super) fn read_signature(folder: &Path) -> Result<Option<Signature>, String> {
    let path = folder.join(SIGNATURE_FILE);
    match std::fs::symlink_metadata(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e.to_string()),
        Ok(about) if !about.is_file() || about.len() > 4096 => {
            return Err("it is not a signature".to_owned());
        }
        Ok(_) => {}
    }
    let json = std::fs::read(&path).map_err(|e| e.to_string())?;
    Signature::parse(&json).map(Some).map_err(|e| e.to_string())
}
