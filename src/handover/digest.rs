//! SHA-256 of bytes.

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes, hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
