//! Steps that are overdue in the database, and those of which somebody was told.

use super::audit::NewEntry;
use super::audit_table;
use super::database::{QueryBuilder, query};
use super::error::StoreError;
use super::escalation::{Overdue, OverdueCount, OverdueOf, Stage, ToldLately};
use super::handle::Store;
use super::letter::Letter;
use super::outbox_table::put_letters;
use super::queue_narrow::{COUNTED, ago, counted_before, responsible};
use super::word::word;
use crate::media::WallTime;

/// Events noted in one transaction at most: others write too.
const AT_ONCE: i64 = 5000;

const NOTE: &str = "
INSERT INTO escalations (event, stage, agency, counted_utc_us, at_utc_us, digest)
VALUES ($1, $2, $3, $4, $5, FALSE) ON CONFLICT (event, stage, agency, counted_utc_us) DO NOTHING";

impl Store {
    /// What is overdue and was not told, the longest first, at most `limit` of each step.
    pub fn overdue_untold(
        &self,
        of: OverdueOf<'_>,
        limit: u32,
    ) -> Result<Vec<Overdue>, StoreError> {
        let db = self.database();
        let mut found = Vec::new();
        for stage in Stage::ALL {
            let mut q = QueryBuilder::new(format!(
                "SELECT events.*, CAST(1 AS BIGINT) AS sightings, {COUNTED} AS counted_utc_us FROM events WHERE TRUE"
            ));
            untold(&mut q, of, stage);
            q.push(" ORDER BY moment_utc_us, id LIMIT ").push_bind(i64::from(limit));
            for row in db.wait(q.build().fetch_all(&db.pool))? {
                let event = db.event(&row)?;
                let counted = db.wall(&row, &event.id, "counted_utc_us")?;
                let minutes = i64::from(stage.minutes(of.agency()));
                let due = counted.0.checked_add(jiff::SignedDuration::from_mins(minutes));
                let due = due.map_or(counted, WallTime);
                found.push(Overdue { event, stage, counted, due });
            }
        }
        Ok(found)
    }

    /// How much is overdue and was not told.
    pub fn overdue_count(&self, of: OverdueOf<'_>) -> Result<OverdueCount, StoreError> {
        let db = self.database();
        let mut count = OverdueCount::default();
        for stage in Stage::ALL {
            let mut q = QueryBuilder::new(format!(
                "SELECT kind, COUNT(*) AS many, MIN({COUNTED}) AS first_utc_us FROM events WHERE TRUE"
            ));
            untold(&mut q, of, stage);
            q.push(" GROUP BY kind ORDER BY kind");
            for row in db.wait(q.build().fetch_all(&db.pool))? {
                let many = db.column::<i64>(&row, "many")?.unsigned_abs();
                let kind = db.word(&row, "events", "kind")?;
                let first = db.wall(&row, "events", "first_utc_us")?;
                match stage {
                    Stage::Acknowledge => count.acknowledge += many,
                    Stage::Decide => count.decide += many,
                }
                count.counted_from = Some(count.counted_from.map_or(first, |c| c.min(first)));
                match count.kinds.iter_mut().find(|(k, _)| *k == kind) {
                    Some((_, n)) => *n += many,
                    None => count.kinds.push((kind, many)),
                }
            }
        }
        count.kinds.sort_by_key(|(kind, many)| (std::cmp::Reverse(*many), word(kind)));
        Ok(count)
    }

