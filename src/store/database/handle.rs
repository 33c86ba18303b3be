//! An open database, with the runtime its driver needs: the rest of the program is not async.

use super::connection::{Pool, Transaction};
use super::row::{Field, Row};
use super::sqlite;
use crate::media::WallTime;
use crate::store::error::StoreError;
use crate::store::word::from_word;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;

/// An open database.
#[derive(Debug)]
pub(in crate::store) struct Database {
    pub(in crate::store) pool: Pool,
    pub(super) runtime: Runtime,
    pub(super) path: PathBuf,
}

impl Database {
    /// Opens for writing, creates and migrates. What is committed survives a power cut.
    pub(in crate::store) fn open(data: &Path) -> Result<Self, StoreError> {
        sqlite::open(&sqlite::path_in(data))
    }

    /// Opens for reading what is there, beside a writer or without one.
    pub(in crate::store) fn open_read(data: &Path) -> Result<Self, StoreError> {
        sqlite::open_read(&sqlite::found_in(data)?)
    }

    /// Opens for writing beside the process that writes most.
    pub(in crate::store) fn open_beside(data: &Path) -> Result<Self, StoreError> {
        sqlite::open_beside(&sqlite::found_in(data)?)
    }

    /// Begins a transaction that will write. No other one writes until it ends: what it has read
    /// stays so.
    pub(in crate::store) async fn begin_write(&self) -> Result<Transaction, sqlx::Error> {
        match &self.pool {
            Pool::Sqlite(pool) => sqlite::begin_write(pool).await,
        }
    }

    /// How long statements wait for another program that holds the database, from now on.
    pub(in crate::store) fn wait_at_most(&self, patience: Duration) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => self.wait(sqlite::wait_at_most(pool, patience)),
        }
    }

    /// Waits for a statement and says what its failure means.
    pub(in crate::store) fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        self.runtime.block_on(work).map_err(|e| self.meaning(e))
    }

    pub(in crate::store) fn meaning(&self, error: sqlx::Error) -> StoreError {
        match self.pool {
            Pool::Sqlite(_) => sqlite::meaning(&self.path, error),
        }
    }

    /// What the database finds wrong with itself; empty: nothing.
    pub(in crate::store) fn integrity(&self) -> Result<Vec<String>, StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => self.wait(sqlite::integrity(pool)),
        }
    }

    /// A column's value.
    pub(in crate::store) fn column<'r, T: Field<'r>>(
        &self,
        row: &'r Row,
        name: &str,
    ) -> Result<T, StoreError> {
        row.try_get(name).map_err(|e| self.meaning(e))
    }

    /// A column's word, for the record `id`.
    pub(in crate::store) fn word<T: DeserializeOwned>(
        &self,
        row: &Row,
        id: &str,
        column: &'static str,
    ) -> Result<T, StoreError> {
        from_word(&self.column::<String>(row, column)?).map_err(|detail| StoreError::UnknownWord {
            id: id.to_owned(),
            column,
            detail,
        })
    }

    /// A column's wall time, for the record `id`.
    pub(in crate::store) fn wall(
        &self,
        row: &Row,
        id: &str,
        column: &'static str,
    ) -> Result<WallTime, StoreError> {
        Timestamp::from_microsecond(self.column(row, column)?).map(WallTime).map_err(|e| {
            StoreError::UnknownWord { id: id.to_owned(), column, detail: e.to_string() }
        })
    }

    /// A column's wall time, where there is one.
    pub(in crate::store) fn maybe_wall(
        &self,
        row: &Row,
        id: &str,
        column: &'static str,
    ) -> Result<Option<WallTime>, StoreError> {
        match self.column::<Option<i64>>(row, column)? {
            Some(_) => self.wall(row, id, column).map(Some),
            None => Ok(None),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.pool {
            // Writes the WAL back and removes it, before the folder's lock is let go.
            Pool::Sqlite(pool) => self.runtime.block_on(pool.close()),
        }
    }
}
