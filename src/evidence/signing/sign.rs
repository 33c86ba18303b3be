//! Signing what is about to be sealed.

use super::super::disk;
use super::super::error::EvidenceError;
use super::keep;
use super::signature::{SIGNATURE_FILE, Signature};
use std::path::Path;

/// Signs a manifest in the folder that is about to be sealed. Evidence is kept whatever becomes of
/// its signature: without a key it stays unsigned, which is said as an error in the log.
///
/// # Errors
/// The signature's file cannot be written.
pub fn sign_manifest(data: &Path, folder: &Path, manifest: &[u8]) -> Result<bool, EvidenceError> {
    let path = folder.join(SIGNATURE_FILE);
    let json = keep::signer(data)
        .map_err(|e| e.to_string())
        .and_then(|key| Signature::of(&key, manifest).to_json().map_err(|e| e.to_string()));
    match json {
        Ok(json) => disk::write_file(&path, &json).map(|()| true),
        Err(error) => {
            let event = folder.file_name().unwrap_or_default().to_string_lossy();
            tracing::error!(%event, "this evidence is kept WITHOUT a signature: {error}");
            Ok(false)
        }
    }
}
