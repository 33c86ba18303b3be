//! The records of a data folder, for commands beside a service.

use crate::store::{Store, StoreError};
use std::path::Path;

/// The store that is there, beside a service that runs.
pub(super) fn known(data: &Path) -> anyhow::Result<Store> {
    StoreError::refuse_file(data)?;
    Ok(match Store::open_beside(data) {
        Err(StoreError::OlderSchema { .. }) => Store::open(data)?,
        opened => opened?,
    })
}
