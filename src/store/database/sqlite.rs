//! What SQLite alone can say and do, and what its errors mean.

use super::connection::{Connection, Transaction};
use crate::store::error::StoreError;
use sqlx::sqlite::SqlitePool;
use std::path::Path;
use std::time::Duration;

/// A database up to this size, bytes, is looked over whenever it is opened for writing: about two
/// seconds. A larger one is looked over later ([`crate::store::Store::look_over`]).
const AT_ONCE: u64 = 128 << 20;

/// Begins a transaction that will write. It waits for its turn at once: one that has read first
/// is refused, not made to wait, where another process has written since
/// (<https://www.sqlite.org/rescode.html#busy_snapshot>).
pub(super) async fn begin_write(pool: &SqlitePool) -> Result<Transaction, sqlx::Error> {
    let transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    Ok(Transaction { on: Connection::Sqlite(transaction) })
}

/// How long statements wait for another program, from now on.
pub(super) async fn wait_at_most(pool: &SqlitePool, patience: Duration) -> Result<(), sqlx::Error> {
    let set = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(set)).execute(pool).await.map(drop)
}

/// What the database finds wrong with itself.
pub(super) async fn integrity(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    let found: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(pool).await?;
    let foreign = sqlx::query("PRAGMA foreign_key_check").fetch_all(pool).await?.len();
    let mut wrong: Vec<String> = found.into_iter().filter(|line| line != "ok").collect();
    if foreign > 0 {
        wrong.push(format!("{foreign} rows refer to what is not there"));
    }
    Ok(wrong)
}

/// Whether looking all of it over takes longer than one would wait for.
pub(super) fn is_large(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() > AT_ONCE)
}

/// Reads all of it, and says what is damaged.
pub(super) async fn look_over(
    path: &Path,
    pool: &SqlitePool,
) -> Result<Result<(), StoreError>, sqlx::Error> {
    let damage: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(pool).await?;
    let path = path.to_path_buf();
    Ok(if damage == "ok" { Ok(()) } else { Err(StoreError::Corrupt { path, detail: damage }) })
}

/// Result codes of <https://www.sqlite.org/rescode.html>; extended ones carry the primary one in
/// their low byte.
pub(super) fn meaning(path: &Path, error: sqlx::Error) -> StoreError {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|c| c.parse::<u32>().ok())
        .map(|c| c & 0xff);
    let detail = || error.as_database_error().map(|e| e.message().to_owned()).unwrap_or_default();
    let path = path.to_path_buf();
    match code {
        Some(5 | 6 | 15) => StoreError::Held(path),
        Some(8) => StoreError::NotWritable(path),
        Some(11 | 26) => StoreError::Corrupt { path, detail: detail() },
        Some(13) => StoreError::Full(path),
        Some(3 | 14) => StoreError::NotReadable(path),
        Some(10) => StoreError::Io { path, source: std::io::Error::other(detail()) },
        _ => StoreError::Database { path, source: error },
    }
}
