//! Holds in the database. What changes one is entered into the audit trail with it.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::{Database, QueryBuilder, Row, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::hold::{Hold, HoldFilter, HoldLifted, HoldPut, Lifted};
use super::plate_table::is_plated;
use crate::media::WallTime;
use std::collections::BTreeSet;

const PUT: &str = "
INSERT INTO holds (id, event, reason, by_whom, at_utc_us, until_utc_us) VALUES ($1, $2, $3, $4, $5, $6)";

const LIFT: &str = "
UPDATE holds SET lifted_utc_us = $2, lifted_by = $3, lifted_reason = $4
WHERE id = $1 AND lifted_utc_us IS NULL";

impl Store {
    /// Keeps an event's evidence and plate for a case; `lifted` is not looked at.
    ///
    /// # Errors
    /// The database's; nothing is done then.
    pub fn put_hold(&self, hold: &Hold, entry: &NewEntry) -> Result<HoldPut, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let state: Option<String> =
                query_scalar("SELECT evidence_state FROM events WHERE id = $1")
                    .bind(&hold.event)
                    .fetch_optional(&mut *on)
                    .await?;
            match state.as_deref() {
                None => return Ok(HoldPut::NoEvent),
                // A plate that was entered is kept for a case as well.
                Some("none" | "removed") if !is_plated(&mut on, &hold.event).await? => {
                    return Ok(HoldPut::NoEvidence);
                }
                Some(_) => {}
            }
            query(PUT)
                .bind(&hold.id)
                .bind(&hold.event)
                .bind(&hold.reason)
                .bind(&hold.by)
                .bind(hold.at.0.as_microsecond())
                .bind(hold.until.map(|until| until.0.as_microsecond()))
                .execute(&mut *on)
                .await?;
            append(&mut on, entry).await?;
            on.commit().await?;
            Ok(HoldPut::Done)
        })
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// The database's; nothing is done then.
    pub fn lift_hold(
        &self,
        id: &str,
        lifted: &Lifted,
        entry: &NewEntry,
    ) -> Result<HoldLifted, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let known: i64 = query_scalar("SELECT COUNT(*) FROM holds WHERE id = $1")
                .bind(id)
                .fetch_one(&mut *on)
                .await?;
            if known == 0 {
                return Ok(HoldLifted::NoHold);
            }
            let done = query(LIFT)
                .bind(id)
                .bind(lifted.at.0.as_microsecond())
                .bind(&lifted.by)
                .bind(&lifted.reason)
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(HoldLifted::Before);
            }
            append(&mut on, entry).await?;
            on.commit().await?;
            Ok(HoldLifted::Done)
        })
    }

    /// The hold of that id.
    ///
    /// # Errors
    /// The database's.
    pub fn hold(&self, id: &str) -> Result<Option<Hold>, StoreError> {
        let db = self.database();
        let row =
            db.wait(query("SELECT * FROM holds WHERE id = $1").bind(id).fetch_optional(&db.pool))?;
        row.map(|row| db.hold(&row)).transpose()
    }

    /// The holds asked for, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub fn holds(&self, filter: &HoldFilter) -> Result<Vec<Hold>, StoreError> {
        let db = self.database();
        let mut q = QueryBuilder::new("SELECT * FROM holds WHERE TRUE");
        if let Some(event) = &filter.event {
            q.push(" AND event = ").push_bind(event.clone());
        }
        if let Some(at) = filter.active_at {
            q.push(" AND lifted_utc_us IS NULL AND (until_utc_us IS NULL OR until_utc_us > ");
            q.push_bind(at.0.as_microsecond()).push(")");
        }
        q.push(" ORDER BY at_utc_us DESC, id");
        let rows = db.wait(q.build().fetch_all(&db.pool))?;
        rows.iter().map(|row| db.hold(row)).collect()
    }

    /// The events whose evidence is kept for a case at an instant, by id.
    ///
    /// # Errors
    /// The database's.
    pub fn held(&self, now: WallTime) -> Result<BTreeSet<String>, StoreError> {
        let filter = HoldFilter { active_at: Some(now), ..HoldFilter::default() };
        Ok(self.holds(&filter)?.into_iter().map(|hold| hold.event).collect())
    }
}

impl Database {
    fn hold(&self, row: &Row) -> Result<Hold, StoreError> {
        let id: String = self.column(row, "id")?;
        let lifted = match self.maybe_wall(row, &id, "lifted_utc_us")? {
            Some(at) => {
                let text = |column| self.column::<Option<String>>(row, column);
                let by = text("lifted_by")?.unwrap_or_default();
                Some(Lifted { at, by, reason: text("lifted_reason")?.unwrap_or_default() })
            }
            None => None,
        };
        Ok(Hold {
            event: self.column(row, "event")?,
            reason: self.column(row, "reason")?,
            by: self.column(row, "by_whom")?,
            at: self.wall(row, &id, "at_utc_us")?,
            until: self.maybe_wall(row, &id, "until_utc_us")?,
            lifted,
            id,
        })
    }
}
