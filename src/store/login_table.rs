//! Tries to log in, in the database, so that a restart forgives nobody.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::query;
use super::error::StoreError;
use super::handle::Store;
use super::user::LoginTries;
use crate::media::WallTime;

const PUT: &str = "
INSERT INTO login_tries (name_sha256, known, tries, last_utc_us, locked_utc_us)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name_sha256) DO UPDATE SET known = excluded.known, tries = excluded.tries,
    last_utc_us = excluded.last_utc_us, locked_utc_us = excluded.locked_utc_us";

/// Names that nobody bears are forgotten, the oldest first, where there are more than this.
const MOST_UNKNOWN: i64 = 10_000;

const FORGET: &str = "
DELETE FROM login_tries WHERE known = FALSE AND last_utc_us < (SELECT last_utc_us FROM login_tries
    WHERE known = FALSE ORDER BY last_utc_us DESC LIMIT 1 OFFSET $1)";

impl Store {
    /// Counts a try to log in by a name before its password is looked at, so that many at once are
    /// not fewer than one after another: `count` says from the tries before what they are now, or
    /// refuses.
    pub fn count_login_try<E>(
        &self,
        name_sha256: &str,
        known: bool,
        count: impl FnOnce(Option<LoginTries>) -> Result<LoginTries, E>,
    ) -> Result<Result<LoginTries, E>, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let row = query("SELECT * FROM login_tries WHERE name_sha256 = $1")
                .bind(name_sha256)
                .fetch_optional(&mut *transaction)
                .await?;
            let before = row.and_then(|row| {
                let time = |column: &str| {
                    let us = row.try_get::<i64>(column).ok()?;
                    jiff::Timestamp::from_microsecond(us).ok().map(WallTime)
                };
                Some(LoginTries {
                    tries: row.try_get::<i64>("tries").ok()? as u64,
                    last: time("last_utc_us")?,
                    locked_until: time("locked_utc_us")?,
                })
            });
            let tries = match count(before) {
                Ok(tries) => tries,
                Err(refused) => return Ok(Err(refused)),
            };
            query(PUT)
                .bind(name_sha256)
                .bind(known)
                .bind(tries.tries as i64)
                .bind(tries.last.0.as_microsecond())
                .bind(tries.locked_until.0.as_microsecond())
                .execute(&mut *transaction)
                .await?;
            query(FORGET).bind(MOST_UNKNOWN).execute(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(Ok(tries))
        })
    }

    /// Forgets the tries by a name, because somebody who may says so.
    pub fn forget_login_tries(
        &self,
        name_sha256: &str,
        entry: &NewEntry,
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            query("DELETE FROM login_tries WHERE name_sha256 = $1")
                .bind(name_sha256)
                .execute(&mut *transaction)
                .await?;
            append(&mut transaction, entry).await?;
            transaction.commit().await
        })
    }
}
