//! The places that events name, from the database, and what a text means there.

use super::database::{Database, query, query_scalar};
use super::error::StoreError;
use super::place_names::{Meant, PlaceName, PlaceNames, id_range};
use std::sync::{Mutex, PoisonError};

/// Ids that begin alike and are meant at most.
const MOST_IDS: i64 = 200;

impl Database {
    /// Which events a text means. `known` is what was read of places before; new ones are added.
    pub(super) fn meant(&self, known: &Mutex<PlaceNames>, text: &str) -> Result<Meant, StoreError> {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.wait(
            query("SELECT * FROM places WHERE number > $1 ORDER BY number")
                .bind(known.last)
                .fetch_all(&self.pool),
        )?;
        for row in &rows {
            let text = |column| self.column::<String>(row, column);
            let place = PlaceName {
                camera: text("camera")?,
                camera_name: text("camera_name")?,
                ward: text("ward")?,
                zone: text("zone")?,
            };
            known.add(self.column(row, "number")?, place);
        }
        let ids = match id_range(text) {
            Some((first, end)) => self.wait(
                query_scalar(
                    "SELECT id FROM events WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3",
                )
                .bind(first)
                .bind(end)
                .bind(MOST_IDS)
                .fetch_all(&self.pool),
            )?,
            None => Vec::new(),
        };
        Ok(known.meant(text, ids))
    }
}
