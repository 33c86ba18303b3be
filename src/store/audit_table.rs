//! The audit trail in the database. Rows are only ever added.

use super::audit::{AuditEntry, AuditFilter, AuditHead, NewEntry};
use super::audit_chain::{AuditBreak, AuditVerdict, Chain};
use super::database::{Database, QueryBuilder, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::word::word;
use crate::media::WallTime;

/// Entries read at once.
const PAGE: i64 = 1000;

/// What is entered when somebody else sets a user's password, and when they take the codes away.
pub(crate) const RESETS: [&str; 2] = ["user_password_set", "user_totp_reset"];

const PUT: &str = "
INSERT INTO audit (number, at_utc_us, actor, actor_kind, action, subject, details, address,
    previous_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// Enters what was done, as part of the transaction that does it. The transaction must have begun
/// as one that writes (`begin_write`), so that no other entry comes between; a database with many
/// writers locks the table first.
pub(super) async fn append(
    on: &mut Transaction,
    new: &NewEntry,
) -> Result<AuditEntry, sqlx::Error> {
    let last = query("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut **on)
        .await?;
    let last = last.map(|row| {
        Ok::<_, sqlx::Error>((row.try_get::<i64>("number")? as u64, row.try_get("hash")?))
    });
    let entry = AuditEntry::after(last.transpose()?, new);
    query(PUT)
        .bind(entry.number as i64)
        .bind(entry.at.0.as_microsecond())
        .bind(&entry.actor)
        .bind(word(&entry.actor_kind))
        .bind(&entry.action)
        .bind(&entry.subject)
        .bind(&entry.details)
        .bind(&entry.address)
        .bind(&entry.previous_hash)
        .bind(&entry.hash)
        .execute(&mut **on)
        .await?;
    Ok(entry)
}

impl Store {
    /// Enters what was done where nothing else is stored with it. What changes the store enters
    /// itself, in the same transaction.
    pub fn audit(&self, new: &NewEntry) -> Result<AuditEntry, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let entry = append(&mut transaction, new).await?;
            transaction.commit().await?;
            Ok(entry)
        })
    }

    /// The entries asked for, the newest first.
    pub fn audit_entries(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new("SELECT * FROM audit WHERE number < ");
        q.push_bind(filter.before.map_or(i64::MAX, |n| n as i64));
        for (column, value) in [
            (" AND actor = ", &filter.actor),
            (" AND action = ", &filter.action),
            (" AND subject = ", &filter.subject),
        ] {
            if let Some(value) = value {
                q.push(column).push_bind(value.clone());
            }
        }
        for (column, time) in
            [(" AND at_utc_us >= ", filter.from), (" AND at_utc_us < ", filter.to)]
        {
            if let Some(time) = time {
                q.push(column).push_bind(time.0.as_microsecond());
            }
        }
        q.push(" ORDER BY number DESC LIMIT ").push_bind(i64::from(filter.limit));
        let db = self.database();
        let rows = db.wait(q.build().fetch_all(&db.pool))?;
        rows.iter().map(|row| db.entry(row)).collect()
    }

    /// Entries by which somebody's password was set or their one-time codes were taken away by
    /// somebody else, from `since` on, the newest first; of one user or of all.
    pub fn resets(
        &self,
        user: Option<&str>,
        since: WallTime,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new("SELECT * FROM audit WHERE action IN (");
        let mut list = q.separated(", ");
        for action in RESETS {
            list.push_bind(action);
        }
        q.push(") AND at_utc_us >= ").push_bind(since.0.as_microsecond());
        if let Some(user) = user {
            q.push(" AND subject = ").push_bind(user);
        }
        q.push(" ORDER BY number DESC LIMIT ").push_bind(PAGE);
        let db = self.database();
        let rows = db.wait(q.build().fetch_all(&db.pool))?;
        rows.iter().map(|row| db.entry(row)).collect()
    }

    /// Looks whether the audit trail is as it was written, and whether it still holds the entry
    /// `head` that was noted before. It says what is wrong first.
    ///
    /// # Errors
    /// Only where the database cannot be read: what is wrong with the trail is no error.
    pub fn verify_audit(&self, head: Option<&AuditHead>) -> Result<AuditVerdict, StoreError> {
        let db = self.database();
        let most: Option<i64> =
            db.wait(query_scalar("SELECT MAX(number) FROM audit").fetch_one(&db.pool))?;
        let most = most.unwrap_or(0) as u64;
        let (mut chain, mut at_head) = (Chain::default(), None);
        loop {
            let after = chain.number();
            let rows = db.wait(
                query("SELECT * FROM audit WHERE number > $1 ORDER BY number LIMIT $2")
                    .bind(after as i64)
                    .bind(PAGE)
                    .fetch_all(&db.pool),
            )?;
            for row in &rows {
                // A row that cannot be read is not what was written.
                let changed = AuditBreak::Changed { number: chain.number() + 1 };
                let taken = match db.entry(row) {
                    Ok(entry) => chain.take(&entry, most).map(|()| {
                        if head.is_some_and(|h| h.number == entry.number) {
                            at_head = Some(entry.hash);
                        }
                    }),
                    Err(_) => Err(changed),
                };
                if let Err(broken) = taken {
                    return Ok(chain.verdict(Some(broken), None, None));
                }
            }
            if (rows.len() as i64) < PAGE {
                return Ok(chain.verdict(None, head, at_head.as_deref()));
            }
        }
    }
}

impl Database {
    fn entry(&self, row: &Row) -> Result<AuditEntry, StoreError> {
        let number: i64 = self.column(row, "number")?;
        Ok(AuditEntry {
            number: number as u64,
            at: self.wall(row, "audit entry", "at_utc_us")?,
            actor: self.column(row, "actor")?,
            actor_kind: self.word(row, "audit entry", "actor_kind")?,
            action: self.column(row, "action")?,
            subject: self.column(row, "subject")?,
            details: self.column(row, "details")?,
            address: self.column(row, "address")?,
            previous_hash: self.column(row, "previous_hash")?,
            hash: self.column(row, "hash")?,
        })
    }
}
