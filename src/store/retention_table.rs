//! Retention in the database: what evidence takes, and that it was removed.

use super::database::{Database, query};
use super::error::StoreError;
use super::record::Status;
use crate::media::WallTime;

/// An event's evidence, as the database knows it.
pub(super) struct Kept {
    pub id: String,
    /// Relative to the data folder.
    pub folder: String,
    pub moment: WallTime,
    pub status: Status,
    /// `None`: not counted yet.
    pub bytes: Option<u64>,
}

impl Database {
    /// The events that have evidence, in order of moment.
    pub(super) fn kept(&self) -> Result<Vec<Kept>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT id, evidence, moment_utc_us, status, evidence_bytes FROM events
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

    /// Says that an event's evidence is removed, and why; its files are to go next.
    pub(super) fn mark_removed(&self, id: &str, note: &str) -> Result<(), StoreError> {
        let set = query(
            "UPDATE events SET evidence_state = 'removed', evidence_note = $1,
                 evidence_bytes = COALESCE(evidence_bytes, 0) WHERE id = $2",
        );
        self.wait(set.bind(note).bind(id).execute(&self.pool)).map(drop)
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
