//! The PostgreSQL database behind a store: opening it, and what its errors mean.

use super::connection::Pool;
use super::handle::Database;
use super::migrations;
use super::server::{Server, Taken, is_away};
use crate::config::DatabaseConfig;
use crate::store::audit_guard;
use crate::store::error::StoreError;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Executor, PgConnection};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio::runtime::Builder;

/// How long the one who writes most waits for a server that is away, before it says so.
const WRITER_PATIENCE: Duration = Duration::from_secs(10);
/// How long others do: somebody waits for their answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What every session asks of the server: nobody waits for ever for a lock, no transaction that was
/// forgotten keeps others waiting, and a connection whose other end is gone is found out.
const SESSION: [(&str, &str); 8] = [
    // Questions are answered in milliseconds, from indexes: compiling one takes a second, and workers
    // take longer to start than they save.
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("timezone", "UTC"),
];

/// Texts are compared byte by byte, as SQLite does, whatever language the database was made for: the
/// same records come in the same order.
const ORDER: &str = "
DO $$
DECLARE of RECORD;
BEGIN
    FOR of IN SELECT a.attrelid::regclass AS tab, a.attname AS col
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
            AND a.atttypid = 'text'::regtype AND NOT a.attisdropped
            AND a.attcollation <> 'pg_catalog.\"C\"'::regcollation
            AND c.relname <> '_sqlx_migrations'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE TEXT COLLATE \"C\"', of.tab, of.col);
    END LOOP;
END $$";

/// Opens for writing: takes the writer's lock, brings the schema to this program's.
pub(super) fn open(config: &DatabaseConfig) -> Result<Database, StoreError> {
    let number = fastrand::u64(..);
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    // PostgreSQL keeps 63 bytes of it.
    let host: String = host.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let name = format!("streetward {} on {host}, {number:x}", std::process::id());
    let db = connect(config, Some(name), false)?;
    db.direct(async |on| {
        migrations::MIGRATIONS.run(&mut *on).await.map_err(Opening::Migrate)?;
        for guard in audit_guard::POSTGRES {
            on.execute(guard).await.map_err(Opening::Other)?;
        }
        on.execute(ORDER).await.map_err(Opening::Other)?;
        Ok(())
    })?;
    db.lay_tallies()?;
    Ok(db)
}

/// Opens for reading, beside a writer or without one.
pub(super) fn open_read(config: &DatabaseConfig) -> Result<Database, StoreError> {
    open_known(config, true)
}

/// Opens for writing beside the process that writes most.
pub(super) fn open_beside(config: &DatabaseConfig) -> Result<Database, StoreError> {
    open_known(config, false)
}

fn open_known(config: &DatabaseConfig, read_only: bool) -> Result<Database, StoreError> {
    let db = connect(config, None, read_only)?;
    let there = db.direct(async |on| {
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
            .fetch_one(on)
            .await
            .map_err(Opening::Other)
    });
    if !there? {
        return Err(StoreError::Missing(db.path.clone()));
    }
    let found = db.direct(async |on| {
        sqlx::query_scalar(migrations::FOUND).fetch_one(on).await.map_err(Opening::Other)
    })?;
    migrations::known(found, &db.path)?;
    Ok(db)
}

fn connect(
    config: &DatabaseConfig,
    writer: Option<String>,
    read_only: bool,
) -> Result<Database, StoreError> {
    let path = PathBuf::from(&config.url);
    let mut options = PgConnectOptions::from_str(&config.url)
        .map_err(|e| meaning(&path, e))?
        .disable_statement_logging()
        .options(SESSION);
    if !config.url.contains("sslmode=") {
        let near = is_near(&options);
        options = options.ssl_mode(if near { PgSslMode::Prefer } else { PgSslMode::VerifyFull });
    }
    if let Some(password) = &config.password {
        options = options.password(password.reveal());
    }
    if read_only {
        options = options.options([("default_transaction_read_only", "on")]);
    }
    let patience = if writer.is_some() { WRITER_PATIENCE } else { PATIENCE };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| StoreError::from_io(&path, e))?;
    let server = Server::new(options, writer, patience);
    let db = Database { pool: Pool::Postgres(server), runtime, path };
    db.direct(async |_| Ok(()))?;
    Ok(db)
}

/// Whether what is sent never leaves this machine.
fn is_near(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let loopback = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    options.get_socket().is_some() || host.starts_with('/') || host == "localhost" || loopback
}

/// What may go wrong on opening.
enum Opening {
    Migrate(sqlx::migrate::MigrateError),
    Other(sqlx::Error),
}

impl Database {
    /// Does something on the connection itself.
    fn direct<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Opening>,
    ) -> Result<T, StoreError> {
        let Pool::Postgres(server) = &self.pool else {
            return Err(StoreError::Missing(self.path.clone()));
        };
        let done = self.runtime.block_on(async {
            let mut held = server.take().await.map_err(Opening::Other)?;
            let Some(on) = held.connection() else {
                return Err(Opening::Other(sqlx::Error::PoolClosed));
            };
            work(on).await
        });
        done.map_err(|e| match e {
            Opening::Migrate(e) => migrations::meaning(e, &self.path, |e| self.meaning(e)),
            Opening::Other(e) => self.meaning(e),
        })
    }
}

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
