//! Plates that people entered, in the database: which may be over, and that they are forgotten.

use super::database::{Database, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::plate_term::{PlateTerms, Plated};
use super::protection_table::protection;
use super::word::from_word;
use crate::media::WallTime;
use jiff::Timestamp;

/// The plates that were entered for an event. An empty one says that it was taken back, and stays.
const FORGET: [&str; 2] = [
    "UPDATE reviews SET plate = NULL WHERE event = $1 AND plate IS NOT NULL",
    "UPDATE decisions SET plate = NULL WHERE event = $1 AND plate <> ''",
];

/// The events that have one.
const WITH_PLATES: &str = "
SELECT event FROM reviews WHERE plate IS NOT NULL
UNION SELECT event FROM decisions WHERE plate <> ''";

/// Whether an event `e` from before `$1` may lose its plates. What a person confirmed is of a class
/// that keeps them (`ItemClass::keeps_plates`), whatever else shows the incident. An incident that goes
/// on is not over. Of evidence whose age is not known yet nothing can be told; nor does it go.
const MAY_BE_OVER: &str = "
e.moment_utc_us < $1 AND e.status <> 'confirmed' AND e.evidence_state <> 'open'
AND (e.evidence_stored_utc_us IS NOT NULL OR e.evidence_state NOT IN ('whole', 'incomplete'))";

const PLATED: &str = "
e.domain, e.moment_utc_us, e.evidence_stored_utc_us, (SELECT MAX(d.at_utc_us) FROM decisions d
    WHERE d.event = e.id AND d.plate <> '') AS entered_utc_us";

/// Forgets an event's plates.
pub(super) async fn forget(on: &mut Transaction, event: &str) -> Result<(), sqlx::Error> {
    for plates in FORGET {
        query(plates).bind(event).execute(&mut **on).await?;
    }
    Ok(())
}

/// Whether an event has a plate, in its history at least.
pub(super) async fn is_plated(on: &mut Transaction, event: &str) -> Result<bool, sqlx::Error> {
    let count = format!("SELECT COUNT(*) FROM ({WITH_PLATES}) p WHERE p.event = $1");
    let plated: i64 =
        query_scalar(sqlx::AssertSqlSafe(count)).bind(event).fetch_one(&mut **on).await?;
    Ok(plated > 0)
}

impl Database {
    /// The events whose plates may be over, the oldest first.
    pub(super) fn maybe_over(&self, terms: &PlateTerms) -> Result<Vec<String>, StoreError> {
        let Some(latest) = terms.latest() else { return Ok(Vec::new()) };
        let ids = format!(
            "SELECT e.id FROM events e WHERE e.id IN ({WITH_PLATES}) AND {MAY_BE_OVER}
            ORDER BY e.moment_utc_us, e.id"
        );
        let asked = query_scalar(sqlx::AssertSqlSafe(ids)).bind(latest.0.as_microsecond());
        self.wait(asked.fetch_all(&self.pool))
    }

    /// Forgets an event's plates if they are over; `None`: that cannot be told, for it is not known, or
    /// more than `most` events show its incident. Who holds or decides on it meanwhile waits, or was
    /// quicker.
    pub(super) fn forget_if_over(
        &self,
        event: &str,
        terms: &PlateTerms,
        most: usize,
    ) -> Result<Option<bool>, StoreError> {
        let Some(latest) = terms.latest() else { return Ok(Some(false)) };
        let about = format!("SELECT {PLATED} FROM events e WHERE {MAY_BE_OVER} AND e.id = $2");
        self.wait(async {
            let mut on = self.begin_write().await?;
            let row = query(sqlx::AssertSqlSafe(about))
                .bind(latest.0.as_microsecond())
                .bind(event)
                .fetch_optional(&mut *on)
                .await?;
            let Some(row) = row else { return Ok(Some(false)) };
            let Some(about) = plated(&row)? else { return Ok(None) };
            let Some(is) = protection(&mut on, event, terms.now, most).await? else {
                return Ok(None);
            };
            if !terms.are_over(&about, &is) {
                return Ok(Some(false));
            }
            forget(&mut on, event).await?;
            on.commit().await?;
            Ok(Some(true))
        })
    }
}

/// A row of [`PLATED`]; `None`: it says something that this program does not know.
fn plated(row: &Row) -> Result<Option<Plated>, sqlx::Error> {
    let domain: String = row.try_get("domain")?;
    let maybe = |column: &str| -> Result<Option<Option<WallTime>>, sqlx::Error> {
        let at: Option<i64> = row.try_get(column)?;
        let at = at.map(Timestamp::from_microsecond).transpose();
        Ok(at.ok().map(|at| at.map(WallTime)))
    };
    let moment = maybe("moment_utc_us")?.flatten();
    let (stored, entered) = (maybe("evidence_stored_utc_us")?, maybe("entered_utc_us")?);
    let (Ok(domain), Some(moment)) = (from_word(&domain), moment) else { return Ok(None) };
    let (Some(stored), Some(entered)) = (stored, entered) else { return Ok(None) };
    Ok(Some(Plated { domain, moment, stored, entered }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::StorageConfig;
    use crate::store::protection_table::tests::stored;

    #[test]
    fn a_plate_of_which_nothing_can_be_told_stays() {
        let (_data, store) = stored(&[
            ("a", "pending", None, None),
            ("b", "pending", Some("a"), None),
            ("c", "pending", None, None),
            ("d", "pending", None, None),
        ]);
        let db = store.database();
        let set = |sql: &'static str| db.wait(query(sql).execute(&db.pool)).unwrap();
        set("UPDATE reviews SET plate = '84A-123.45' WHERE event <> 'b'");
        set("UPDATE events SET evidence_state = 'none' WHERE id <> 'd'");
        // 1970 is long ago; of d it is not known yet when it was stored.
        let now = WallTime(Timestamp::from_second(1_790_000_000).unwrap());
        let terms = PlateTerms::new(now, &StorageConfig::default());
        assert_eq!(db.maybe_over(&terms).unwrap(), ["a", "c"]);
        assert_eq!(db.forget_if_over("a", &terms, 1).unwrap(), None, "two show its incident");
        assert_eq!(db.forget_if_over("d", &terms, 1).unwrap(), Some(false));
        assert_eq!(db.maybe_over(&terms).unwrap(), ["a", "c"]);
        assert_eq!(db.forget_if_over("a", &terms, 2).unwrap(), Some(true));
        assert_eq!(db.forget_if_over("c", &terms, 1).unwrap(), Some(true));
        assert_eq!(db.maybe_over(&terms).unwrap(), [""; 0]);
        set("UPDATE events SET evidence_stored_utc_us = 0, domain = 'x' WHERE id = 'd'");
        assert_eq!(db.forget_if_over("d", &terms, 1).unwrap(), None, "an unknown domain");
    }
}
