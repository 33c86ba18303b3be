//! Retention in the database: what evidence takes, and that it was removed.

use super::chain_table;
use super::database::{Database, query};
use super::error::StoreError;
use super::record::Status;
use crate::media::WallTime;
use crate::rules::Domain;

/// Unless a case holds it, whoever has said so meanwhile.
const REMOVED: &str = "
UPDATE events SET evidence_state = 'removed', evidence_note = $1,
    evidence_bytes = COALESCE(evidence_bytes, 0)
WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.event = events.id
    AND h.lifted_utc_us IS NULL AND (h.until_utc_us IS NULL OR h.until_utc_us > $3))";

/// Evidence that goes.
pub(super) struct Gone<'a> {
    pub id: &'a str,
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
    pub status: Status,
    pub domain: Domain,
    /// `None`: not counted yet.
    pub bytes: Option<u64>,
}

impl Database {
    /// The events that have evidence, in order of moment.
    pub(super) fn kept(&self) -> Result<Vec<Kept>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT id, evidence, moment_utc_us, status, domain, evidence_bytes FROM events
                 WHERE evidence_state IN ('whole', 'incomplete') ORDER BY moment_utc_us, id",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|row| {
                let id: String = self.column(row, "id")?;
                let bytes: Option<i64> = self.column(row, "evidence_bytes")?;
                Ok(Kept {
                    folder: self.column(row, "evidence")?,
                    moment: self.wall(row, &id, "moment_utc_us")?,
                    status: self.word(row, &id, "status")?,
                    domain: self.word(row, &id, "domain")?,
                    bytes: bytes.map(|b| u64::try_from(b).unwrap_or(0)),
                    id,
                })
            })
            .collect()
    }

    /// Notes what an event's evidence takes.
    pub(super) fn note_bytes(&self, id: &str, bytes: u64) -> Result<(), StoreError> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let set = query("UPDATE events SET evidence_bytes = $1 WHERE id = $2");
        self.wait(set.bind(bytes).bind(id).execute(&self.pool)).map(drop)
    }

    /// Says that an event's evidence is removed, and why, and has the chain wait for its tombstone;
    /// its files are to go next. Nothing is done, and `false` given, where a case holds it.
    pub(super) fn mark_removed(&self, gone: &Gone<'_>) -> Result<bool, StoreError> {
        self.wait(async {
            let mut on = self.begin_write().await?;
            let done = query(REMOVED)
                .bind(gone.note)
                .bind(gone.id)
                .bind(gone.at.0.as_microsecond())
                .execute(&mut *on)
                .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            if let Some(manifest) = gone.manifest_sha256 {
                chain_table::removed(&mut on, gone.id, manifest, gone.at, gone.rule).await?;
            }
            on.commit().await?;
            Ok(true)
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

    /// Says that an event has no evidence, and why.
    pub(super) fn mark_none(&self, id: &str, note: &str) -> Result<(), StoreError> {
        let set = query(
            "UPDATE events SET evidence_state = 'none', evidence_note = $1, evidence_bytes = NULL
             WHERE id = $2",
        );
        self.wait(set.bind(note).bind(id).execute(&self.pool)).map(drop)
    }
}
