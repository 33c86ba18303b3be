//! What PostgreSQL alone can say of itself, and what its errors mean.

use super::server::{Taken, is_away};
use crate::store::audit_guard;
use crate::store::error::StoreError;
use sqlx::PgConnection;
use std::path::Path;

/// What the database finds wrong with itself: every page of every table is read, every reference
/// followed.
pub(super) async fn integrity(on: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let mut wrong = Vec::new();
    let guards: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pg_trigger WHERE tgname = ANY($1) AND tgenabled = 'A'
         AND tgrelid IN (to_regclass('audit'), to_regclass('decisions'))",
    )
    .bind(audit_guard::NAMES.as_slice())
    .fetch_one(&mut *on)
    .await?;
    if guards != audit_guard::NAMES.len() as i64 {
        wrong.push(
            "what keeps the audit trail and the decisions append-only was taken away; the next \
             writer puts it back, and `streetward audit verify` says whether they are whole"
                .to_owned(),
        );
    }
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1",
    )
    .fetch_all(&mut *on)
    .await?;
    for table in tables {
        // Its name is the server's own, quoted by it where it must be.
        let read = format!("SELECT COUNT(t::text) FROM {table} t");
        let counted: Result<i64, _> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(read)).fetch_one(&mut *on).await;
        match counted {
            Ok(_) => {}
            Err(sqlx::Error::Database(e)) if e.code().is_some_and(|c| c.starts_with("XX")) => {
                wrong.push(format!("the table {table} cannot be read: {}", e.message()));
            }
            Err(other) => return Err(other),
        }
    }
    let loose: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM reviews r WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = r.event)",
    )
    .fetch_one(&mut *on)
    .await?;
    if loose > 0 {
        wrong.push(format!("{loose} rows refer to what is not there"));
    }
    Ok(wrong)
}

/// Codes of <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
pub(super) fn meaning(path: &Path, error: sqlx::Error) -> StoreError {
    let database = path.display().to_string();
    if is_away(&error) {
        let detail = match &error {
            sqlx::Error::Io(e) => e.to_string(),
            sqlx::Error::Database(e) => e.message().to_owned(),
            sqlx::Error::PoolTimedOut => "no answer in time".to_owned(),
            _ => "the connection broke".to_owned(),
        };
        return StoreError::Away { database, detail };
    }
    match error {
        sqlx::Error::Configuration(e) if e.is::<Taken>() => {
            StoreError::Busy { holder: e.to_string(), data: path.to_path_buf() }
        }
        sqlx::Error::Io(e) => StoreError::Away { database, detail: e.to_string() },
        sqlx::Error::Tls(e) => StoreError::Unsafe { database, detail: e.to_string() },
        sqlx::Error::Database(e) => {
            let detail = e.message().to_owned();
            match e.code().as_deref().unwrap_or_default() {
                "28P01" | "28000" => StoreError::NotLetIn { database, detail },
                "3D000" => StoreError::NoDatabase { database, detail },
                "25006" | "42501" => StoreError::ReadOnly { database, detail },
                "53100" => StoreError::Full(path.to_path_buf()),
                "55P03" => StoreError::Held(path.to_path_buf()),
                "XX001" | "XX002" => StoreError::Corrupt { path: path.to_path_buf(), detail },
                _ => StoreError::Database {
                    path: path.to_path_buf(),
                    source: sqlx::Error::Database(e),
                },
            }
        }
        other => StoreError::Database { path: path.to_path_buf(), source: other },
    }
}
