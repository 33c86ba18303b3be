//! Retention in the database: what evidence takes, and that it was removed.

use super::chain_table;
use super::database::{Database, query};
use super::error::StoreError;
use super::plate_table;
use super::protection::{Protection, protections};
use super::protection_table::{MEMBER, MOST, WITH_OTHERS, member, protection};
use super::retention_item::ItemClass;
use crate::media::WallTime;
use crate::rules::Domain;

const REMOVED: &str = "
UPDATE events SET evidence_state = 'removed', evidence_note = $1,
    evidence_bytes = COALESCE(evidence_bytes, 0)
WHERE id = $2 AND evidence_state IN ('whole', 'incomplete')";

/// What is there of evidence, as a row of events `e` says it.
const EVIDENCE: &str =
    "e.evidence, e.moment_utc_us, e.domain, e.evidence_bytes, e.evidence_stored_utc_us";

/// Rows written at once.
const ROWS: usize = 500;

/// Evidence that goes.
pub(super) struct Gone<'a> {
    pub id: &'a str,
    /// How well it was protected when that was decided.
    pub class: ItemClass,
    pub note: &'a str,
    /// None where there is no manifest that could be named.
    pub manifest_sha256: Option<&'a str>,
    pub at: WallTime,
    pub rule: &'a str,
}

/// An event's evidence, as the database knows it.
pub(super) struct Kept {
    pub id: String,
    /// Relative to the data folder.
    pub folder: String,
    pub moment: WallTime,
    pub protection: Protection,
    pub domain: Domain,
    /// `None`: not counted yet.
    pub bytes: Option<u64>,
    /// When it was sealed; `None`: not looked at yet, or not known.
    pub stored: Option<WallTime>,
}

/// What was counted of an event's evidence.
pub(super) struct CountedEvidence {
    pub id: String,
    pub bytes: u64,
    pub stored: Option<WallTime>,
}

impl Database {
    /// The events that have evidence, in order of moment, as they stand at an instant.
    pub(super) fn kept(&self, now: WallTime) -> Result<Vec<Kept>, StoreError> {
        let there = "e.evidence_state IN ('whole', 'incomplete')";
        let from = "FROM events e LEFT JOIN reviews r ON r.event = e.id WHERE";
        let all =
            format!("SELECT {MEMBER}, {EVIDENCE} {from} {there} ORDER BY e.moment_utc_us, e.id");
        // Whose own evidence is gone still protects that of others.
        let others = format!("SELECT {MEMBER} {from} NOT {there} AND e.id IN ({WITH_OTHERS})");
        let read = |sql: String| {
            let asked = query(sqlx::AssertSqlSafe(sql)).bind(now.0.as_microsecond());
            self.wait(asked.fetch_all(&self.pool))
        };
        let (rows, others) = (read(all)?, read(others)?);
        let mut members = Vec::with_capacity(rows.len() + others.len());
        for row in rows.iter().chain(&others) {
            members.push(match member(row).map_err(|e| self.meaning(e))? {
                Some(member) => member,
                None => return Err(unknown(self.column(row, "id")?)),
            });
        }
        let protections = protections(&members);
        rows.iter()
            .zip(protections)
            .map(|(row, protection)| {
                let id: String = self.column(row, "id")?;
                let bytes: Option<i64> = self.column(row, "evidence_bytes")?;
                Ok(Kept {
                    folder: self.column(row, "evidence")?,
                    moment: self.wall(row, &id, "moment_utc_us")?,
                    protection,
                    domain: self.word(row, &id, "domain")?,
                    bytes: bytes.map(|b| u64::try_from(b).unwrap_or(0)),
                    stored: self.maybe_wall(row, &id, "evidence_stored_utc_us")?,
                    id,
                })
            })
            .collect()
    }

    /// Notes what events' evidence takes, and when it was sealed.
    pub(super) fn note_counted(&self, counted: &[CountedEvidence]) -> Result<(), StoreError> {
        for some in counted.chunks(ROWS) {
            self.wait(async {
                let mut on = self.begin_write().await?;
                for one in some {
                    query(
                        "UPDATE events SET evidence_bytes = $1, evidence_stored_utc_us = $2
                         WHERE id = $3 AND evidence_state IN ('whole', 'incomplete')",
                    )
                    .bind(i64::try_from(one.bytes).unwrap_or(i64::MAX))
                    .bind(one.stored.map(|at| at.0.as_microsecond()))
                    .bind(&one.id)
                    .execute(&mut *on)
                    .await?;
                }
                on.commit().await
            })?;
        }
        Ok(())
    }

    /// Says that an event's evidence is removed, and why, and has the chain wait for its tombstone;
    /// its files are to go next. Nothing is done, and `false` given, where it is protected otherwise
    /// than when that was planned: somebody has decided meanwhile, or a case needs it. `None`: how well
    /// it is protected cannot be told. With evidence that nobody confirmed go the plates that were entered
    /// by it.
    pub(super) fn mark_removed(&self, gone: &Gone<'_>) -> Result<Option<bool>, StoreError> {
        self.wait(async {
            let mut on = self.begin_write().await?;
            let Some(is) = protection(&mut on, gone.id, gone.at, MOST).await? else {
                return Ok(None);
            };
            let since = is.decided.is_some_and(|decided| decided >= gone.at);
            if is.class != gone.class || is.held || since {
                return Ok(Some(false));
            }
            let done = query(REMOVED).bind(gone.note).bind(gone.id).execute(&mut *on).await?;
            if done.rows_affected() == 0 {
                return Ok(Some(false));
            }
            if !gone.class.keeps_plates() {
                plate_table::forget(&mut on, gone.id).await?;
            }
            if let Some(manifest) = gone.manifest_sha256 {
                chain_table::removed(&mut on, gone.id, manifest, gone.at, gone.rule).await?;
            }
            on.commit().await?;
            Ok(Some(true))
        })
    }

    /// The events whose evidence is said to be removed and may not all be: id and folder.
    pub(super) fn half_removed(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT id, evidence FROM events
                 WHERE evidence_state = 'removed' AND evidence_bytes IS NOT NULL ORDER BY id",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter().map(|r| Ok((self.column(r, "id")?, self.column(r, "evidence")?))).collect()
    }

    /// The files of an event's evidence are gone.
    pub(super) fn mark_gone(&self, id: &str) -> Result<(), StoreError> {
        let set = query("UPDATE events SET evidence_bytes = NULL WHERE id = $1");
        self.wait(set.bind(id).execute(&self.pool)).map(drop)
    }

    /// Says that an event has no evidence, and why. When it was sealed stays known: how long its plate is
    /// kept counts from then.
    pub(super) fn mark_none(&self, id: &str, note: &str) -> Result<(), StoreError> {
        let set = query(
            "UPDATE events SET evidence_state = 'none', evidence_note = $1, evidence_bytes = NULL
             WHERE id = $2",
        );
        self.wait(set.bind(note).bind(id).execute(&self.pool)).map(drop)
    }
}

fn unknown(id: String) -> StoreError {
    let detail = "or the time of its decision is none".to_owned();
    StoreError::UnknownWord { id, column: "status", detail }
}
