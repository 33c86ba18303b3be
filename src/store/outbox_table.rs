//! The outbox in the database: letters to rows and back.

use super::database::{Database, Query, QueryBuilder, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::letter::{Letter, LetterState, OutboxCount, OutboxLetter};
use super::word::word;
use crate::media::WallTime;
use jiff::Timestamp;

/// A known letter stays as it is. One that says a trouble is over needs a trouble told before.
const PUT: &str = "
INSERT INTO outbox (key, number, sink, subject, thread, follows, recovery, at_utc_us, body, state,
    tries, held, next_try_utc_us)
SELECT $1, (SELECT COALESCE(MAX(number), 0) + 1 FROM outbox), $2, $3, $4,
    EXISTS (SELECT 1 FROM outbox o WHERE o.sink = $2 AND o.thread = $4), $5, $6, $7, 'waiting',
    0, 0, 0
WHERE $5 = FALSE OR (SELECT o.recovery FROM outbox o WHERE o.sink = $2 AND o.thread = $4
    ORDER BY o.number DESC LIMIT 1) = FALSE
ON CONFLICT (key) DO NOTHING";

const LETTERS: &str = "
SELECT o.*, (SELECT f.receipt FROM outbox f WHERE f.sink = o.sink AND f.thread = o.thread
    AND f.number < o.number AND f.receipt IS NOT NULL ORDER BY f.number LIMIT 1) AS refers_to
FROM outbox o ";

/// No letter is put off for longer, microseconds: one that is due later was put off by a clock that
/// has been set back since.
const LONGEST_WAIT: i64 = 25 * 3_600_000_000;

/// The first waiting letter of each thread.
const TURN: &str = "o.sink = $1 AND o.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM outbox e
    WHERE e.sink = o.sink AND e.thread = o.thread AND e.number < o.number AND e.state = 'waiting')";

/// Puts letters into the outbox, as part of a transaction that stores what they tell of. `first` is
/// the first sighting of what they tell of, where there is an earlier one.
pub(super) async fn put_letters(
    on: &mut Transaction,
    letters: &[Letter],
    first: Option<&str>,
) -> Result<(), sqlx::Error> {
    for letter in letters {
        query(PUT)
            .bind(&letter.key)
            .bind(&letter.sink)
            .bind(&letter.subject)
            .bind(first.unwrap_or(&letter.subject))
            .bind(letter.recovery)
            .bind(letter.at.0.as_microsecond())
            .bind(&letter.body)
            .execute(&mut **on)
            .await?;
    }
    Ok(())
}

impl Database {
    pub(super) fn put_letters(&self, letters: &[Letter]) -> Result<(), StoreError> {
        self.wait(async {
            let mut transaction = self.begin_write().await?;
            put_letters(&mut transaction, letters, None).await?;
            transaction.commit().await
        })
    }

    pub(super) fn outbox_due(
        &self,
        sink: &str,
        now: WallTime,
        limit: u32,
    ) -> Result<Vec<OutboxLetter>, StoreError> {
        let sql = format!(
            "{LETTERS} WHERE {TURN} AND (o.next_try_utc_us <= $2 OR o.next_try_utc_us > $4)
             ORDER BY o.next_try_utc_us, o.number LIMIT $3"
        );
        let rows = self.wait(
            query(sqlx::AssertSqlSafe(sql))
                .bind(sink)
                .bind(now.0.as_microsecond())
                .bind(i64::from(limit))
                .bind(now.0.as_microsecond() + LONGEST_WAIT)
                .fetch_all(&self.pool),
        )?;
        rows.iter().map(|row| self.letter(row)).collect()
    }

    pub(super) fn outbox_next(&self, sink: &str) -> Result<Option<WallTime>, StoreError> {
        let sql = format!(
            "SELECT o.next_try_utc_us FROM outbox o WHERE {TURN}
             ORDER BY o.next_try_utc_us, o.number LIMIT 1"
        );
        let next: Option<i64> = self
            .wait(query_scalar(sqlx::AssertSqlSafe(sql)).bind(sink).fetch_optional(&self.pool))?;
        Ok(next.and_then(|us| Timestamp::from_microsecond(us).ok()).map(WallTime))
    }

    pub(super) fn letter_sent(
        &self,
        key: &str,
        now: WallTime,
        receipt: Option<&str>,
    ) -> Result<(), StoreError> {
        self.change(
            query(
                "UPDATE outbox SET state = 'sent', tries = tries + 1, ended_utc_us = $2,
                     first_try_utc_us = COALESCE(first_try_utc_us, $2), receipt = $3, why = NULL
                 WHERE key = $1",
            )
            .bind(key)
            .bind(now.0.as_microsecond())
            .bind(receipt),
        )
    }

    pub(super) fn letter_failed(
        &self,
        key: &str,
        now: WallTime,
        next_try: WallTime,
        why: &str,
    ) -> Result<(), StoreError> {
        self.change(
            query(
                "UPDATE outbox SET tries = tries + 1, next_try_utc_us = $3, why = $4,
                     first_try_utc_us = COALESCE(first_try_utc_us, $2)
                 WHERE key = $1 AND state = 'waiting'",
            )
            .bind(key)
            .bind(now.0.as_microsecond())
            .bind(next_try.0.as_microsecond())
            .bind(why),
        )
    }

    pub(super) fn letter_held(&self, key: &str, until: WallTime) -> Result<(), StoreError> {
        self.change(
            query(
                "UPDATE outbox SET held = held + 1, next_try_utc_us = $2
                 WHERE key = $1 AND state = 'waiting'",
            )
            .bind(key)
            .bind(until.0.as_microsecond()),
        )
    }

