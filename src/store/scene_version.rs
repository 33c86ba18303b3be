//! Versions of what is drawn for a camera: who changed it, when and why, and what it was.

use super::database::{Database, Row, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// One version of a camera's drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneVersion {
    /// The camera's id.
    pub camera: String,
    /// Counts the camera's versions, from 1; the store gives it.
    pub number: u64,
    /// When it was saved.
    pub at: WallTime,
    /// Who saved it.
    pub by: String,
    /// Why.
    pub why: String,
    /// SHA-256 of the camera file that held it, hexadecimal.
    pub fingerprint: String,
    /// The drawing, as JSON.
    pub drawing: String,
}

/// The camera's own count, in the same statement: of two who save at once each gets his.
const PUT: &str = "
INSERT INTO scene_versions (camera, number, at_utc_us, by_whom, why, fingerprint, drawing)
SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 FROM scene_versions WHERE camera = $1
RETURNING number";

impl Store {
    /// Keeps a version; `number` is given anew and returned.
    ///
    /// # Errors
    /// The database's.
    pub fn put_scene_version(&self, version: &SceneVersion) -> Result<u64, StoreError> {
        let db = self.database();
        let number: i64 = db.wait(
            query_scalar(PUT)
                .bind(&version.camera)
                .bind(version.at.0.as_microsecond())
                .bind(&version.by)
                .bind(&version.why)
                .bind(&version.fingerprint)
                .bind(&version.drawing)
                .fetch_one(&db.pool),
        )?;
        Ok(u64::try_from(number).unwrap_or_default())
    }

    /// A camera's versions, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn scene_versions(&self, camera: &str) -> Result<Vec<SceneVersion>, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query("SELECT * FROM scene_versions WHERE camera = $1 ORDER BY number DESC")
                .bind(camera)
                .fetch_all(&db.pool),
        )?;
        rows.iter().map(|row| db.scene_version(row)).collect()
    }
}

impl Database {
    fn scene_version(&self, row: &Row) -> Result<SceneVersion, StoreError> {
        let camera: String = self.column(row, "camera")?;
        Ok(SceneVersion {
            number: u64::try_from(self.column::<i64>(row, "number")?).unwrap_or_default(),
            at: self.wall(row, &camera, "at_utc_us")?,
            by: self.column(row, "by_whom")?,
            why: self.column(row, "why")?,
            fingerprint: self.column(row, "fingerprint")?,
            drawing: self.column(row, "drawing")?,
            camera,
        })
    }
}
