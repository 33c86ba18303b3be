//! The key that manifests of packs are signed with, and what a signature says.
//!
//! Keys lie in the data folder's `keys`, one file a key, and never leave it; a key's id is the first 16
//! digits of the SHA-256 of its public half.

use super::digest::sha256;
use super::error::HandoverError;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The versions of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureFormat {
    /// The first: Ed25519 (RFC 8032) over the bytes of a file.
    #[serde(rename = "streetward.signature/1")]
    V1,
}

/// A signature over the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Which version this is.
    pub format: SignatureFormat,
    /// The first 16 digits of the SHA-256 of the public key.
    pub key_id: String,
    /// The public key's 32 bytes, hexadecimal.
    pub public_key: String,
    /// The signature's 64 bytes, hexadecimal.
    pub signature: String,
}

/// A key to sign with.
pub(super) struct PackKey(SigningKey);

impl PackKey {
    /// The data folder's key: the newest there is; one is made where there is none.
    pub(super) fn of(data: &Path) -> Result<Self, HandoverError> {
        let folder = data.join("keys");
        match key_files(&folder).into_iter().next_back() {
            Some((_, path)) => Self::read(&path),
            None => Self::make(&folder),
        }
    }

    fn read(path: &Path) -> Result<Self, HandoverError> {
        let pem = fs::read_to_string(path).map_err(|e| HandoverError::file("read", path, e))?;
        let key = SigningKey::from_pkcs8_pem(&pem);
        let wrong = |reason: String| HandoverError::Key { path: path.to_path_buf(), reason };
        key.map(Self).map_err(|e| wrong(e.to_string()))
    }

    fn make(folder: &Path) -> Result<Self, HandoverError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|e| HandoverError::Random(e.to_string()))?;
        let key = Self(SigningKey::from_bytes(&secret));
        let path = folder.join(format!("{}.pem", key.id()));
        let failed = |e| HandoverError::file("write", &path, e);
        let pem = key.0.to_pkcs8_pem(LineEnding::LF);
        let pem =
            pem.map_err(|e| HandoverError::Key { path: path.clone(), reason: e.to_string() })?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        // Never over another, and for nobody else's eyes.
        let part = path.with_extension("part");
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
        let write = |mut file: fs::File| {
            file.write_all(pem.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &path)?;
            fs::File::open(folder)?.sync_all()
        };
        file.and_then(write).map_err(failed)?;
        tracing::info!(key = key.id(), "a signing key was made; publish its id");
        Ok(key)
    }

    pub(super) fn id(&self) -> String {
        id_of(&self.0.verifying_key())
    }

    /// The public half, hexadecimal.
    pub(super) fn public(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// The public half as programs read it.
    pub(super) fn public_pem(&self) -> Result<String, HandoverError> {
        let pem = self.0.verifying_key().to_public_key_pem(LineEnding::LF);
        pem.map_err(|e| HandoverError::Key {
            path: PathBuf::from("key.pem"),
            reason: e.to_string(),
        })
    }

    /// The signature of these bytes, and its 64 bytes alone.
    pub(super) fn sign(&self, bytes: &[u8]) -> (Signature, [u8; 64]) {
        let raw = self.0.sign(bytes).to_bytes();
        let signature = Signature {
            format: SignatureFormat::V1,
            key_id: self.id(),
            public_key: self.public(),
            signature: hex::encode(raw),
        };
        (signature, raw)
    }
}

impl Signature {
    /// Whether the key that it names made it of these bytes, and has the id that it says.
    pub(super) fn holds(&self, bytes: &[u8]) -> bool {
        let holds = || {
            let mut public = [0; 32];
            hex::decode_to_slice(&self.public_key, &mut public).ok()?;
            let key = VerifyingKey::from_bytes(&public).ok()?;
            let mut raw = [0; 64];
            hex::decode_to_slice(&self.signature, &mut raw).ok()?;
            let signature = ed25519_dalek::Signature::from_bytes(&raw);
            (id_of(&key) == self.key_id && key.verify_strict(bytes, &signature).is_ok())
                .then_some(())
        };
        holds().is_some()
    }
}

fn id_of(key: &VerifyingKey) -> String {
    sha256(key.as_bytes())[..16].to_owned()
}

/// Ids of the keys of a data folder, the oldest first.
pub fn key_ids(data: &Path) -> Vec<String> {
    let id = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    key_files(&data.join("keys")).into_iter().filter_map(|(_, path)| id(path)).collect()
}

fn key_files(folder: &Path) -> Vec<(std::time::SystemTime, PathBuf)> {
    let mut keys: Vec<_> = (fs::read_dir(folder).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "pem"))
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
        .collect();
    keys.sort();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_is_for_nobody_else() {
        let data = tempfile::tempdir().unwrap();
        let key = PackKey::of(data.path()).unwrap();
        assert_eq!(PackKey::of(data.path()).unwrap().id(), key.id());
        assert_eq!(key_ids(data.path()), [key.id()]);
        let file = data.path().join("keys").join(format!("{}.pem", key.id()));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(key.public_pem().unwrap().starts_with("-----BEGIN PUBLIC KEY-----\n"));
        std::fs::write(&file, "no key").unwrap();
        assert!(matches!(PackKey::of(data.path()), Err(HandoverError::Key { .. })));
    }

    #[test]
    fn a_signature_is_of_these_bytes_and_this_key() {
        let data = tempfile::tempdir().unwrap();
        let (good, raw) = PackKey::of(data.path()).unwrap().sign(b"manifest");
        assert!(good.holds(b"manifest") && !good.holds(b"manifesto"));
        assert_eq!(hex::encode(raw), good.signature);
        let other = tempfile::tempdir().unwrap();
        let other = PackKey::of(other.path()).unwrap();
        let wrong = [
            Signature { key_id: "0123456789abcdef".into(), ..good.clone() },
            Signature { public_key: other.public(), ..good.clone() },
            Signature { signature: "00".repeat(64), ..good.clone() },
            Signature { signature: "zz".into(), ..good.clone() },
        ];
        assert!(wrong.iter().all(|s| !s.holds(b"manifest")));
    }
}
