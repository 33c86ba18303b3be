//! Users in the database. What changes one is entered into the audit trail with it.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::{Database, Row, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::login_table::forget_tries;
use super::user::{Ending, UserChange, UserRecord};
use crate::media::WallTime;
use jiff::Timestamp;

const PUT: &str = "
INSERT INTO users (id, name, full_name, role, wards, domains, agency, language, password,
    password_set_utc_us, totp, totp_begun, totp_step, disabled, created_utc_us, last_login_utc_us,
    version, must_change_password, password_until_utc_us, reset_by, reset_utc_us, totp_reset_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, 1, $16, $17, $18, $19,
    $20)
ON CONFLICT (name) DO NOTHING";

/// All that an administrator, or the user, says; `version` is the one that was read.
const CHANGE: &str = "
UPDATE users SET full_name = $2, role = $3, wards = $4, domains = $5, agency = $6, language = $7,
    password = $8, password_set_utc_us = $9,
    totp_step = CASE WHEN COALESCE(totp, '') = COALESCE($10, '') THEN totp_step ELSE 0 END,
    totp = $10, totp_begun = $11, disabled = $12, must_change_password = $14,
    password_until_utc_us = $15, reset_by = $16, reset_utc_us = $17, totp_reset_by = $18,
    version = version + 1
WHERE id = $1 AND version = $13";

/// The role of which somebody must be left.
const ADMINISTRATOR: &str = "administrator";

/// Whether this user is the only one left who may administer.
const LAST_ADMINISTRATOR: &str = "
SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND role = 'administrator' AND disabled = FALSE)
AND NOT EXISTS (SELECT 1 FROM users WHERE id <> $1 AND role = 'administrator' AND disabled = FALSE)";

impl Store {
    /// Adds a user; false where the name is taken, and then nothing is entered.
    pub fn put_user(&self, user: &UserRecord, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let done = query(PUT)
                .bind(&user.id)
                .bind(&user.name)
                .bind(&user.full_name)
                .bind(&user.role)
                .bind(list(user.wards.as_ref()))
                .bind(list(user.domains.as_ref()))
                .bind(&user.agency)
                .bind(&user.language)
                .bind(&user.password)
                .bind(user.password_set.0.as_microsecond())
                .bind(&user.totp)
                .bind(&user.totp_begun)
                .bind(user.totp_step as i64)
                .bind(user.disabled)
                .bind(user.created.0.as_microsecond())
                .bind(user.must_change)
                .bind(micros(user.password_until))
                .bind(&user.reset_by)
                .bind(micros(user.reset_at))
                .bind(&user.totp_reset_by)
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

    /// Stores what is said of a user, whose `version` is the one that was read, ends what is to end,
    /// and forgets the tries by their name (its SHA-256) where that is given: all of it or nothing.
    pub fn change_user(
        &self,
        user: &UserRecord,
        ending: Ending<'_>,
        forgiven: Option<&str>,
        entries: &[NewEntry],
    ) -> Result<UserChange, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            if user.disabled || user.role != ADMINISTRATOR {
                let last: bool = query_scalar(LAST_ADMINISTRATOR)
                    .bind(&user.id)
                    .fetch_one(&mut *transaction)
                    .await?;
                if last {
                    return Ok(UserChange::LastAdministrator);
                }
            }
            let done = query(CHANGE)
                .bind(&user.id)
                .bind(&user.full_name)
                .bind(&user.role)
                .bind(list(user.wards.as_ref()))
                .bind(list(user.domains.as_ref()))
                .bind(&user.agency)
                .bind(&user.language)
                .bind(&user.password)
                .bind(user.password_set.0.as_microsecond())
                .bind(&user.totp)
                .bind(&user.totp_begun)
                .bind(user.disabled)
                .bind(user.version as i64)
                .bind(user.must_change)
                .bind(micros(user.password_until))
                .bind(&user.reset_by)
                .bind(micros(user.reset_at))
                .bind(&user.totp_reset_by)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 0 {
                let there: i64 = query_scalar("SELECT COUNT(*) FROM users WHERE id = $1")
                    .bind(&user.id)
                    .fetch_one(&mut *transaction)
                    .await?;
                return Ok(if there == 0 { UserChange::Gone } else { UserChange::Conflict });
            }
            if let Ending::Sessions { save } | Ending::Access { save } = ending {
                query("DELETE FROM sessions WHERE user_id = $1 AND secret_sha256 <> $2")
                    .bind(&user.id)
                    .bind(save.unwrap_or_default())
                    .execute(&mut *transaction)
                    .await?;
            }
            if let (Ending::Access { .. }, Some(entry)) = (ending, entries.first()) {
                query(
                    "UPDATE api_tokens SET revoked_utc_us = $2
                     WHERE user_id = $1 AND revoked_utc_us IS NULL",
                )
                .bind(&user.id)
                .bind(entry.at.0.as_microsecond())
                .execute(&mut *transaction)
                .await?;
            }
            if let Some(name_sha256) = forgiven {
                forget_tries(&mut transaction, name_sha256, None).await?;
            }
            for entry in entries {
                append(&mut transaction, entry).await?;
            }
            transaction.commit().await?;
            Ok(UserChange::Done)
        })
    }

    /// The user of that id.
    pub fn user(&self, id: &str) -> Result<Option<UserRecord>, StoreError> {
        let db = self.database();
        let row =
            db.wait(query("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(&db.pool))?;
        row.map(|row| db.user(&row)).transpose()
    }

    /// The user who logs in by that name.
    pub fn user_named(&self, name: &str) -> Result<Option<UserRecord>, StoreError> {
        let db = self.database();
        let row = db.wait(
            query("SELECT * FROM users WHERE name = $1").bind(name).fetch_optional(&db.pool),
        )?;
        row.map(|row| db.user(&row)).transpose()
    }

    /// All users, by name.
    pub fn users(&self) -> Result<Vec<UserRecord>, StoreError> {
        let db = self.database();
        let rows = db.wait(query("SELECT * FROM users ORDER BY name").fetch_all(&db.pool))?;
        rows.iter().map(|row| db.user(row)).collect()
    }

    /// Uses up the one-time code of a step; false where it, or a later one, was used before.
    pub fn use_totp_step(&self, user: &str, step: u64) -> Result<bool, StoreError> {
        let db = self.database();
        let done = db.wait(
            query("UPDATE users SET totp_step = $2 WHERE id = $1 AND totp_step < $2")
                .bind(user)
                .bind(step as i64)
                .execute(&db.pool),
        )?;
        Ok(done.rows_affected() == 1)
    }

    /// Stores the language that a user wants texts in.
    pub fn set_user_language(&self, user: &str, language: &str) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(
            query("UPDATE users SET language = $2 WHERE id = $1")
                .bind(user)
                .bind(language)
                .execute(&db.pool),
        )
        .map(|_| ())
    }

    /// Stores a password's hash made anew with today's parameters, where it is still `old`.
    pub fn renew_password_hash(&self, user: &str, old: &str, new: &str) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(
            query("UPDATE users SET password = $3 WHERE id = $1 AND password = $2")
                .bind(user)
                .bind(old)
                .bind(new)
                .execute(&db.pool),
        )
        .map(|_| ())
    }
}

