//! Sightings in the database: which event goes on with which.
//!
//! Which event an event goes on with depends on the stored events alone, not on the order in which
//! they came: recordings may be worked through in any order, several at once.

use super::database::{Database, Transaction, query, query_scalar};
use super::error::StoreError;
use super::record::EventRecord;
use super::sighting::MOST_GAP_SECONDS;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Events looked at for one insertion at most, should one camera's rule find so many in an hour.
const MOST_NEIGHBOURS: i64 = 1000;
/// Events of one rule that last longer than this are not looked back for, microseconds: a day.
const LONGEST: i64 = 86_400_000_000;

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
        let mut changed = VecDeque::new();
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
                changed.push_back(e.id.clone());
            }
        }
        self.name_first(on, changed).await?;
        Ok(Ok(()))
    }

    /// Tells every event below those changed which is the first of its sightings.
    async fn name_first(
        &self,
        on: &mut Transaction,
        mut changed: VecDeque<String>,
    ) -> Result<(), sqlx::Error> {
        let mut firsts: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut done = BTreeSet::new();
        while let Some(id) = changed.pop_front() {
            let row = query(
                "SELECT e.follows, COALESCE(b.same_as, b.id) AS first
                 FROM events e LEFT JOIN events b ON b.id = e.follows WHERE e.id = $1",
            )
            .bind(&id)
            .fetch_one(&mut **on)
            .await?;
            let first: Option<String> = row.try_get("first")?;
            let known = firsts.insert(id.clone(), first.clone());
            // Said before and no other since: whatever follows it has been told.
            if known.is_some_and(|k| k == first) && done.contains(&id) {
                continue;
            }
            query("UPDATE events SET same_as = $1 WHERE id = $2")
                .bind(&first)
                .bind(&id)
                .execute(&mut **on)
                .await?;
            done.insert(id.clone());
            let next: Vec<String> = query_scalar("SELECT id FROM events WHERE follows = $1")
                .bind(&id)
                .fetch_all(&mut **on)
                .await?;
            changed.extend(next);
        }
        Ok(())
    }
}
