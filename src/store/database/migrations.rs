//! The schema, version by version, and how a database's own stands to it.

use crate::store::error::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use std::cmp::Ordering;
use std::path::Path;

/// The schema; its statements are understood by every database.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

/// The version that a database has.
pub(super) const FOUND: &str = "SELECT MAX(version) FROM _sqlx_migrations";

/// The newest version there is.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Whether a database has exactly the schema this program knows.
pub(super) fn known(found: Option<i64>, path: &Path) -> Result<(), StoreError> {
    let (found, known, path) = (found.unwrap_or(0), newest(), path.to_path_buf());
    match found.cmp(&known) {
        Ordering::Greater => Err(StoreError::NewerSchema { path, found, known }),
        Ordering::Less => Err(StoreError::OlderSchema { path, found, known }),
        Ordering::Equal => Ok(()),
    }
}

/// What it means that a schema could not be brought to the newest version.
pub(super) fn meaning(
    error: MigrateError,
    path: &Path,
    meaning: impl FnOnce(sqlx::Error) -> StoreError,
) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => {
            StoreError::NewerSchema { path: path.to_path_buf(), found, known: newest() }
        }
        MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
            StoreError::ForeignSchema { path: path.to_path_buf(), version }
        }
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => meaning(e),
        other => meaning(sqlx::Error::Migrate(Box::new(other))),
    }
}