fn micros(at: Option<WallTime>) -> Option<i64> {
    at.map(|at| at.0.as_microsecond())
}

/// A list as a column holds it: JSON; nothing for all.
pub(super) fn list(values: Option<&Vec<String>>) -> Option<String> {
    values.map(|v| serde_json::Value::from(v.clone()).to_string())
}

impl Database {
    pub(super) fn user(&self, row: &Row) -> Result<UserRecord, StoreError> {
        let id: String = self.column(row, "id")?;
        let step: i64 = self.column(row, "totp_step")?;
        let version: i64 = self.column(row, "version")?;
        Ok(UserRecord {
            name: self.column(row, "name")?,
            full_name: self.column(row, "full_name")?,
            role: self.column(row, "role")?,
            wards: self.listed(row, &id, "wards")?,
            domains: self.listed(row, &id, "domains")?,
            agency: self.column(row, "agency")?,
            language: self.column(row, "language")?,
            password: self.column(row, "password")?,
            password_set: self.wall(row, &id, "password_set_utc_us")?,
            totp: self.column(row, "totp")?,
            totp_begun: self.column(row, "totp_begun")?,
            totp_step: step as u64,
            must_change: self.column(row, "must_change_password")?,
            password_until: self.time(row, "password_until_utc_us")?,
            reset_by: self.column(row, "reset_by")?,
            reset_at: self.time(row, "reset_utc_us")?,
            totp_reset_by: self.column(row, "totp_reset_by")?,
            disabled: self.column(row, "disabled")?,
            created: self.wall(row, &id, "created_utc_us")?,
            last_login: self.time(row, "last_login_utc_us")?,
            version: version as u64,
            id,
        })
    }

    /// A column's list.
    pub(super) fn listed(
        &self,
        row: &Row,
        id: &str,
        column: &'static str,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let text: Option<String> = self.column(row, column)?;
        text.map(|text| {
            serde_json::from_str(&text).map_err(|e| StoreError::UnknownWord {
                id: id.to_owned(),
                column,
                detail: e.to_string(),
            })
        })
        .transpose()
    }

    /// A column's time, where there is one.
    pub(super) fn time(&self, row: &Row, column: &str) -> Result<Option<WallTime>, StoreError> {
        let us: Option<i64> = self.column(row, column)?;
        Ok(us.and_then(|us| Timestamp::from_microsecond(us).ok()).map(WallTime))
    }
}
