//! A queue by what is due first. When a step is due is its agency's to say and changes with the site
//! file, so it is not stored: events whose target is the same are due in the order of their moments,
//! which an index gives, and the lists of each target are joined.

use super::error::StoreError;
use super::queue::{QueueCursor, QueueFilter, QueuePage};
use super::queue_narrow::{COUNTED, narrow, responsible};
use super::record::{EventRecord, Status};
use super::sqlite::Sqlite;
use crate::config::Agency;
use sqlx::QueryBuilder;
use sqlx::sqlite::Sqlite as Dialect;
use std::collections::BTreeMap;

const PAGE: &str = "
SELECT events.*, (SELECT COUNT(*) + 1 FROM events s
    WHERE s.same_as = COALESCE(events.same_as, events.id)) AS sightings, due.due_us
FROM (";

/// Microseconds to what has no target: three thousand years.
const NEVER: i64 = 100_000_000_000_000_000;

/// Events of one status whose target is the same.
struct Part {
    status: Status,
    /// Agencies of which one is responsible; `None`: it does not matter which.
    agencies: Option<Vec<usize>>,
    /// None of these is: nobody's events.
    nobodys: bool,
    /// From when the target counts to when it is due, microseconds.
    target: i64,
    /// Those opened again, or those that were not, which alone are in order of their moments; `None`:
    /// both, as nothing is due.
    again: Option<bool>,
}

impl Sqlite {
    pub(super) fn queue_due(
        &self,
        filter: &QueueFilter,
        after: Option<&QueueCursor>,
        limit: u32,
    ) -> Result<QueuePage, StoreError> {
        // One more than asked for tells whether there is a next page.
        let most = i64::from(limit) + 1;
        let mut q: QueryBuilder<Dialect> = QueryBuilder::new(PAGE);
        for (n, part) in parts(filter).iter().enumerate() {
            q.push(if n == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            part.ask(&mut q, filter, after, most);
            q.push(") part");
        }
        q.push(" ORDER BY due_us, id LIMIT ").push_bind(most);
        q.push(") due JOIN events ON events.id = due.id ORDER BY due.due_us, events.id");
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        let mut events: Vec<EventRecord> =
            rows.iter().map(|row| self.event(row)).collect::<Result<_, _>>()?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = match events.last().zip(rows.get(events.len().wrapping_sub(1))) {
            Some((last, row)) if more => Some(QueueCursor {
                gravity: 0,
                start_utc_us: self.column(row, "due_us")?,
                id: last.id.clone(),
            }),
            _ => None,
        };
        Ok(QueuePage { events, next })
    }
}

impl Part {
    fn ask(
        &self,
        q: &mut QueryBuilder<Dialect>,
        filter: &QueueFilter,
        after: Option<&QueueCursor>,
        most: i64,
    ) {
        let from = if self.again == Some(true) { COUNTED } else { "moment_utc_us" };
        q.push(format!("SELECT id, {from} + ")).push_bind(self.target);
        q.push(" AS due_us FROM events WHERE TRUE");
        narrow(q, &QueueFilter { statuses: vec![self.status], ..filter.clone() });
        let nth = self.agencies.clone().unwrap_or_default();
        if self.agencies.is_some() {
            q.push(if self.nobodys { " AND NOT (FALSE" } else { " AND (FALSE" });
            for nth in nth {
                q.push(" OR ");
                responsible(q, &filter.agencies, nth);
            }
            q.push(")");
        }
        if let Some(again) = self.again {
            q.push(if again { " AND id IN " } else { " AND id NOT IN " });
            q.push("(SELECT event FROM reviews WHERE due_from_utc_us IS NOT NULL)");
        }
        if let Some(cursor) = after {
            q.push(format!(" AND ({from}, id) > (")).push_bind(cursor.start_utc_us - self.target);
            q.push(", ").push_bind(cursor.id.clone()).push(")");
        }
        q.push(format!(" ORDER BY {from}, id LIMIT ")).push_bind(most);
    }
}

fn parts(filter: &QueueFilter) -> Vec<Part> {
    let mut parts = Vec::new();
    for status in Status::ALL {
        if !filter.statuses.is_empty() && !filter.statuses.contains(&status) {
            continue;
        }
        let minutes: fn(&Agency) -> u32 = match status {
            Status::Pending => |a| a.acknowledge_minutes,
            Status::Acknowledged => |a| a.decide_hours * 60,
            _ => {
                let (agencies, nobodys) = (None, false);
                parts.push(Part { status, agencies, nobodys, target: NEVER, again: None });
                continue;
            }
        };
        for again in [false, true] {
            let part = |agencies, nobodys, target| Part {
                status,
                agencies,
                nobodys,
                target,
                again: Some(again),
            };
            let mut targets: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for (nth, agency) in filter.agencies.iter().enumerate() {
                targets.entry(minutes(agency)).or_default().push(nth);
            }
            let all = (0..filter.agencies.len()).collect();
            let target = |minutes: u32| i64::from(minutes) * 60_000_000;
            match targets.iter().next() {
                // The one target there is holds for every event.
                Some((only, _)) if targets.len() == 1 && covered(&filter.agencies) => {
                    parts.push(part(None, false, target(*only)));
                }
                Some(_) => {
                    parts.extend(
                        targets.into_iter().map(|(m, nth)| part(Some(nth), false, target(m))),
                    );
                    parts.push(part(Some(all), true, NEVER));
                }
                None => parts.push(part(None, false, NEVER)),
            }
        }
    }
    parts
}

/// Whether every event is some agency's.
fn covered(agencies: &[Agency]) -> bool {
    agencies.iter().any(|a| a.wards.is_none() && a.domains.is_none())
}
