//! A queue by what is due first. When a step is due is its agency's to say and changes with the site
//! file, so it is not stored: events whose target is the same are due in the order of their moments,
//! which an index gives, and the lists of each target are joined.

use super::database::{Database, QueryBuilder};
use super::error::StoreError;
use super::queue::{QueueCursor, QueueFilter, QueuePage};
use super::queue_found::Found;
use super::queue_narrow::{COUNTED, narrow, responsible};
use super::record::{EventRecord, Status};
use crate::config::Agency;
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
    whose: Whose,
    /// From when the target counts to when it is due, microseconds.
    target: i64,
    again: Again,
}

/// Whose events.
enum Whose {
    /// It does not matter.
    Any,
    /// Those that one of these agencies is responsible for.
    These(Vec<usize>),
    /// Those that no agency is responsible for.
    Nobodys,
    /// Those given to an agency that the site has no more; all others are somebody's.
    Strangers,
}

/// Events opened again count from then, so only the others are in order of their moments.
#[derive(PartialEq, Eq)]
enum Again {
    Both,
    Never,
    Only,
}

impl Database {
    pub(super) fn queue_due(
        &self,
        filter: &QueueFilter,
        found: &Found,
        after: Option<&QueueCursor>,
        limit: u32,
    ) -> Result<QueuePage, StoreError> {
        // One more than asked for tells whether there is a next page.
        let most = i64::from(limit) + 1;
        let mut all = parts(filter);
        if filter.overdue.is_some() {
            // What has no target is never overdue.
            all.retain(|part| part.target < NEVER);
        }
        let ask = |never: bool| {
            let mut q: QueryBuilder = QueryBuilder::new(PAGE);
            let asked = all.iter().filter(|part| never || part.target < NEVER);
            for (n, part) in asked.enumerate() {
                q.push(if n == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
                part.ask(&mut q, filter, found, after, most);
                q.push(") part");
            }
            q.push(" ORDER BY due_us, id LIMIT ").push_bind(most);
            q.push(") due JOIN events ON events.id = due.id ORDER BY due.due_us, events.id");
            self.wait(q.build().fetch_all(&self.pool))
        };
        // What is never due comes last: it is looked for where the rest does not fill the page.
        let mut rows = Vec::new();
        if all.iter().any(|part| part.target < NEVER) {
            rows = ask(false)?;
        }
        if rows.len() <= limit as usize && all.iter().any(|part| part.target == NEVER) {
            rows = ask(true)?;
        }
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
        q: &mut QueryBuilder,
        filter: &QueueFilter,
        found: &Found,
        after: Option<&QueueCursor>,
        most: i64,
    ) {
        let from = if self.again == Again::Only { COUNTED } else { "moment_utc_us" };
        q.push(format!("SELECT id, {from} + ")).push_bind(self.target).push(" AS due_us FROM ");
        // What few reviews say is looked up from them, not from all events of the status.
        match (&self.whose, &self.again) {
            (Whose::Strangers, _) => {
                q.push("(SELECT event FROM reviews WHERE agency > ''");
                for agency in &filter.agencies {
                    q.push(" AND agency <> ").push_bind(agency.id.clone());
                }
                q.push(") few CROSS JOIN events WHERE events.id = few.event");
            }
            (_, Again::Only) => {
                q.push("(SELECT event FROM reviews WHERE due_from_utc_us > 0) few");
                q.push(" CROSS JOIN events WHERE events.id = few.event");
            }
            _ => {
                q.push("events WHERE TRUE");
            }
        }
        let of = QueueFilter { statuses: vec![self.status], overdue: None, ..filter.clone() };
        narrow(q, &of, found);
        if let Some(now) = filter.overdue {
            // The part's target says it at once, so that the index of moments is read no further.
            q.push(format!(" AND {from} < ")).push_bind(now.0.as_microsecond() - self.target);
        }
        let these: Vec<usize> = match &self.whose {
            Whose::These(these) => these.clone(),
            Whose::Nobodys => (0..filter.agencies.len()).collect(),
            Whose::Any | Whose::Strangers => Vec::new(),
        };
        match self.whose {
            Whose::These(_) => q.push(" AND (FALSE"),
            _ => q.push(" AND NOT (FALSE"),
        };
        for nth in these {
            q.push(" OR ");
            responsible(q, &filter.agencies, nth);
        }
        q.push(")");
        if self.again == Again::Never {
            q.push(" AND id NOT IN (SELECT event FROM reviews WHERE due_from_utc_us > 0)");
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
    let agencies = &filter.agencies;
    for status in Status::ALL {
        if !filter.statuses.is_empty() && !filter.statuses.contains(&status) {
            continue;
        }
        let never = |whose| Part { status, whose, target: NEVER, again: Again::Both };
        let minutes: fn(&Agency) -> u32 = match status {
            Status::Pending => |a| a.acknowledge_minutes,
            Status::Acknowledged => |a| a.decide_hours * 60,
            _ => {
                parts.push(never(Whose::Any));
                continue;
            }
        };
        let mut targets: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (nth, agency) in agencies.iter().enumerate() {
            targets.entry(minutes(agency)).or_default().push(nth);
        }
        for (minutes, these) in targets {
            for again in [Again::Never, Again::Only] {
                let whose = Whose::These(these.clone());
                parts.push(Part { status, whose, target: i64::from(minutes) * 60_000_000, again });
            }
        }
        parts.push(never(match (agencies.is_empty(), covered(agencies)) {
            (true, _) => Whose::Any,
            (_, true) => Whose::Strangers,
            (_, false) => Whose::Nobodys,
        }));
    }
    parts
}

/// Whether every event is some agency's.
fn covered(agencies: &[Agency]) -> bool {
    agencies.iter().any(|a| a.wards.is_none() && a.domains.is_none())
}
