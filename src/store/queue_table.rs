//! The desk's questions to the database.

use super::database::{Database, QueryBuilder, Row, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::queue::{QueueCursor, QueueFilter, QueueOrder, QueuePage, StoreMark, TallyBy, TallyRow};
use super::queue_found::Found;
use super::queue_narrow::{LOCAL_HOUR, narrow};
use super::queue_parts::{gravity, parts};
use super::record::EventRecord;

/// An event's row with how often its incident was seen.
const ROW: &str = "
SELECT events.*, (SELECT COUNT(*) + 1 FROM events s
    WHERE s.same_as = COALESCE(events.same_as, events.id)) AS sightings
FROM events WHERE id IN (SELECT id FROM events WHERE TRUE";

/// A page of events; what it is of follows.
const PAGE: &str = "
SELECT events.*, (SELECT COUNT(*) + 1 FROM events s
    WHERE s.same_as = COALESCE(events.same_as, events.id)) AS sightings
FROM events WHERE id IN (SELECT id FROM (";

const GRAVITY: &str = "(CASE severity WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END)";

const LOCAL_DAY: &str = "((start_utc_us + 25200000000) / 86400000000)";

impl Store {
    /// One page of at most `limit` events, after `after` where it is given.
    pub fn queue(
        &self,
        filter: &QueueFilter,
        order: QueueOrder,
        after: Option<&QueueCursor>,
        limit: u32,
    ) -> Result<QueuePage, StoreError> {
        self.database().queue(filter, &self.look_up(filter)?, order, after, limit)
    }

    /// How many events share each key, by status, by key.
    pub fn tally(&self, filter: &QueueFilter, by: TallyBy) -> Result<Vec<TallyRow>, StoreError> {
        self.database().tally(filter, &self.look_up(filter)?, by)
    }

    /// The event of that id.
    pub fn event(&self, id: &str) -> Result<Option<EventRecord>, StoreError> {
        self.database().one(id)
    }

    /// How far the records have come.
    pub fn mark(&self) -> Result<StoreMark, StoreError> {
        self.database().mark()
    }

    /// The events stored after a mark, in the order of storing, at most `limit`.
    pub fn events_since(
        &self,
        mark: StoreMark,
        limit: u32,
    ) -> Result<Vec<EventRecord>, StoreError> {
        self.database().events_since(mark, limit)
    }

    /// The events that something was decided of after a mark, at most `limit`.
    pub fn changed_since(
        &self,
        mark: StoreMark,
        limit: u32,
    ) -> Result<Vec<EventRecord>, StoreError> {
        self.database().changed_since(mark, limit)
    }
}

impl Database {
    fn queue(
        &self,
        filter: &QueueFilter,
        found: &Found,
        order: QueueOrder,
        after: Option<&QueueCursor>,
        limit: u32,
    ) -> Result<QueuePage, StoreError> {
        let grave = order == QueueOrder::Severity;
        let by_time = match order {
            QueueOrder::Due => return self.queue_due(filter, found, after, limit),
            QueueOrder::Oldest => "start_utc_us, id",
            QueueOrder::Newest | QueueOrder::Severity => "start_utc_us DESC, id DESC",
        };
        let sorted = if grave { format!("{GRAVITY} DESC, {by_time}") } else { by_time.to_owned() };
        // One more than asked for tells whether there is a next page.
        let most = i64::from(limit) + 1;
        let mut q: QueryBuilder = QueryBuilder::new(PAGE);
        let mut begun = false;
        for part in parts(filter, found, grave) {
            if after.is_some_and(|cursor| part.gravity.is_some_and(|g| g > cursor.gravity)) {
                continue;
            }
            q.push(if begun { " UNION ALL SELECT * FROM (" } else { "SELECT * FROM (" });
            begun = true;
            q.push("SELECT id, start_utc_us, severity");
            found.tell_from(&mut q);
            part.narrow(&mut q, found);
            if let Some(cursor) = after
                && part.gravity.is_none_or(|g| g == cursor.gravity)
            {
                q.push(match order {
                    QueueOrder::Oldest => " AND (start_utc_us, id) > (",
                    _ => " AND (start_utc_us, id) < (",
                });
                q.push_bind(cursor.start_utc_us).push(", ").push_bind(cursor.id.clone()).push(")");
            }
            q.push(format!(" ORDER BY {by_time} LIMIT ")).push_bind(most).push(") part");
        }
        if !begun {
            // A cursor beyond all that there is.
            return Ok(QueuePage { events: Vec::new(), next: None });
        }
        q.push(format!(") parts ORDER BY {sorted} LIMIT ")).push_bind(most);
        q.push(format!(") ORDER BY {sorted}"));
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        let mut events: Vec<EventRecord> =
            rows.iter().map(|row| self.event(row)).collect::<Result<_, _>>()?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| more).map(|last| QueueCursor {
            gravity: if grave { gravity(last.severity) } else { 0 },
            start_utc_us: last.start_utc.0.as_microsecond(),
            id: last.id.clone(),
        });
        Ok(QueuePage { events, next })
    }

    /// Counts by looking at each event.
    pub(super) fn counted_singly(
        &self,
        filter: &QueueFilter,
        found: &Found,
        by: TallyBy,
    ) -> Result<Vec<Row>, StoreError> {
        let key = match by {
            TallyBy::Domain => "domain".to_owned(),
            TallyBy::Ward => "COALESCE(ward, '')".to_owned(),
            TallyBy::Camera => "camera".to_owned(),
            TallyBy::Kind => "kind".to_owned(),
            TallyBy::Hour => format!("CAST({LOCAL_HOUR} AS TEXT)"),
            TallyBy::Day => format!("CAST({LOCAL_DAY} AS TEXT)"),
        };
        let mut q: QueryBuilder = QueryBuilder::new(format!(
            "SELECT {key} AS tallied, status, COUNT(*) AS many FROM events WHERE TRUE"
        ));
        narrow(&mut q, filter, found);
        q.push(format!(" GROUP BY {key}, status"));
        self.wait(q.build().fetch_all(&self.pool))
    }

    fn one(&self, id: &str) -> Result<Option<EventRecord>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(ROW);
        q.push(" AND id = ").push_bind(id.to_owned()).push(")");
        let row = self.wait(q.build().fetch_optional(&self.pool))?;
        row.map(|row| self.event(&row)).transpose()
    }

    fn mark(&self) -> Result<StoreMark, StoreError> {
        let last = |sql| self.wait(query_scalar(sql).fetch_one(&self.pool));
        Ok(StoreMark {
            events: last("SELECT COALESCE(MAX(number), 0) FROM events")?,
            decisions: last("SELECT COALESCE(MAX(number), 0) FROM decisions")?,
        })
    }

    fn changed_since(&self, mark: StoreMark, limit: u32) -> Result<Vec<EventRecord>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(ROW);
        q.push(" AND id IN (SELECT event FROM decisions WHERE number > ").push_bind(mark.decisions);
        q.push(") LIMIT ").push_bind(i64::from(limit)).push(") ORDER BY start_utc_us, id");
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        rows.iter().map(|row| self.event(row)).collect()
    }

    fn events_since(&self, mark: StoreMark, limit: u32) -> Result<Vec<EventRecord>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(ROW);
        q.push(" AND number > ").push_bind(mark.events);
        q.push(" ORDER BY number LIMIT ").push_bind(i64::from(limit)).push(") ORDER BY number");
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        rows.iter().map(|row| self.event(row)).collect()
    }
}
