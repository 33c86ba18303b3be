//! Secrets that nobody can guess, and what of them may be kept.

use super::error::AccessError;
use sha2::{Digest, Sha256};

/// Bytes of the system's generator.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], AccessError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| AccessError::Random(e.to_string()))?;
    Ok(bytes)
}

/// A secret of 256 bits, hexadecimal.
pub(super) fn secret() -> Result<String, AccessError> {
    Ok(hex::encode(bytes::<32>()?))
}

/// An id that nothing else has: `u-` and 64 bits.
pub(super) fn id(prefix: &str) -> Result<String, AccessError> {
    Ok(format!("{prefix}-{}", hex::encode(bytes::<8>()?)))
}

/// Whether a lot was drawn that so many of a hundred draw; nobody can know beforehand.
///
/// # Errors
/// The system's generator fails.
pub fn drawn(percent: f64) -> Result<bool, AccessError> {
    let lot = u32::from_be_bytes(bytes::<4>()?);
    Ok(f64::from(lot) / f64::from(u32::MAX) < percent / 100.0)
}

/// What is kept of a secret. It needs no salt and no stretching: 256 random bits are not guessed.
pub(super) fn kept(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
