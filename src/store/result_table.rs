//! Results of confirmed violations in the database, and which scheduled reports were made.

use super::audit::NewEntry;
use super::audit_table;
use super::database::{Database, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::letter::Letter;
use super::outbox_table::put_letters;
use super::record::Status;
use super::result::{EventResult, NewResult, ResultEntered};
use super::word::word;
use crate::media::WallTime;

/// A result entered again takes the place of the one before.
const ENTER: &str = "
INSERT INTO results (event, agency, result, result_note, result_utc_us, by_whom)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (event) DO UPDATE SET agency = COALESCE(excluded.agency, results.agency),
    result = excluded.result, result_note = excluded.result_note,
    result_utc_us = excluded.result_utc_us, by_whom = excluded.by_whom";

/// The first time counts, whoever is given it after that.
const HAND_OVER: &str = "
INSERT INTO results (event, agency, handed_over_utc_us) VALUES ($1, $2, $3)
ON CONFLICT (event) DO UPDATE SET agency = excluded.agency,
    handed_over_utc_us = COALESCE(results.handed_over_utc_us, excluded.handed_over_utc_us)";

/// Notes that events were handed over, within a transaction.
pub(super) async fn hand_over(
    on: &mut Transaction,
    events: &[String],
    agency: &str,
    at: WallTime,
) -> Result<(), sqlx::Error> {
    for event in events {
        let note = query(HAND_OVER).bind(event).bind(agency).bind(at.0.as_microsecond());
        note.execute(&mut **on).await?;
    }
    Ok(())
}

/// Puts what became of an event, as it was known elsewhere, within a transaction.
pub(super) async fn put_within(
    on: &mut Transaction,
    result: &EventResult,
) -> Result<(), sqlx::Error> {
    let us = |t: Option<WallTime>| t.map(|t| t.0.as_microsecond());
    query(
        "INSERT INTO results (event, agency, handed_over_utc_us, result, result_note, result_utc_us,
            by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event) DO NOTHING",
    )
    .bind(&result.event)
    .bind(&result.agency)
    .bind(us(result.handed_over))
    .bind(result.handling.as_ref().map(word))
    .bind(&result.note)
    .bind(us(result.entered))
    .bind(&result.by)
    .execute(&mut **on)
    .await
    .map(drop)
}

impl Store {
    /// Enters what became of an event, with its entry in the audit trail, if a person has confirmed it.
    ///
    /// # Errors
    /// The database's; nothing is entered then.
    pub fn enter_result(
        &self,
        new: &NewResult,
        entry: &NewEntry,
    ) -> Result<ResultEntered, StoreError> {
        let db = self.database();
        let status = db.wait(async {
            let mut on = db.begin_write().await?;
            let status: Option<String> = query_scalar("SELECT status FROM events WHERE id = $1")
                .bind(&new.event)
                .fetch_optional(&mut *on)
                .await?;
            if status.as_deref() == Some(word(&Status::Confirmed).as_str()) {
                query(ENTER)
                    .bind(&new.event)
                    .bind(&new.agency)
                    .bind(word(&new.handling))
                    .bind(&new.note)
                    .bind(new.at.0.as_microsecond())
                    .bind(&new.by)
                    .execute(&mut *on)
                    .await?;
                audit_table::append(&mut on, entry).await?;
            }
            on.commit().await?;
            Ok(status)
        })?;
        let Some(review) = self.review(&new.event)? else { return Ok(ResultEntered::NoEvent) };
        Ok(match status.as_deref() {
            Some("confirmed") => ResultEntered::Done(self.result(&new.event)?.unwrap_or_default()),
            _ => ResultEntered::NotConfirmed(review),
        })
    }

    /// What became of an event, as far as anybody has said.
    pub fn result(&self, event: &str) -> Result<Option<EventResult>, StoreError> {
        let db = self.database();
        let row = db.wait(
            query("SELECT * FROM results WHERE event = $1").bind(event).fetch_optional(&db.pool),
        )?;
        row.map(|row| db.result(&row)).transpose()
    }

    /// Notes that events were handed over to an agency, in one transaction. Who was given an event
    /// last has it; when it was handed over first stays.
    ///
    /// # Errors
    /// The database's; nothing is noted then.
    pub fn handed_over(
        &self,
        events: &[String],
        agency: &str,
        at: WallTime,
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            hand_over(&mut on, events, agency, at).await?;
            on.commit().await
        })
    }

    /// Whether the report of a period was made by a schedule.
    pub fn report_was_made(&self, schedule: &str, period: &str) -> Result<bool, StoreError> {
        let db = self.database();
        let made: i64 = db.wait(
            query_scalar("SELECT COUNT(*) FROM reports_made WHERE schedule = $1 AND period = $2")
                .bind(schedule)
                .bind(period)
                .fetch_one(&db.pool),
        )?;
        Ok(made > 0)
    }

    /// Notes that a schedule's report of a period was made, with the letters that tell of it and its
    /// entry in the audit trail: all or nothing. False: somebody has made it meanwhile, and nothing is
    /// noted or told.
    pub fn report_made(
        &self,
        (schedule, period): (&str, &str),
        files: &[String],
        letters: &[Letter],
        entry: &NewEntry,
    ) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let noted = query(
                "INSERT INTO reports_made (schedule, period, made_utc_us, files)
                 VALUES ($1, $2, $3, $4) ON CONFLICT (schedule, period) DO NOTHING",
            )
            .bind(schedule)
            .bind(period)
            .bind(entry.at.0.as_microsecond())
            .bind(files.join("\n"))
            .execute(&mut *on)
            .await?;
            if noted.rows_affected() == 0 {
                return Ok(false);
            }
            put_letters(&mut on, letters, None).await?;
            audit_table::append(&mut on, entry).await?;
            on.commit().await?;
            Ok(true)
        })
    }
}

impl Database {
    fn result(&self, row: &Row) -> Result<EventResult, StoreError> {
        let event: String = self.column(row, "event")?;
        let handling: Option<String> = self.column(row, "result")?;
        Ok(EventResult {
            agency: self.column(row, "agency")?,
            handed_over: self.maybe_wall(row, &event, "handed_over_utc_us")?,
            handling: match handling {
                Some(_) => Some(self.word(row, &event, "result")?),
                None => None,
            },
            note: self.column(row, "result_note")?,
            entered: self.maybe_wall(row, &event, "result_utc_us")?,
            by: self.column(row, "by_whom")?,
            event,
        })
    }
}
