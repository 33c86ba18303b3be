//! Packs are signed with the key that the data folder's evidence is sealed with.

use super::error::HandoverError;
use crate::evidence::signing::{self, SigningKey};
use crate::media::WallTime;
use crate::store::Store;
use std::path::Path;

/// The data folder's key; one is made where there is none.
pub(super) fn pack_key(
    store: &Store,
    data: &Path,
    now: WallTime,
) -> Result<SigningKey, HandoverError> {
    store.begin_keys(data, now)?;
    Ok(signing::signer(data)?)
}

/// Ids of the keys that a data folder signs and has signed with, the oldest first.
///
/// # Errors
/// They cannot be read.
pub fn key_ids(data: &Path) -> Result<Vec<String>, HandoverError> {
    let keys = signing::ring(data)?.map(|ring| ring.keys).unwrap_or_default();
    Ok(keys.into_iter().map(|key| key.key_id.to_string()).collect())
}
