//! An open database, with the runtime its driver needs: the rest of the program is not async.

use super::connection::{Connection, Pool, Transaction};
use super::postgres;
use super::row::{Field, Row};
use super::sqlite;
use crate::media::WallTime;
use crate::store::error::StoreError;
use crate::store::word::from_word;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::path::PathBuf;
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
    /// What it is called.
    pub(in crate::store) fn name(&self) -> String {
        match self.pool {
            Pool::Sqlite(_) => "streetward.db".to_owned(),
            Pool::Postgres(_) => self.path.display().to_string(),
        }
    }

    /// Begins a transaction that will write. No other one writes until it ends: what it has read
    /// stays so.
    pub(in crate::store) async fn begin_write(&self) -> Result<Transaction, sqlx::Error> {
        match &self.pool {
            Pool::Sqlite(pool) => sqlite::begin_write(pool).await,
            Pool::Postgres(server) => {
                Ok(Transaction { on: Connection::Postgres(server.begin_write().await?) })
            }
        }
    }

    /// How long statements wait for another program that holds the database, from now on.
    pub(in crate::store) fn wait_at_most(&self, patience: Duration) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => self.wait(sqlite::wait_at_most(pool, patience)),
            // Who does not hold the writer's lock waits two seconds for a server anyway.
            Pool::Postgres(_) => Ok(()),
        }
    }

    /// Waits for a statement and says what its failure means.
    pub(in crate::store) fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        let done = self.runtime.block_on(async {
            let done = work.await;
            if let Pool::Postgres(server) = &self.pool {
                server.settle().await;
            }
            done
        });
        done.map_err(|e| self.meaning(e))
    }

    pub(in crate::store) fn meaning(&self, error: sqlx::Error) -> StoreError {
        match self.pool {
            Pool::Sqlite(_) => sqlite::meaning(&self.path, error),
            Pool::Postgres(_) => postgres::meaning(&self.path, error),
        }
    }

    /// What the database finds wrong with itself; empty: nothing.
    pub(in crate::store) fn integrity(&self) -> Result<Vec<String>, StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => self.wait(sqlite::integrity(pool)),
            Pool::Postgres(server) => self.wait(async {
                server.take().await?.run(async |on| postgres::integrity(on).await).await
            }),
        }
    }

    /// Looks all of it over where opening it did not; PostgreSQL looks after itself.
    pub(in crate::store) fn look_over(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) if sqlite::is_large(&self.path) => {
                self.wait(sqlite::look_over(&self.path, pool))?
            }
            _ => Ok(()),
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
            Pool::Postgres(server) => self.runtime.block_on(server.close()),
        }
    }
}
