//! Files of a pack as they are put together aside.

use super::error::HandoverError;
use super::manifest::to_json;
use serde::Serialize;
use std::fs;
use std::path::Path;

pub(super) fn create(folder: &Path) -> Result<(), HandoverError> {
    fs::create_dir_all(folder).map_err(|e| HandoverError::file("create", folder, e))
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, HandoverError> {
    fs::read(path).map_err(|e| HandoverError::file("read", path, e))
}

pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), HandoverError> {
    fs::write(path, bytes).map_err(|e| HandoverError::file("write", path, e))
}

pub(super) fn put_json(path: &Path, value: &impl Serialize) -> Result<(), HandoverError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    put(path, &to_json(value, &name)?)
}
