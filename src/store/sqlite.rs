//! The SQLite database behind the store: opening it, and what its errors mean.

use super::audit_guard;
use super::error::StoreError;
use super::tally_guard;
use super::tally_recount::recount;
use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

/// How long a statement waits for another program that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open database, with the runtime its driver needs: the rest of the program is not async.
#[derive(Debug)]
pub(super) struct Sqlite {
    pub(super) pool: SqlitePool,
    runtime: Runtime,
    path: PathBuf,
}

impl Sqlite {
    /// Opens for writing, creates and migrates. What is committed survives a power cut
    /// (`synchronous = FULL`).
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let db = Self::connect(path, options)?;
        let damage: String =
            db.wait(sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&db.pool))?;
        if damage != "ok" {
            return Err(StoreError::Corrupt { path: db.path.clone(), detail: damage });
        }
        db.runtime.block_on(MIGRATIONS.run(&db.pool)).map_err(|e| match e {
            MigrateError::VersionMissing(found) => {
                StoreError::NewerSchema { path: path.to_path_buf(), found, known: newest() }
            }
            MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
                StoreError::ForeignSchema { path: path.to_path_buf(), version }
            }
            MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => db.meaning(e),
            other => db.meaning(sqlx::Error::Migrate(Box::new(other))),
        })?;
        for guard in audit_guard::SQLITE {
            db.wait(sqlx::query(guard).execute(&db.pool))?;
        }
        db.lay_tallies()?;
        Ok(db)
    }

    /// Sees to it that counts follow events; where they have not so far, all are counted.
    fn lay_tallies(&self) -> Result<(), StoreError> {
        self.wait(async {
            let mut on = self.begin_write().await?;
            let guards = tally_guard::sqlite();
            let laid: i64 =
                sqlx::query_scalar(tally_guard::SQLITE_LAID).fetch_one(&mut *on).await?;
            if usize::try_from(laid) == Ok(guards.len()) {
                return Ok(());
            }
            for guard in guards {
                sqlx::query(sqlx::AssertSqlSafe(guard)).execute(&mut *on).await?;
            }
            recount(&mut on).await?;
            on.commit().await
        })
    }

    /// Opens for reading what is there, beside a writer or without one.
    pub(super) fn open_read(path: &Path) -> Result<Self, StoreError> {
        let options =
            SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        match Self::open_known(path, options.clone()) {
            // A WAL database in a folder that cannot be written opens only as one that nobody
            // changes; without a WAL beside it, nothing is missed by that.
            Err(StoreError::NotReadable(_) | StoreError::NotWritable(_))
                if !wal_of(path).exists() =>
            {
                Self::open_known(path, options.immutable(true))
            }
            Err(StoreError::NotWritable(path)) => Err(StoreError::NotReadable(path)),
            other => other,
        }
    }

    /// Opens for writing beside the process that writes most.
    pub(super) fn open_beside(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        Self::open_known(path, options)
    }

    /// Begins a transaction that will write. It waits for its turn at once: one that has read first
    /// is refused, not made to wait, where another process has written since
    /// (<https://www.sqlite.org/rescode.html#busy_snapshot>).
    pub(super) async fn begin_write(
        &self,
    ) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// Opens a database of exactly the schema this program knows.
    fn open_known(path: &Path, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let db = Self::connect(path, options)?;
        let tables: i64 = db.wait(
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
            )
            .fetch_one(&db.pool),
        )?;
        if tables == 0 {
            return Err(StoreError::Missing(path.to_path_buf()));
        }
        let found: Option<i64> = db.wait(
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&db.pool),
        )?;
        let (found, known, path) = (found.unwrap_or(0), newest(), path.to_path_buf());
        match found.cmp(&known) {
            std::cmp::Ordering::Greater => Err(StoreError::NewerSchema { path, found, known }),
            std::cmp::Ordering::Less => Err(StoreError::OlderSchema { path, found, known }),
            std::cmp::Ordering::Equal => Ok(db),
        }
    }

    fn connect(path: &Path, options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|e| StoreError::from_io(path, e))?;
        // One connection: one writer, and readers that ask one thing at a time. SQLite ends a
        // transaction itself when the disk is full, and then refuses to roll it back: such a
        // connection counts as being within one for ever, and is not used again.
        let pool = SqlitePoolOptions::new().max_connections(1).after_release(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        });
        let pool = runtime.block_on(pool.connect_with(options)).map_err(|e| meaning(path, e))?;
        Ok(Self { pool, runtime, path: path.to_path_buf() })
    }

    /// Waits for a statement and says what its failure means.
    pub(super) fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        self.runtime.block_on(work).map_err(|e| self.meaning(e))
    }

    pub(super) fn meaning(&self, error: sqlx::Error) -> StoreError {
        meaning(&self.path, error)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // Writes the WAL back and removes it, before the folder's lock is let go.
        self.runtime.block_on(self.pool.close());
    }
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Result codes of <https://www.sqlite.org/rescode.html>; extended ones carry the primary one in
/// their low byte.
fn meaning(path: &Path, error: sqlx::Error) -> StoreError {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|c| c.parse::<u32>().ok())
        .map(|c| c & 0xff);
    let detail = || error.as_database_error().map(|e| e.message().to_owned()).unwrap_or_default();
    let path = path.to_path_buf();
    match code {
        Some(5 | 6) => StoreError::Held(path),
        Some(8) => StoreError::NotWritable(path),
        Some(11 | 26) => StoreError::Corrupt { path, detail: detail() },
        Some(13) => StoreError::Full(path),
        Some(3 | 14) => StoreError::NotReadable(path),
        _ => StoreError::Database { path, source: error },
    }
}
