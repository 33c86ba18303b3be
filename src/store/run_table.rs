//! Runs in the database: rows to records and back.

use super::database::{Database, query};
use super::error::StoreError;
use super::run::{RunRecord, RunSource};
use crate::media::WallTime;
use crate::store::word;

/// A source judged again in the same run replaces what was said of it.
const PUT_SOURCE: &str = "
INSERT INTO run_sources (run_id, path, camera, source_fingerprint, frames, footage_seconds,
    wall_seconds, outcome, message, clock_note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (run_id, path, camera) DO UPDATE SET
    source_fingerprint = excluded.source_fingerprint, frames = excluded.frames,
    footage_seconds = excluded.footage_seconds, wall_seconds = excluded.wall_seconds,
    outcome = excluded.outcome, message = excluded.message, clock_note = excluded.clock_note";

impl Database {
    pub(super) fn begin_run(&self, r: &RunRecord) -> Result<(), StoreError> {
        let done = self.wait(
            query(
                "INSERT INTO runs (id, started_utc_us, finished_utc_us, command, version)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
            )
            .bind(&r.id)
            .bind(r.started_utc.0.as_microsecond())
            .bind(r.finished_utc.map(|t| t.0.as_microsecond()))
            .bind(&r.command)
            .bind(&r.version)
            .execute(&self.pool),
        )?;
        if done.rows_affected() == 0 {
            return Err(StoreError::RunExists(r.id.clone()));
        }
        Ok(())
    }

    pub(super) fn put_run_source(&self, run: &str, s: &RunSource) -> Result<(), StoreError> {
        self.wait(
            query(PUT_SOURCE)
                .bind(run)
                .bind(&s.path)
                .bind(&s.camera)
                .bind(&s.source_fingerprint)
                .bind(i64::try_from(s.frames).unwrap_or(i64::MAX))
                .bind(s.footage_seconds)
                .bind(s.wall_seconds)
                .bind(word(&s.outcome))
                .bind(&s.message)
                .bind(&s.clock_note)
                .execute(&self.pool),
        )
        .map(|_| ())
    }

    pub(super) fn finish_run(&self, run: &str, finished: WallTime) -> Result<(), StoreError> {
        self.wait(
            query("UPDATE runs SET finished_utc_us = $1 WHERE id = $2")
                .bind(finished.0.as_microsecond())
                .bind(run)
                .execute(&self.pool),
        )
        .map(|_| ())
    }

    pub(super) fn run(&self, id: &str) -> Result<Option<RunRecord>, StoreError> {
        let row = self
            .wait(query("SELECT * FROM runs WHERE id = $1").bind(id).fetch_optional(&self.pool))?;
        let Some(row) = row else { return Ok(None) };
        let finished: Option<i64> = self.column(&row, "finished_utc_us")?;
        Ok(Some(RunRecord {
            id: id.to_owned(),
            started_utc: self.wall(&row, id, "started_utc_us")?,
            finished_utc: match finished {
                Some(_) => Some(self.wall(&row, id, "finished_utc_us")?),
                None => None,
            },
            command: self.column(&row, "command")?,
            version: self.column(&row, "version")?,
        }))
    }

    /// Ordered by path, then camera.
    pub(super) fn run_sources(&self, run: &str) -> Result<Vec<RunSource>, StoreError> {
        let rows = self.wait(
            query("SELECT * FROM run_sources WHERE run_id = $1 ORDER BY path, camera")
                .bind(run)
                .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|row| {
                let frames: i64 = self.column(row, "frames")?;
                Ok(RunSource {
                    path: self.column(row, "path")?,
                    camera: self.column(row, "camera")?,
                    source_fingerprint: self.column(row, "source_fingerprint")?,
                    frames: frames.unsigned_abs(),
                    footage_seconds: self.column(row, "footage_seconds")?,
                    wall_seconds: self.column(row, "wall_seconds")?,
                    outcome: self.word(row, run, "outcome")?,
                    message: self.column(row, "message")?,
                    clock_note: self.column(row, "clock_note")?,
                })
            })
            .collect()
    }
}
