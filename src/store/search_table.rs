//! The searches that users keep.

use super::database::{Database, Row, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// A search that a user keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Its id.
    pub id: String,
    /// What the user calls it; no two of a user's have one name.
    pub name: String,
    /// What is looked for, as the API takes it.
    pub query: String,
}

const MANY: &str = "SELECT COUNT(*) FROM searches WHERE user_id = $1 AND name <> $2";

/// One of the same name takes its place and keeps its id.
const PUT: &str = "
INSERT INTO searches (id, user_id, name, query, created_utc_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query
RETURNING id";

impl Store {
    /// A user's searches, by name.
    pub fn searches(&self, user: &str) -> Result<Vec<SavedSearch>, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query("SELECT * FROM searches WHERE user_id = $1 ORDER BY name, id")
                .bind(user)
                .fetch_all(&db.pool),
        )?;
        rows.iter().map(|row| db.search(row)).collect()
    }

    /// Keeps a user's search, in the place of one of the same name. Gives its id; `None`: the user
    /// has `most` others.
    pub fn put_search(
        &self,
        user: &str,
        search: &SavedSearch,
        at: WallTime,
        most: u32,
    ) -> Result<Option<String>, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let many: i64 =
                query_scalar(MANY).bind(user).bind(&search.name).fetch_one(&mut *on).await?;
            if many >= i64::from(most) {
                return Ok(None);
            }
            let id = query_scalar(PUT)
                .bind(&search.id)
                .bind(user)
                .bind(&search.name)
                .bind(&search.query)
                .bind(at.0.as_microsecond())
                .fetch_one(&mut *on)
                .await?;
            on.commit().await?;
            Ok(Some(id))
        })
    }

    /// Forgets a user's search; false: he has none of that id.
    pub fn forget_search(&self, user: &str, id: &str) -> Result<bool, StoreError> {
        let db = self.database();
        let done = db.wait(
            query("DELETE FROM searches WHERE user_id = $1 AND id = $2")
                .bind(user)
                .bind(id)
                .execute(&db.pool),
        )?;
        Ok(done.rows_affected() > 0)
    }
}

impl Database {
    fn search(&self, row: &Row) -> Result<SavedSearch, StoreError> {
        Ok(SavedSearch {
            id: self.column(row, "id")?,
            name: self.column(row, "name")?,
            query: self.column(row, "query")?,
        })
    }
}