    pub(super) fn letter_dead(
        &self,
        key: &str,
        now: WallTime,
        why: &str,
    ) -> Result<(), StoreError> {
        self.change(
            query(
                "UPDATE outbox SET state = 'dead', tries = tries + 1, ended_utc_us = $2, why = $3,
                     first_try_utc_us = COALESCE(first_try_utc_us, $2)
                 WHERE key = $1 AND state = 'waiting'",
            )
            .bind(key)
            .bind(now.0.as_microsecond())
            .bind(why),
        )
    }

    /// Ordered by number.
    pub(super) fn letters(
        &self,
        state: Option<LetterState>,
        sink: Option<&str>,
        limit: u32,
    ) -> Result<Vec<OutboxLetter>, StoreError> {
        let sql = format!(
            "{LETTERS} WHERE ($1 IS NULL OR o.state = $1) AND ($2 IS NULL OR o.sink = $2)
             ORDER BY o.number DESC LIMIT $3"
        );
        let rows = self.wait(
            query(sqlx::AssertSqlSafe(sql))
                .bind(state.map(|s| word(&s)))
                .bind(sink)
                .bind(i64::from(limit))
                .fetch_all(&self.pool),
        )?;
        rows.iter().rev().map(|row| self.letter(row)).collect()
    }

    pub(super) fn retry_dead(
        &self,
        sink: Option<&str>,
        keys: &[String],
    ) -> Result<u64, StoreError> {
        let mut retried = 0;
        let all = [String::new()];
        // No key names all.
        for key in if keys.is_empty() { &all[..] } else { keys } {
            retried += self
                .wait(
                    query(
                        "UPDATE outbox SET state = 'waiting', tries = 0, held = 0,
                             next_try_utc_us = 0, first_try_utc_us = NULL, ended_utc_us = NULL
                         WHERE state = 'dead' AND ($1 IS NULL OR sink = $1)
                           AND ($2 = '' OR key = $2)",
                    )
                    .bind(sink)
                    .bind(key)
                    .execute(&self.pool),
                )?
                .rows_affected();
        }
        Ok(retried)
    }

    pub(super) fn forget_letters(
        &self,
        sink: &str,
        sent_before: WallTime,
        dead_before: WallTime,
    ) -> Result<u64, StoreError> {
        let done = self.wait(
            query(
                "DELETE FROM outbox WHERE sink = $1
                 AND ((state = 'sent' AND ended_utc_us < $2) OR (state = 'dead' AND ended_utc_us < $3))",
            )
            .bind(sink)
            .bind(sent_before.0.as_microsecond())
            .bind(dead_before.0.as_microsecond())
            .execute(&self.pool),
        )?;
        Ok(done.rows_affected())
    }

    pub(super) fn abandon_letters(
        &self,
        sinks: &[&str],
        now: WallTime,
        why: &str,
    ) -> Result<u64, StoreError> {
        let mut q: QueryBuilder =
            QueryBuilder::new("UPDATE outbox SET state = 'dead', ended_utc_us = ");
        q.push_bind(now.0.as_microsecond()).push(", why = ").push_bind(why);
        q.push(" WHERE state = 'waiting'");
        if !sinks.is_empty() {
            let mut list = q.push(" AND sink NOT IN (").separated(", ");
            for sink in sinks {
                list.push_bind(*sink);
            }
            q.push(")");
        }
        Ok(self.wait(q.build().execute(&self.pool))?.rows_affected())
    }

    /// Ordered by sink.
    pub(super) fn outbox_counts(&self) -> Result<Vec<OutboxCount>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT sink, SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting,
                     SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS sent,
                     SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS dead,
                     MIN(CASE WHEN state = 'waiting' THEN at_utc_us END) AS oldest
                 FROM outbox GROUP BY sink ORDER BY sink",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|row| {
                let count = |name| self.column::<i64>(row, name).map(i64::unsigned_abs);
                Ok(OutboxCount {
                    sink: self.column(row, "sink")?,
                    waiting: count("waiting")?,
                    sent: count("sent")?,
                    dead: count("dead")?,
                    oldest_waiting: self.instant(row, "oldest")?,
                })
            })
            .collect()
    }

    fn change(&self, query: Query) -> Result<(), StoreError> {
        self.wait(query.execute(&self.pool)).map(|_| ())
    }

    fn letter(&self, row: &Row) -> Result<OutboxLetter, StoreError> {
        let key: String = self.column(row, "key")?;
        let count = |name| self.column::<i64>(row, name).map(|n| u32::try_from(n).unwrap_or(0));
        let next = self.instant(row, "next_try_utc_us")?;
        Ok(OutboxLetter {
            number: self.column::<i64>(row, "number")?.unsigned_abs(),
            thread: self.column(row, "thread")?,
            follows: self.column(row, "follows")?,
            state: self.word(row, &key, "state")?,
            tries: count("tries")?,
            held: count("held")?,
            next_try: next.filter(|t| t.0 != Timestamp::UNIX_EPOCH),
            first_try: self.instant(row, "first_try_utc_us")?,
            ended: self.instant(row, "ended_utc_us")?,
            why: self.column(row, "why")?,
            refers_to: self.column(row, "refers_to")?,
            letter: Letter {
                sink: self.column(row, "sink")?,
                subject: self.column(row, "subject")?,
                at: self.wall(row, &key, "at_utc_us")?,
                body: self.column(row, "body")?,
                recovery: self.column(row, "recovery")?,
                key,
            },
        })
    }

    fn instant(&self, row: &Row, name: &str) -> Result<Option<WallTime>, StoreError> {
        let us: Option<i64> = self.column(row, name)?;
        Ok(us.and_then(|us| Timestamp::from_microsecond(us).ok()).map(WallTime))
    }
}
