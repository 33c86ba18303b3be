//! The key that commands sign with.

use super::clock::now;
use super::output::complain;
use crate::evidence::signing::{self, KeyId, SigningError};
use crate::media::WallTime;
use crate::store::Store;
use std::path::Path;

/// Makes the first key where there is none. Work goes on without one: evidence that is not signed is
/// better than none, and is said to be so.
pub(super) fn ready(store: &Store, data: &Path) -> anyhow::Result<()> {
    made(store.begin_keys(data, now()))
}

/// The same for who extends the chain at once, by the same clock.
pub(super) fn ready_for_chain(data: &Path, now: WallTime) -> anyhow::Result<()> {
    made(signing::ensure(data, now))
}

fn made(key: Result<Option<KeyId>, SigningError>) -> anyhow::Result<()> {
    match key {
        Ok(Some(id)) => tracing::info!(
            key = %id,
            "made the key that signs evidence; keep its public half elsewhere (streetward keys export-public)"
        ),
        Ok(None) => {}
        Err(e) => complain(&format!("EVIDENCE IS NOT SIGNED: {e}"))?,
    }
    Ok(())
}
