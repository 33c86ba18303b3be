//! Opening a SQLite database.

use super::connection::Pool;
use super::handle::Database;
use super::migrations;
use super::sqlite::{is_large, look_over, meaning};
use crate::store::audit_guard;
use crate::store::error::StoreError;
use sqlx::Connection as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Builder;

/// How long a statement waits for another program that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long who only reads does: somebody waits for the answer, and in WAL mode nobody who writes
/// keeps readers out.
const READER_TIMEOUT: Duration = Duration::from_secs(2);

/// What a reader keeps of the database in memory, KiB (SQLite's own 2 MiB are read anew for nearly every
/// page of a long queue). Taken only as it is read.
const CACHE: &str = "-16384";

/// The database's file in a data folder.
pub(super) fn path_in(data: &Path) -> PathBuf {
    data.join("streetward.db")
}

/// The same, where there is one.
pub(super) fn found_in(data: &Path) -> Result<PathBuf, StoreError> {
    let path = path_in(data);
    match path.try_exists() {
        Ok(true) => Ok(path),
        Ok(false) => Err(StoreError::Missing(data.to_path_buf())),
        Err(_) => Err(StoreError::NotReadable(path)),
    }
}

/// Opens for writing, creates and migrates. What is committed survives a power cut
/// (`synchronous = FULL`).
pub(super) fn open(path: &Path) -> Result<Database, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let (db, pool) = connect(path, options)?;
    if !is_large(path) {
        db.wait(look_over(path, &pool))??;
    }
    db.runtime
        .block_on(migrations::MIGRATIONS.run(&pool))
        .map_err(|e| migrations::meaning(e, path, |e| db.meaning(e)))?;
    for guard in audit_guard::SQLITE {
        db.wait(sqlx::query(guard).execute(&pool))?;
    }
    db.lay_tallies()?;
    Ok(db)
}

/// Opens for reading what is there, beside a writer or without one.
pub(super) fn open_read(path: &Path) -> Result<Database, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("cache_size", CACHE)
        .busy_timeout(READER_TIMEOUT);
    match open_known(path, options.clone()) {
        // A WAL database in a folder that cannot be written opens only as one that nobody
        // changes; without a WAL beside it, nothing is missed by that.
        Err(StoreError::NotReadable(_) | StoreError::NotWritable(_)) if !wal_of(path).exists() => {
            open_known(path, options.immutable(true))
        }
        Err(StoreError::NotWritable(path)) => Err(StoreError::NotReadable(path)),
        other => other,
    }
}

/// Opens for writing beside the process that writes most.
pub(super) fn open_beside(path: &Path) -> Result<Database, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    open_known(path, options)
}

/// Opens a database of exactly the schema this program knows.
fn open_known(path: &Path, options: SqliteConnectOptions) -> Result<Database, StoreError> {
    let (db, pool) = connect(path, options)?;
    let tables: i64 = db.wait(
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&pool),
    )?;
    if tables == 0 {
        return Err(StoreError::Missing(path.to_path_buf()));
    }
    let found: Option<i64> = db.wait(sqlx::query_scalar(migrations::FOUND).fetch_one(&pool))?;
    migrations::known(found, path)?;
    Ok(db)
}

fn connect(
    path: &Path,
    options: SqliteConnectOptions,
) -> Result<(Database, SqlitePool), StoreError> {
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
    let db = Database { pool: Pool::Sqlite(pool.clone()), runtime, path: path.to_path_buf() };
    Ok((db, pool))
}

fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
