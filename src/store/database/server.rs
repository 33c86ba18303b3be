//! The way to a PostgreSQL server: one connection, made anew when the server was away.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection as _, Executor, PgConnection};
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{sleep, timeout};

/// Writers of one database, of which there may be one: whoever writes most holds this lock as long as
/// its connection lives (<https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS>).
const WRITER: i64 = 0x7374_7265_6574_0001;
/// Every transaction that writes holds this one, so that numbers and the audit chain count on.
const TURN: i64 = 0x7374_7265_6574_0002;

/// A connection that was not used for so long is asked whether it still stands.
const QUIET: Duration = Duration::from_secs(1);
/// One try to connect takes no longer.
const ONE_TRY: Duration = Duration::from_secs(5);
/// No answer to a statement is waited for longer: behind a network that swallows everything, nothing
/// would ever come.
const LONGEST: Duration = Duration::from_mins(2);
/// Between two tries to connect: at first, and at most.
const AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Who else writes, where the server says so.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Taken(pub String);

/// A server, as one database and one user of it.
pub(in crate::store) struct Server {
    options: PgConnectOptions,
    /// The name it gives itself where it holds the writer's lock.
    writer: Option<String>,
    /// How long it waits for a server that is away.
    patience: Duration,
    held: Arc<Mutex<Held>>,
}

/// The connection, when there is one.
pub(in crate::store) struct Held {
    connection: Option<PgConnection>,
    used: Instant,
    /// A transaction was begun, and neither committed nor rolled back.
    open: bool,
}

/// A transaction on it.
pub(in crate::store) type Turn = OwnedMutexGuard<Held>;

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("writer", &self.writer).finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn new(
        options: PgConnectOptions,
        writer: Option<String>,
        patience: Duration,
    ) -> Self {
        let options = match &writer {
            Some(name) => options.application_name(name),
            None => options.application_name("streetward"),
        };
        let held = Held { connection: None, used: Instant::now(), open: false };
        Self { options, writer, patience, held: Arc::new(Mutex::new(held)) }
    }

    /// The connection, to be used by nobody else meanwhile.
    pub(super) async fn take(&self) -> Result<Turn, sqlx::Error> {
        let mut held = Arc::clone(&self.held).lock_owned().await;
        held.settle().await;
        if held.used.elapsed() > QUIET {
            held.prove().await;
        }
        if held.connection.is_none() {
            held.connection = Some(self.connect().await?);
        }
        held.used = Instant::now();
        Ok(held)
    }

    /// Begins a transaction that writes, and waits for its turn.
    pub(super) async fn begin_write(&self) -> Result<Turn, sqlx::Error> {
        let mut held = self.take().await?;
        // A server that went since was asked for nothing yet.
        if held.raw("BEGIN").await.is_err() && held.connection.is_none() {
            drop(held);
            held = self.take().await?;
            held.raw("BEGIN").await?;
        }
        held.open = true;
        let turn = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(TURN);
        held.run(async |on| turn.execute(on).await).await?;
        Ok(held)
    }

    /// Ends what a transaction that was dropped has left open, for others wait for its end.
    pub(super) async fn settle(&self) {
        // Where somebody else has it, he settles it.
        if let Ok(mut held) = self.held.try_lock() {
            held.settle().await;
        }
    }

    pub(super) async fn close(&self) {
        let Ok(mut held) = self.held.try_lock() else { return };
        held.settle().await;
        let Some(mut connection) = held.connection.take() else { return };
        let gone = async {
            // The server lets go of a lock a moment after the connection is closed, and who opens next
            // would be told that somebody else writes.
            if self.writer.is_some() {
                let unlock = sqlx::query("SELECT pg_advisory_unlock($1)").bind(WRITER);
                unlock.execute(&mut connection).await?;
            }
            connection.close().await
        };
        let _ = timeout(ONE_TRY, gone).await;
    }

    /// Connects, and waits for a server that is away.
    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let (begun, mut pause) = (Instant::now(), AGAIN.0);
        loop {
            let error = match timeout(ONE_TRY, self.once()).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => error,
                Err(_) => sqlx::Error::PoolTimedOut,
            };
            if !is_away(&error) || begun.elapsed() + pause > self.patience {
                return Err(error);
            }
            sleep(pause).await;
            pause = (pause * 2).min(AGAIN.1);
        }
    }

    async fn once(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        if let Some(name) = &self.writer {
            become_writer(&mut connection, name).await?;
        }
        Ok(connection)
    }
}

/// Takes the writer's lock. A session of this very writer that the server has not missed yet, as its
/// connection broke, is ended; that of another, who may have been killed just now, is waited for a
/// second.
async fn become_writer(on: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let mut by = String::new();
    for _ in 0..20 {
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(WRITER)
            .fetch_one(&mut *on)
            .await?;
        if taken {
            return Ok(());
        }
        let holder: Option<(i32, String)> = sqlx::query_as(
            "SELECT a.pid, COALESCE(a.application_name, '') FROM pg_locks l
             JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.granted AND l.database =
                 (SELECT oid FROM pg_database WHERE datname = current_database())
             AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid",
        )
        .bind(WRITER >> 32)
        .bind(WRITER & 0xffff_ffff)
        .fetch_optional(&mut *on)
        .await?;
        match holder {
            Some((pid, holder)) if holder == name => {
                sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&mut *on).await?;
            }
            holder => by = holder.map(|(_, holder)| holder).unwrap_or_default(),
        }
        sleep(AGAIN.0).await;
    }
    Err(taken_by(&by))
}

fn taken_by(holder: &str) -> sqlx::Error {
    // `streetward <process> on <machine>, <number>`: what the number is for is nobody's concern.
    let holder = holder.strip_prefix("streetward ").and_then(|h| h.split(',').next());
    let holder = holder.map_or("its process is not known".to_owned(), |h| format!("process {h}"));
    sqlx::Error::Configuration(Box::new(Taken(holder)))
}

impl Held {
    /// Carries a statement out. A connection that failed at it is not used again.
    pub(super) async fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let Some(connection) = &mut self.connection else {
            return Err(sqlx::Error::PoolClosed);
        };
        let done = match timeout(LONGEST, work(connection)).await {
            Ok(done) => done,
            Err(_) => Err(sqlx::Error::PoolTimedOut),
        };
        self.used = Instant::now();
        if done.as_ref().is_err_and(is_away) {
            self.connection = None;
            self.open = false;
        }
        done
    }

    async fn raw(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.run(async |on| on.execute(sql).await.map(drop)).await
    }

    pub(super) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.raw("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    async fn settle(&mut self) {
        if std::mem::take(&mut self.open) && self.raw("ROLLBACK").await.is_err() {
            self.connection = None;
        }
    }

    pub(super) fn connection(&mut self) -> Option<&mut PgConnection> {
        self.connection.as_mut()
    }

    /// Lets a connection go that no longer stands.
    async fn prove(&mut self) {
        if let Some(connection) = &mut self.connection
            && !matches!(timeout(ONE_TRY, connection.ping()).await, Ok(Ok(())))
        {
            self.connection = None;
        }
    }
}

/// Whether the server is away, or was, and not something wrong with what it was asked.
/// Codes: <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(e) => !matches!(e.kind(), ErrorKind::PermissionDenied),
        sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(e) => e.code().is_some_and(|code| {
            code.starts_with("08")
                || matches!(&*code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300")
        }),
        _ => false,
    }
}
