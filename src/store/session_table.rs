//! Sessions in the database: found by the SHA-256 of their secret, which is nowhere.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::{Database, Row, Transaction, query};
use super::error::StoreError;
use super::handle::Store;
use super::login_table::{forget_tries, remember_network};
use super::user::{SessionRecord, TryBy, UserRecord};
use crate::media::WallTime;

const PUT: &str = "
INSERT INTO sessions (secret_sha256, user_id, begun_utc_us, seen_utc_us, expires_utc_us, address)
VALUES ($1, $2, $3, $4, $5, $6)";

/// The sessions of a user over the number that is kept: those used longest ago.
const SPARE: &str = "
DELETE FROM sessions WHERE user_id = $1 AND secret_sha256 NOT IN
    (SELECT secret_sha256 FROM sessions WHERE user_id = $1
     ORDER BY seen_utc_us DESC, secret_sha256 LIMIT $2)";

/// Uses up a password that somebody else has set and that lets in once.
const USE_ONCE: &str = "
UPDATE users SET password_until_utc_us = NULL
WHERE id = $1 AND must_change_password = TRUE AND password_until_utc_us > $2";

impl Store {
    /// A user has come in: begins their session, forgets their failed tries from that network, which
    /// is theirs from now on, and the sessions that are over, and keeps at most `most` of theirs.
    /// `once`: by a password that lets in once; false where it was used up, and then nothing is done.
    pub fn begin_session(
        &self,
        session: &SessionRecord,
        most: u32,
        by: &TryBy<'_>,
        once: bool,
        entry: &NewEntry,
    ) -> Result<bool, StoreError> {
        let db = self.database();
        let now = session.begun.0.as_microsecond();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            if once {
                let used = query(USE_ONCE).bind(&session.user).bind(now);
                if used.execute(&mut *transaction).await?.rows_affected() == 0 {
                    return Ok(false);
                }
            }
            query("DELETE FROM sessions WHERE expires_utc_us <= $1")
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            put(&mut transaction, session).await?;
            query(SPARE)
                .bind(&session.user)
                .bind(i64::from(most))
                .execute(&mut *transaction)
                .await?;
            query("UPDATE users SET last_login_utc_us = $2 WHERE id = $1")
                .bind(&session.user)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            forget_tries(&mut transaction, by.name_sha256, Some(by.network)).await?;
            remember_network(&mut transaction, by, session.begun).await?;
            append(&mut transaction, entry).await?;
            transaction.commit().await?;
            Ok(true)
        })
    }

    /// The session of that secret, and whose it is.
    pub fn session(
        &self,
        secret_sha256: &str,
    ) -> Result<Option<(SessionRecord, UserRecord)>, StoreError> {
        let db = self.database();
        let row = db.wait(
            query("SELECT * FROM sessions WHERE secret_sha256 = $1")
                .bind(secret_sha256)
                .fetch_optional(&db.pool),
        )?;
        let Some(row) = row else { return Ok(None) };
        let session = db.session(&row)?;
        Ok(self.user(&session.user)?.map(|user| (session, user)))
    }

    /// The sessions of a user, the last used first.
    pub fn sessions_of(&self, user: &str) -> Result<Vec<SessionRecord>, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query("SELECT * FROM sessions WHERE user_id = $1 ORDER BY seen_utc_us DESC")
                .bind(user)
                .fetch_all(&db.pool),
        )?;
        rows.iter().map(|row| db.session(row)).collect()
    }

    /// Notes that a session was used.
    pub fn touch_session(&self, secret_sha256: &str, now: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(
            query(
                "UPDATE sessions SET seen_utc_us = $2
                 WHERE secret_sha256 = $1 AND seen_utc_us < $2",
            )
            .bind(secret_sha256)
            .bind(now.0.as_microsecond())
            .execute(&db.pool),
        )
        .map(|_| ())
    }

    /// Puts a session in the place of another; false where that one is over.
    pub fn replace_session(&self, old: &str, new: &SessionRecord) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let done = query("DELETE FROM sessions WHERE secret_sha256 = $1")
                .bind(old)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            put(&mut transaction, new).await?;
            transaction.commit().await?;
            Ok(true)
        })
    }

    /// Ends a session; false where it was over, and then nothing is entered.
    pub fn end_session(&self, secret_sha256: &str, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let done = query("DELETE FROM sessions WHERE secret_sha256 = $1")
                .bind(secret_sha256)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            append(&mut transaction, entry).await?;
            transaction.commit().await?;
            Ok(true)
        })
    }
}

async fn put(on: &mut Transaction, session: &SessionRecord) -> Result<(), sqlx::Error> {
    query(PUT)
        .bind(&session.secret_sha256)
        .bind(&session.user)
        .bind(session.begun.0.as_microsecond())
        .bind(session.seen.0.as_microsecond())
        .bind(session.expires.0.as_microsecond())
        .bind(&session.address)
        .execute(&mut **on)
        .await
        .map(|_| ())
}

impl Database {
    fn session(&self, row: &Row) -> Result<SessionRecord, StoreError> {
        Ok(SessionRecord {
            secret_sha256: self.column(row, "secret_sha256")?,
            user: self.column(row, "user_id")?,
            begun: self.wall(row, "session", "begun_utc_us")?,
            seen: self.wall(row, "session", "seen_utc_us")?,
            expires: self.wall(row, "session", "expires_utc_us")?,
            address: self.column(row, "address")?,
        })
    }
}
