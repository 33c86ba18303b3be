//! Counting all events anew: what `totals`, `tallies` and `places` should be, and making them so.

use super::database::{Database, Pool, Transaction, query, query_scalar};
use super::error::StoreError;
use super::tally_guard;
use sqlx::AssertSqlSafe;

const TOTALS: &str = "
SELECT COALESCE(ward, '') AS ward, camera, domain, kind, status,
    SUM(CASE WHEN same_as IS NULL THEN 1 ELSE 0 END) AS firsts, COUNT(*) AS sightings
FROM events GROUP BY COALESCE(ward, ''), camera, domain, kind, status";

const PLACES: &str = "
SELECT DISTINCT camera, camera_name, COALESCE(ward, '') AS ward, zone FROM events";

/// Days of one sort: `all` of all wards together.
fn days(sort: &str, key: &str, all: bool) -> String {
    let (of, ward) = if all { ("all_", "''") } else { ("", "COALESCE(ward, '')") };
    let by = if all { String::new() } else { format!("{ward}, ") };
    let day = "(start_utc_us + 25200000000) / 86400000000";
    format!(
        "SELECT '{of}{sort}' AS sort, {ward} AS ward, {day} AS day, {key} AS tallied, domain, status,
             COUNT(*) AS firsts
         FROM events WHERE same_as IS NULL GROUP BY {by}{day}, {key}, domain, status"
    )
}

fn tallies() -> String {
    let hour = "CAST(((start_utc_us + 25200000000) / 3600000000) % 24 AS TEXT)";
    let all = [
        days("kind", "kind", false),
        days("kind", "kind", true),
        days("hour", hour, false),
        days("hour", hour, true),
        days("camera", "camera", false),
    ];
    all.join(" UNION ALL ")
}

/// Counts all events anew, within a transaction that has written already or holds the database.
pub(super) async fn recount(on: &mut Transaction) -> Result<(), sqlx::Error> {
    let statements = [
        "DELETE FROM totals".to_owned(),
        "DELETE FROM tallies".to_owned(),
        format!(
            "INSERT INTO totals (ward, camera, domain, kind, status, firsts, sightings) {TOTALS}"
        ),
        format!(
            "INSERT INTO tallies (sort, ward, day, tallied, domain, status, firsts) {}",
            tallies()
        ),
        format!(
            "INSERT INTO places (number, camera, camera_name, ward, zone)
             SELECT (SELECT COALESCE(MAX(number), 0) FROM places)
                 + ROW_NUMBER() OVER (ORDER BY camera, camera_name, ward, zone),
                 camera, camera_name, ward, zone
             FROM ({PLACES} EXCEPT SELECT camera, camera_name, ward, zone FROM places) missing"
        ),
    ];
    for statement in statements {
        query(AssertSqlSafe(statement)).execute(&mut **on).await?;
    }
    Ok(())
}

impl Database {
    /// Sees to it that counts follow events; where they have not so far, all events are counted.
    pub(super) fn lay_tallies(&self) -> Result<(), StoreError> {
        let guard = match &self.pool {
            Pool::Sqlite(_) => tally_guard::sqlite(),
            Pool::Postgres(_) => tally_guard::postgres(),
        };
        self.wait(async {
            let mut on = self.begin_write().await?;
            let laid: i64 = query_scalar(guard.laid).fetch_one(&mut *on).await?;
            if laid == 1 {
                return Ok(());
            }
            for statement in guard.statements {
                query(AssertSqlSafe(statement)).execute(&mut *on).await?;
            }
            recount(&mut on).await?;
            on.commit().await
        })
    }

    /// Counts all events anew.
    pub(super) fn count_anew(&self) -> Result<(), StoreError> {
        self.wait(async {
            let mut on = self.begin_write().await?;
            recount(&mut on).await?;
            on.commit().await
        })
    }

    /// How many counts are not what counting anew gives, and how many places are not known.
    pub(super) fn miscounted(&self) -> Result<u64, StoreError> {
        let totals = "SELECT ward, camera, domain, kind, status, firsts, sightings FROM totals
            WHERE firsts <> 0 OR sightings <> 0";
        let kept = "SELECT sort, ward, day, tallied, domain, status, firsts FROM tallies
            WHERE firsts <> 0";
        let (days, places) = (tallies(), "SELECT camera, camera_name, ward, zone FROM places");
        let mut wrong = 0;
        for (one, other) in
            [(TOTALS, totals), (totals, TOTALS), (&*days, kept), (kept, &*days), (PLACES, places)]
        {
            let count = format!(
                "SELECT COUNT(*) FROM (SELECT * FROM ({one}) a EXCEPT SELECT * FROM ({other}) b) c"
            );
            let count = query_scalar::<i64>(AssertSqlSafe(count));
            wrong += self.wait(count.fetch_one(&self.pool))?.unsigned_abs();
        }
        Ok(wrong)
    }
}
