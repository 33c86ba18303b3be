//! What figures are made of: one narrow row an incident, shown page by page, so that a year of a city
//! takes no more memory than an hour of it.

use super::database::{QueryBuilder, Row, query};
use super::error::StoreError;
use super::handle::Store;
use super::queue::QueueFilter;
use super::queue_narrow::narrow;
use crate::media::WallTime;
use std::collections::BTreeMap;

/// Rows read at once.
const PAGE: usize = 5000;
/// What one statement looks through, so that its plan never sorts more.
const STEP_US: i64 = 86_400_000_000;

const ROWS: &str = "
SELECT events.id, start_utc_us, moment_utc_us, camera, ward, zone, domain, kind, status,
    reviews.agency AS given, reviews.reason, reviews.acknowledged_utc_us, reviews.decided_utc_us,
    results.handed_over_utc_us, results.result
FROM events LEFT JOIN reviews ON reviews.event = events.id
    LEFT JOIN results ON results.event = events.id
WHERE reviews.merged_into IS NULL";

/// A run counts where it judged a picture: one that could read nothing tells of nothing.
const WORKED: &str = "
SELECT 1 WHERE EXISTS (SELECT 1 FROM events WHERE start_utc_us >= $1 AND start_utc_us < $2)
    OR EXISTS (SELECT 1 FROM service_times WHERE last_utc_us >= $1 AND started_utc_us < $2)
    OR EXISTS (SELECT 1 FROM runs
        WHERE started_utc_us < $2 AND COALESCE(finished_utc_us, started_utc_us) >= $1
        AND EXISTS (SELECT 1 FROM run_sources WHERE run_id = runs.id AND frames > 0))";

/// One incident, as figures count it. Words are as the store writes them; times are microseconds since
/// 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureRow<'r> {
    /// When it began.
    pub start_utc_us: i64,
    /// When it became a violation.
    pub moment_utc_us: i64,
    /// The camera's id.
    pub camera: &'r str,
    /// The ward, if any.
    pub ward: Option<&'r str>,
    /// The zone.
    pub zone: &'r str,
    /// The field it is reported under.
    pub domain: &'r str,
    /// What is suspected.
    pub kind: &'r str,
    /// Where its review stands.
    pub status: &'r str,
    /// The agency that it was given to by hand.
    pub given: Option<&'r str>,
    /// Why it was dismissed.
    pub reason: Option<&'r str>,
    /// When somebody first took note of it.
    pub acknowledged_utc_us: Option<i64>,
    /// When it was decided.
    pub decided_utc_us: Option<i64>,
    /// When it was handed over.
    pub handed_over_utc_us: Option<i64>,
    /// What became of it.
    pub result: Option<&'r str>,
}

impl Store {
    /// Shows every incident that a filter asks for and that began from `from` to before `to` (the
    /// filter's own times do not count), in order of start: first sightings, without those that were
    /// merged into others.
    pub fn each_figure_row(
        &self,
        filter: &QueueFilter,
        (from, to): (WallTime, WallTime),
        visit: &mut dyn FnMut(FigureRow<'_>),
    ) -> Result<(), StoreError> {
        let end = to.0.as_microsecond();
        let found = self.look_up(filter)?;
        let whole = QueueFilter { from: None, to: None, ..filter.clone() };
        let mut begin = from.0.as_microsecond();
        while begin < end {
            let step = (begin + STEP_US).min(end);
            let mut after: Option<(i64, String)> = None;
            loop {
                let mut q = QueryBuilder::new(ROWS);
                narrow(&mut q, &whole, &found);
                q.push(" AND start_utc_us >= ");
                q.push_bind(after.as_ref().map_or(begin, |(start, _)| *start));
                q.push(" AND start_utc_us < ").push_bind(step);
                if let Some((start, id)) = &after {
                    q.push(" AND (start_utc_us, events.id) > (");
                    q.push_bind(*start).push(", ").push_bind(id.as_str()).push(")");
                }
                q.push(" ORDER BY start_utc_us, events.id LIMIT ").push_bind(PAGE as i64);
                let db = self.database();
                let rows = db.wait(q.build().fetch_all(&db.pool))?;
                for row in &rows {
                    visit(self.figure_row(row)?);
                }
                let Some(last) = rows.last().filter(|_| rows.len() == PAGE) else { break };
                after = Some((db.column(last, "start_utc_us")?, db.column(last, "id")?));
            }
            begin = step;
        }
        Ok(())
    }

    /// Whether the program looked at anything from `from` to before `to`: an event of any kind began, the
    /// service ran, or a batch judged footage. A batch leaves no other trace of when its footage was
    /// taken than its events, so it counts by when it ran.
    pub fn worked_within(&self, from: WallTime, to: WallTime) -> Result<bool, StoreError> {
        let db = self.database();
        let asked = query(WORKED).bind(from.0.as_microsecond()).bind(to.0.as_microsecond());
        Ok(db.wait(asked.fetch_optional(&db.pool))?.is_some())
    }

    fn figure_row<'r>(&self, row: &'r Row) -> Result<FigureRow<'r>, StoreError> {
        let db = self.database();
        // By place: a name is looked for among all.
        let meaning = |e| db.meaning(e);
        Ok(FigureRow {
            start_utc_us: row.try_get(1).map_err(meaning)?,
            moment_utc_us: row.try_get(2).map_err(meaning)?,
            camera: row.try_get(3).map_err(meaning)?,
            ward: row.try_get(4).map_err(meaning)?,
            zone: row.try_get(5).map_err(meaning)?,
            domain: row.try_get(6).map_err(meaning)?,
            kind: row.try_get(7).map_err(meaning)?,
            status: row.try_get(8).map_err(meaning)?,
            given: row.try_get(9).map_err(meaning)?,
            reason: row.try_get(10).map_err(meaning)?,
            acknowledged_utc_us: row.try_get(11).map_err(meaning)?,
            decided_utc_us: row.try_get(12).map_err(meaning)?,
            handed_over_utc_us: row.try_get(13).map_err(meaning)?,
            result: row.try_get(14).map_err(meaning)?,
        })
    }

    /// What cameras are called and where they stand, by id: as the newest events say.
    pub fn camera_places(&self) -> Result<BTreeMap<String, (String, String)>, StoreError> {
        let db = self.database();
        let rows = db.wait(query("SELECT * FROM places ORDER BY number").fetch_all(&db.pool))?;
        let mut places = BTreeMap::new();
        for row in &rows {
            places.insert(
                db.column(row, "camera")?,
                (db.column(row, "camera_name")?, db.column(row, "ward")?),
            );
        }
        Ok(places)
    }
}
