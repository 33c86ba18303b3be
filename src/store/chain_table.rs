//! What the daily chain waits for, and which days it has, in the database.

use super::database::{Database, QueryBuilder, Row, Transaction, query};
use super::error::StoreError;
use super::evidence_state::EvidenceState;
use super::word::from_word;
use crate::evidence::chain::Previous;
use crate::media::WallTime;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// An event whose evidence was sealed waits.
const SEALED: &str = "
INSERT INTO chain_waiting (event, sort, turn) VALUES ($1, 'sealed', 1)
ON CONFLICT (event, sort) DO UPDATE SET turn = chain_waiting.turn + 1";

/// A removal waits.
const REMOVED: &str = "
INSERT INTO chain_waiting (event, sort, manifest_sha256, removed_utc_us, rule, turn)
VALUES ($1, 'removed', $2, $3, $4, 1)
ON CONFLICT (event, sort) DO UPDATE SET manifest_sha256 = excluded.manifest_sha256,
    removed_utc_us = excluded.removed_utc_us, rule = excluded.rule,
    turn = chain_waiting.turn + 1";

/// A removal stands before what was sealed after it; of what was sealed before it nothing is left.
const WAITING: &str = "
SELECT w.event, w.sort, w.manifest_sha256, w.removed_utc_us, w.rule, w.turn, e.evidence,
    e.evidence_state
FROM chain_waiting w LEFT JOIN events e ON e.id = w.event ";

/// Events asked for by id at once.
const AT_ONCE: usize = 500;

