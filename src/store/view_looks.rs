//! What looking at a camera's pictures told of its view, counted.

use super::database::{Database, Row, query};
use super::error::StoreError;
use super::handle::Store;
use super::record::Status;
use super::subject_place::Place;
use super::word::word;
use crate::media::WallTime;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Pictures of one source that were looked at on one half of a local day, and in how many of them each
/// thing was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewLooks {
    /// The camera's id.
    pub camera: String,
    /// Names the source by its content.
    pub source: String,
    /// The local day (+07:00).
    pub day: Date,
    /// Whether it is the half from 18 to 6 o'clock. So near the equator the sun rises and sets within
    /// half an hour of these all year.
    pub night: bool,
    /// When the last of them was taken.
    pub at: WallTime,
    /// Pictures looked at.
    pub looks: u64,
    /// Too dark to find much in.
    pub dark: u64,
    /// Partly or wholly over-exposed.
    pub glare: u64,
    /// Black.
    pub black: u64,
    /// Most of the view hidden.
    pub covered: u64,
    /// Out of focus.
    pub defocused: u64,
    /// Showing another place than zones were drawn on.
    pub moved: u64,
    /// The same as before.
    pub frozen: u64,
    /// Sum of the median brightness of each, 0 to 255.
    pub brightness: u64,
    /// Having enough edges to tell how sharp they are.
    pub edged: u64,
    /// Of these: hardly an edge rises steeply, whatever the camera showed before.
    pub soft: u64,
}

impl ViewLooks {
    /// Of nothing yet.
    pub fn new(camera: &str, source: &str, day: Date, night: bool, at: WallTime) -> Self {
        Self {
            camera: camera.to_owned(),
            source: source.to_owned(),
            day,
            night,
            at,
            looks: 0,
            dark: 0,
            glare: 0,
            black: 0,
            covered: 0,
            defocused: 0,
            moved: 0,
            frozen: 0,
            brightness: 0,
            edged: 0,
            soft: 0,
        }
    }
}

const PUT: &str = "
INSERT INTO view_looks (camera, source, day, night, looks, dark, glare, black, covered, defocused,
    moved, frozen, brightness, at_utc_us, edged, soft)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (camera, source, day, night) DO UPDATE SET
    looks = excluded.looks, dark = excluded.dark, glare = excluded.glare, black = excluded.black,
    covered = excluded.covered, defocused = excluded.defocused, moved = excluded.moved,
    frozen = excluded.frozen, brightness = excluded.brightness, at_utc_us = excluded.at_utc_us,
    edged = excluded.edged, soft = excluded.soft";

const ASK: &str = "
SELECT * FROM view_looks WHERE camera = $1 AND at_utc_us >= $2 AND at_utc_us < $3
ORDER BY day, night, source";

const SUBJECTS: &str = "
SELECT rule, place FROM events
WHERE camera = $1 AND start_utc_us >= $2 AND start_utc_us < $3 AND status <> $4
    AND same_as IS NULL AND place IS NOT NULL
ORDER BY start_utc_us DESC, id DESC LIMIT $5";

impl Store {
    /// Stores counts, each in the place of what was counted of the same source, day and half before.
    pub fn put_view_looks(&self, counts: &[ViewLooks]) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            for c in counts {
                query(PUT)
                    .bind(&c.camera)
                    .bind(&c.source)
                    .bind(c.day.to_string())
                    .bind(c.night)
                    .bind(c.looks as i64)
                    .bind(c.dark as i64)
                    .bind(c.glare as i64)
                    .bind(c.black as i64)
                    .bind(c.covered as i64)
                    .bind(c.defocused as i64)
                    .bind(c.moved as i64)
                    .bind(c.frozen as i64)
                    .bind(c.brightness as i64)
                    .bind(c.at.0.as_microsecond())
                    .bind(c.edged as i64)
                    .bind(c.soft as i64)
                    .execute(&mut *on)
                    .await?;
            }
            on.commit().await
        })
    }

    /// What was counted of a camera's pictures taken from `from` to before `to`, by day.
    pub fn view_looks(
        &self,
        camera: &str,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<ViewLooks>, StoreError> {
        let db = self.database();
        let asked = query(ASK).bind(camera).bind(from.0.as_microsecond());
        let rows = db.wait(asked.bind(to.0.as_microsecond()).fetch_all(&db.pool))?;
        rows.iter().map(|row| db.view_looks(row)).collect()
    }

    /// By rule, how high the subjects of a camera's incidents were when they began, in scene pixels; of
    /// the latest `most` that began from `from` to before `to` and were not dismissed.
    pub fn subject_heights(
        &self,
        camera: &str,
        (from, to): (WallTime, WallTime),
        most: u32,
    ) -> Result<BTreeMap<String, Vec<f32>>, StoreError> {
        let db = self.database();
        let asked = query(SUBJECTS)
            .bind(camera)
            .bind(from.0.as_microsecond())
            .bind(to.0.as_microsecond())
            .bind(word(&Status::Dismissed))
            .bind(i64::from(most));
        let mut heights: BTreeMap<String, Vec<f32>> = BTreeMap::new();
        for row in &db.wait(asked.fetch_all(&db.pool))? {
            let place: String = db.column(row, "place")?;
            // What is written in another way than today's tells nothing.
            let Ok(place) = serde_json::from_str::<Place>(&place) else { continue };
            heights.entry(db.column(row, "rule")?).or_default().push(place.start.height());
        }
        Ok(heights)
    }
}

impl Database {
    fn view_looks(&self, row: &Row) -> Result<ViewLooks, StoreError> {
        let camera: String = self.column(row, "camera")?;
        let day: String = self.column(row, "day")?;
        let day = day.parse::<Date>().map_err(|e| StoreError::UnknownWord {
            id: camera.clone(),
            column: "day",
            detail: e.to_string(),
        })?;
        let count = |name: &str| self.column::<i64>(row, name).map(|n| n.max(0) as u64);
        Ok(ViewLooks {
            source: self.column(row, "source")?,
            day,
            night: self.column(row, "night")?,
            at: self.wall(row, &camera, "at_utc_us")?,
            looks: count("looks")?,
            dark: count("dark")?,
            glare: count("glare")?,
            black: count("black")?,
            covered: count("covered")?,
            defocused: count("defocused")?,
            moved: count("moved")?,
            frozen: count("frozen")?,
            brightness: count("brightness")?,
            edged: count("edged")?,
            soft: count("soft")?,
            camera,
        })
    }
}
