//! Sightings in the database: which event goes on with which.
//!
//! Which event an event goes on with depends on the stored events alone, not on the order in which
//! they came: recordings may be worked through in any order, several at once. The first of them stands
//! for the incident, in queues and figures, unless people have been at another: what was decided stays
//! in sight, though an earlier recording is read after it. What a person merged elsewhere stands for
//! nothing but where it stood before: it must not take an incident along that others wait for.

use super::database::{Database, Transaction, query, query_scalar};
use super::error::StoreError;
use super::record::EventRecord;
use super::sighting::MOST_GAP_SECONDS;
use std::collections::BTreeSet;

/// Events looked at for one insertion at most, should one camera's rule find so many in an hour.
const MOST_NEIGHBOURS: i64 = 1000;
/// Events of one rule that last longer than this are not looked back for, microseconds: a day.
const LONGEST: i64 = 86_400_000_000;

/// The first of the sightings that an event goes on with.
const ORIGIN: &str = "
WITH RECURSIVE earlier (id, follows) AS (
    SELECT id, follows FROM events WHERE id = $1
    UNION SELECT e.id, e.follows FROM events e JOIN earlier ON e.id = earlier.follows)
SELECT id FROM earlier WHERE follows IS NULL";

/// All sightings from the first on; which stands for them comes first: confirmed, then taken up, then
/// decided otherwise, and what was merged into another of them, or while another stood, last. Of equals
/// that people were at it is the one with a result, for figures ask it alone, or the one that stands.
const SIGHTINGS: &str = "
WITH RECURSIVE later (id) AS (
    SELECT id FROM events WHERE id = $1
    UNION SELECT e.id FROM events e JOIN later ON e.follows = later.id)
SELECT e.id, e.same_as FROM events e JOIN later ON later.id = e.id
    LEFT JOIN reviews r ON r.event = e.id LEFT JOIN results w ON w.event = e.id
ORDER BY CASE WHEN r.merged_into IS NOT NULL
            AND (e.same_as IS NOT NULL OR r.merged_into IN (SELECT l.id FROM later l)) THEN 4
        WHEN e.status = 'confirmed' THEN 0 WHEN e.status = 'acknowledged' THEN 1
        WHEN e.status = 'pending' THEN 3 ELSE 2 END,
    CASE WHEN w.event IS NULL THEN 1 ELSE 0 END,
    CASE WHEN e.status = 'pending' OR e.same_as IS NOT NULL THEN 1 ELSE 0 END,
    CASE WHEN e.follows IS NULL THEN 0 ELSE 1 END, e.start_utc_us, e.id";

impl Database {
    /// Finds anew what `event`, just stored, goes on with, and what goes on with it.
    pub(super) async fn link(
        &self,
        on: &mut Transaction,
        event: &EventRecord,
    ) -> Result<Result<(), StoreError>, sqlx::Error> {
        let gap = (MOST_GAP_SECONDS * 1e6) as i64;
        let (start, end) = (event.start_utc.0.as_microsecond(), event.end_utc.0.as_microsecond());
        let rows = query(
            "SELECT *, CAST(1 AS BIGINT) AS sightings FROM events
             WHERE camera = $1 AND rule = $2 AND ((start_utc_us >= $3 AND start_utc_us <= $4
               AND end_utc_us >= $5) OR id = $7)
             ORDER BY start_utc_us, id LIMIT $6",
        )
        .bind(&event.camera)
        .bind(&event.rule)
        .bind(start - LONGEST)
        .bind(end.max(start) + gap)
        .bind(start - gap)
        .bind(MOST_NEIGHBOURS)
        .bind(event.place.as_ref().and_then(|p| p.continues.clone()))
        .fetch_all(&mut **on)
        .await?;
        let events: Result<Vec<EventRecord>, StoreError> =
            rows.iter().map(|row| self.event(row)).collect();
        let events = match events {
            Ok(events) => events,
            Err(e) => return Ok(Err(e)),
        };
        let mut changed = BTreeSet::new();
        for e in events.iter().filter(|e| e.id == event.id || e.start_utc >= event.start_utc) {
            // The latest to end, for a chain of sightings goes from each to the next.
            let before = events
                .iter()
                .filter(|b| e.continues(b))
                .max_by_key(|b| (e.is_known_to_continue(b), b.end_utc, b.start_utc, &b.id));
            let follows = before.map(|b| b.id.clone());
            let known: Option<String> = query_scalar("SELECT follows FROM events WHERE id = $1")
                .bind(&e.id)
                .fetch_one(&mut **on)
                .await?;
            if e.id == event.id || known != follows {
                query("UPDATE events SET follows = $1 WHERE id = $2")
                    .bind(&follows)
                    .bind(&e.id)
                    .execute(&mut **on)
                    .await?;
                changed.insert(e.id.clone());
                // What it went on with before may have others.
                changed.extend(known);
            }
        }
        name_first(on, changed).await?;
        Ok(Ok(()))
    }
}

/// Tells every sighting of the incidents that these belong to which one stands for it.
pub(super) async fn name_first(
    on: &mut Transaction,
    changed: BTreeSet<String>,
) -> Result<(), sqlx::Error> {
    let mut told = BTreeSet::new();
    for id in changed {
        let Some(origin) =
            query_scalar::<String>(ORIGIN).bind(&id).fetch_optional(&mut **on).await?
        else {
            continue;
        };
        if !told.insert(origin.clone()) {
            continue;
        }
        let rows = query(SIGHTINGS).bind(&origin).fetch_all(&mut **on).await?;
        let mut stands: Option<String> = None;
        for row in &rows {
            let id: String = row.try_get("id")?;
            let known: Option<String> = row.try_get("same_as")?;
            if known != stands {
                query("UPDATE events SET same_as = $1 WHERE id = $2")
                    .bind(&stands)
                    .bind(&id)
                    .execute(&mut **on)
                    .await?;
            }
            stands.get_or_insert(id);
        }
    }
    Ok(())
}
