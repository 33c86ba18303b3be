//! Opening a PostgreSQL database.

use super::connection::Pool;
use super::handle::Database;
use super::migrations;
use super::postgres::meaning;
use super::server::Server;
use crate::config::DatabaseConfig;
use crate::store::audit_guard;
use crate::store::error::StoreError;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Executor, PgConnection};
use std::net::IpAddr;
use std::path::PathBuf;
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
