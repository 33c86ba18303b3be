//! Tokens for programs in the database: found by the SHA-256 of their secret, which is nowhere.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::{Database, Row, query};
use super::error::StoreError;
use super::handle::Store;
use super::user::{TokenRecord, UserRecord};
use super::user_table::list;
use crate::media::WallTime;

const PUT: &str = "
INSERT INTO api_tokens (id, secret_sha256, user_id, name, permissions, wards, domains,
    created_utc_us, expires_utc_us)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
WHERE (SELECT COUNT(*) FROM api_tokens WHERE user_id = $3 AND revoked_utc_us IS NULL
    AND expires_utc_us > $8) < $10";

impl Store {
    /// Keeps a token; false where its user has `most` that are good already, and then nothing is
    /// entered.
    pub fn put_token(
        &self,
        token: &TokenRecord,
        most: u32,
        entry: &NewEntry,
    ) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let done = query(PUT)
                .bind(&token.id)
                .bind(&token.secret_sha256)
                .bind(&token.user)
                .bind(&token.name)
                .bind(token.permissions.join(" "))
                .bind(list(token.wards.as_ref()))
                .bind(list(token.domains.as_ref()))
                .bind(token.created.0.as_microsecond())
                .bind(token.expires.0.as_microsecond())
                .bind(i64::from(most))
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

    /// The token of that secret, and whose it is.
    pub fn token(
        &self,
        secret_sha256: &str,
    ) -> Result<Option<(TokenRecord, UserRecord)>, StoreError> {
        let db = self.database();
        let row = db.wait(
            query("SELECT * FROM api_tokens WHERE secret_sha256 = $1")
                .bind(secret_sha256)
                .fetch_optional(&db.pool),
        )?;
        let Some(row) = row else { return Ok(None) };
        let token = db.token(&row)?;
        Ok(self.user(&token.user)?.map(|user| (token, user)))
    }

    /// What a token of that id is called, and the id of whose it is; one that was revoked, too.
    pub fn token_named(&self, id: &str) -> Result<Option<(String, String)>, StoreError> {
        let db = self.database();
        let row = db.wait(
            query("SELECT name, user_id FROM api_tokens WHERE id = $1")
                .bind(id)
                .fetch_optional(&db.pool),
        )?;
        row.map(|row| Ok((db.column(&row, "name")?, db.column(&row, "user_id")?))).transpose()
    }

    /// The tokens of a user that were not revoked, the newest first.
    pub fn tokens_of(&self, user: &str) -> Result<Vec<TokenRecord>, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query(
                "SELECT * FROM api_tokens WHERE user_id = $1 AND revoked_utc_us IS NULL
                 ORDER BY created_utc_us DESC, id",
            )
            .bind(user)
            .fetch_all(&db.pool),
        )?;
        rows.iter().map(|row| db.token(row)).collect()
    }

    /// Notes that a token was used.
    pub fn touch_token(&self, id: &str, now: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(
            query("UPDATE api_tokens SET used_utc_us = $2 WHERE id = $1")
                .bind(id)
                .bind(now.0.as_microsecond())
                .execute(&db.pool),
        )
        .map(|_| ())
    }

    /// Revokes a token of a user; false where they have none of that id, and then nothing is entered.
    pub fn revoke_token(&self, user: &str, id: &str, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let done = query(
                "UPDATE api_tokens SET revoked_utc_us = $3
                 WHERE id = $1 AND user_id = $2 AND revoked_utc_us IS NULL",
            )
            .bind(id)
            .bind(user)
            .bind(entry.at.0.as_microsecond())
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

impl Database {
    fn token(&self, row: &Row) -> Result<TokenRecord, StoreError> {
        let id: String = self.column(row, "id")?;
        let permissions: String = self.column(row, "permissions")?;
        Ok(TokenRecord {
            secret_sha256: self.column(row, "secret_sha256")?,
            user: self.column(row, "user_id")?,
            name: self.column(row, "name")?,
            permissions: permissions.split_whitespace().map(str::to_owned).collect(),
            wards: self.listed(row, &id, "wards")?,
            domains: self.listed(row, &id, "domains")?,
            created: self.wall(row, &id, "created_utc_us")?,
            expires: self.wall(row, &id, "expires_utc_us")?,
            used: self.time(row, "used_utc_us")?,
            revoked: self.time(row, "revoked_utc_us")?,
            id,
        })
    }
}