const DAY: &str = "
INSERT INTO chain_days (day, head, entries, written_utc_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (day) DO UPDATE SET head = excluded.head, entries = excluded.entries,
    written_utc_us = excluded.written_utc_us";

/// Something that waits.
pub(super) struct Waiting {
    pub event: String,
    /// As it was read; another means that it came again.
    turn: i64,
    pub what: WaitingFor,
}

/// What waits.
pub(super) enum WaitingFor {
    /// The evidence in a folder, relative to the data folder, was sealed.
    Sealed(Option<String>),
    /// Evidence was removed.
    Removed { manifest_sha256: String, at: WallTime, rule: String },
}

/// The last day of the chain.
pub(super) struct LastDay {
    pub is: Previous,
    pub entries: usize,
}

/// An event's evidence was sealed.
pub(super) async fn sealed(on: &mut Transaction, event: &str) -> Result<(), sqlx::Error> {
    query(SEALED).bind(event).execute(&mut **on).await.map(drop)
}

/// An event's evidence is about to be removed.
pub(super) async fn removed(
    on: &mut Transaction,
    event: &str,
    manifest_sha256: &str,
    at: WallTime,
    rule: &str,
) -> Result<(), sqlx::Error> {
    let put = query(REMOVED).bind(event).bind(manifest_sha256);
    put.bind(at.0.as_microsecond()).bind(rule).execute(&mut **on).await.map(drop)
}

impl Database {
    pub(super) fn chain_waiting(&self, most: usize) -> Result<Vec<Waiting>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut q = QueryBuilder::new(WAITING);
        q.push("ORDER BY w.event, w.sort LIMIT ").push_bind(most);
        self.waiting_rows(&self.wait(q.build().fetch_all(&self.pool))?)
    }

    /// What waits of these events.
    pub(super) fn chain_waiting_of(
        &self,
        events: &BTreeSet<&str>,
    ) -> Result<Vec<Waiting>, StoreError> {
        let ids: Vec<&str> = events.iter().copied().collect();
        let mut waiting = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            let mut q = QueryBuilder::new(WAITING);
            q.push("WHERE w.event IN (");
            let mut listed = q.separated(", ");
            for id in some {
                listed.push_bind((*id).to_owned());
            }
            q.push(") ORDER BY w.event, w.sort");
            waiting.extend(self.waiting_rows(&self.wait(q.build().fetch_all(&self.pool))?)?);
        }
        Ok(waiting)
    }

    fn waiting_rows(&self, rows: &[Row]) -> Result<Vec<Waiting>, StoreError> {
        rows.iter()
            .map(|row| {
                let event: String = self.column(row, "event")?;
                let sort: String = self.column(row, "sort")?;
                let what = if sort == "removed" {
                    let sha: Option<String> = self.column(row, "manifest_sha256")?;
                    let rule: Option<String> = self.column(row, "rule")?;
                    WaitingFor::Removed {
                        manifest_sha256: sha.unwrap_or_default(),
                        at: self.wall(row, &event, "removed_utc_us")?,
                        rule: rule.unwrap_or_default(),
                    }
                } else {
                    let folder: Option<String> = self.column(row, "evidence")?;
                    let state: Option<String> = self.column(row, "evidence_state")?;
                    let has = |s: &str| {
                        from_word::<EvidenceState>(s).is_ok_and(EvidenceState::has_folder)
                    };
                    WaitingFor::Sealed(folder.filter(|_| state.as_deref().is_some_and(has)))
                };
                Ok(Waiting { turn: self.column(row, "turn")?, event, what })
            })
            .collect()
    }

    /// The events that wait, by id, and of these those whose removal waits.
    pub(super) fn chain_waits(&self) -> Result<(BTreeSet<String>, BTreeSet<String>), StoreError> {
        let rows =
            self.wait(query("SELECT event, sort FROM chain_waiting").fetch_all(&self.pool))?;
        let (mut all, mut removals) = (BTreeSet::new(), BTreeSet::new());
        for row in &rows {
            let (event, sort): (String, String) =
                (self.column(row, "event")?, self.column(row, "sort")?);
            if sort == "removed" {
                removals.insert(event.clone());
            }
            all.insert(event);
        }
        Ok((all, removals))
    }

    /// The head of each day.
    pub(super) fn chain_heads(&self) -> Result<BTreeMap<Date, String>, StoreError> {
        let rows = self
            .wait(query("SELECT day, head FROM chain_days ORDER BY day").fetch_all(&self.pool))?;
        rows.iter()
            .map(|row| {
                let day: String = self.column(row, "day")?;
                Ok((date(&day)?, self.column(row, "head")?))
            })
            .collect()
    }

    pub(super) fn chain_last(&self) -> Result<Option<LastDay>, StoreError> {
        let row = self.wait(
            query("SELECT day, head, entries FROM chain_days ORDER BY day DESC LIMIT 1")
                .fetch_optional(&self.pool),
        )?;
        row.map(|row| {
            let day: String = self.column(&row, "day")?;
            let entries: i64 = self.column(&row, "entries")?;
            let is = Previous { day: date(&day)?, head: self.column(&row, "head")? };
            Ok(LastDay { is, entries: usize::try_from(entries).unwrap_or(0) })
        })
        .transpose()
    }

    /// A day was written; what was entered waits no longer, unless it came again.
    pub(super) fn chain_written(
        &self,
        last: &LastDay,
        now: WallTime,
        entered: &[Waiting],
    ) -> Result<(), StoreError> {
        self.wait(async {
            let mut on = self.begin_write().await?;
            query(DAY)
                .bind(last.is.day.to_string())
                .bind(&last.is.head)
                .bind(i64::try_from(last.entries).unwrap_or(i64::MAX))
                .bind(now.0.as_microsecond())
                .execute(&mut *on)
                .await?;
            for waiting in entered {
                let sort = match waiting.what {
                    WaitingFor::Sealed(_) => "sealed",
                    WaitingFor::Removed { .. } => "removed",
                };
                query("DELETE FROM chain_waiting WHERE event = $1 AND sort = $2 AND turn = $3")
                    .bind(&waiting.event)
                    .bind(sort)
                    .bind(waiting.turn)
                    .execute(&mut *on)
                    .await?;
            }
            on.commit().await
        })
    }
}

pub(super) fn date(day: &str) -> Result<Date, StoreError> {
    day.parse().map_err(|e: jiff::Error| StoreError::UnknownWord {
        id: day.to_owned(),
        column: "day",
        detail: e.to_string(),
    })
}