    /// What the agency's sinks were told from `since` on.
    pub fn told_lately(&self, agency: &str, since: WallTime) -> Result<ToldLately, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query(
                "SELECT digest, COUNT(*) AS many FROM escalations
                 WHERE agency = $1 AND at_utc_us > $2 GROUP BY digest",
            )
            .bind(agency)
            .bind(since.0.as_microsecond())
            .fetch_all(&db.pool),
        )?;
        let mut told = ToldLately::default();
        for row in &rows {
            let many = db.column::<i64>(row, "many")?.unsigned_abs();
            if db.column::<bool>(row, "digest")? {
                told.together += many;
            } else {
                told.alone += many;
            }
        }
        Ok(told)
    }

    /// Notes that somebody is told of one step that is overdue, with the letters that tell it and the
    /// entry in the audit trail: none is there without the others. False: it was told before, and
    /// nothing is done.
    pub fn escalate(
        &self,
        agency: &str,
        overdue: &Overdue,
        letters: &[Letter],
        entry: &NewEntry,
    ) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let noted = query(NOTE)
                .bind(&overdue.event.id)
                .bind(word(&overdue.stage))
                .bind(agency)
                .bind(overdue.counted.0.as_microsecond())
                .bind(entry.at.0.as_microsecond())
                .execute(&mut *on)
                .await?;
            if noted.rows_affected() == 0 {
                return Ok(false);
            }
            put_letters(&mut on, letters, None).await?;
            audit_table::append(&mut on, entry).await?;
            on.commit().await?;
            Ok(true)
        })
    }

    /// Notes that somebody is told of all that is overdue, with the letters that tell of it together. It
    /// takes several transactions where there is much; the first puts the letters and makes the entry,
    /// so that what breaks off tells once more rather than never. Gives how many were noted.
    pub fn escalate_all(
        &self,
        of: OverdueOf<'_>,
        letters: &[Letter],
        entry: &NewEntry,
    ) -> Result<u64, StoreError> {
        let db = self.database();
        let (mut all, mut told) = (0, false);
        for stage in Stage::ALL {
            loop {
                let mut q = QueryBuilder::new(
                    "INSERT INTO escalations (event, stage, agency, counted_utc_us, at_utc_us, digest)
                     SELECT id, ",
                );
                q.push_bind(word(&stage)).push(", ").push_bind(of.agency().id.clone());
                q.push(format!(", {COUNTED}, ")).push_bind(of.now.0.as_microsecond());
                q.push(", TRUE FROM events WHERE TRUE");
                untold(&mut q, of, stage);
                q.push(" ORDER BY moment_utc_us, id LIMIT ").push_bind(AT_ONCE);
                q.push(" ON CONFLICT (event, stage, agency, counted_utc_us) DO NOTHING");
                let noted = db.wait(async {
                    let mut on = db.begin_write().await?;
                    let noted = q.build().execute(&mut *on).await?.rows_affected();
                    if noted > 0 && !told {
                        put_letters(&mut on, letters, None).await?;
                        audit_table::append(&mut on, entry).await?;
                    }
                    on.commit().await?;
                    Ok(noted)
                })?;
                told |= noted > 0;
                all += noted;
                if noted == 0 {
                    break;
                }
            }
        }
        Ok(all)
    }
}

/// The first sightings of incidents that are overdue and of which the agency was not told. What should
/// have been decided is not told as not taken up as well; what still goes on cannot be decided.
fn untold(q: &mut QueryBuilder, of: OverdueOf<'_>, stage: Stage) {
    let OverdueOf { agencies, nth, now, since } = of;
    let agency = of.agency();
    q.push(" AND same_as IS NULL");
    counted_before(q, ago(now, stage.minutes(agency)));
    let mut first = since.map(|since| ago(since, stage.minutes(agency)));
    match stage {
        Stage::Acknowledge => {
            q.push(" AND status = 'pending'");
            // What waits to be taken up was never opened again: it counts from its moment.
            first = first.max(Some(ago(now, Stage::Decide.minutes(agency))));
        }
        Stage::Decide => {
            q.push(" AND status IN ('pending', 'acknowledged') AND evidence_state <> 'open'");
        }
    }
    if let Some(first) = first {
        q.push(" AND moment_utc_us >= ").push_bind(first);
    }
    q.push(" AND ");
    responsible(q, agencies, nth);
    q.push(" AND NOT EXISTS (SELECT 1 FROM escalations x WHERE x.event = events.id AND x.stage = ");
    q.push_bind(word(&stage)).push(" AND x.agency = ").push_bind(agency.id.clone());
    q.push(format!(" AND x.counted_utc_us = {COUNTED})"));
}
