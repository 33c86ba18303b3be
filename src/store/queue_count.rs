//! How many events a filter leaves, without looking at all of them: from what is counted already where
//! that tells, else by looking at so many and no more.

use super::database::{Database, QueryBuilder};
use super::error::StoreError;
use super::handle::Store;
use super::queue::{Counted, QueueFilter};
use super::queue_found::Found;
use super::queue_narrow::{ago, narrow, wards};
use super::queue_parts::parts;
use super::word::word;

/// Events looked at for one count, over all its parts.
const LOOKED: usize = 10_000;

/// The same where another table must be asked of each.
const LOOKED_UP: usize = 2_000;

/// What [`narrow`] asks of an event, all of which indexes hold.
const HELD: &str = "id, start_utc_us, status, kind, domain, ward, camera, subject_class, same_as";

impl Store {
    /// How many events there are, counted no further than `most`, and no further than so many were
    /// looked at: so a count takes no longer than a page, however many events there are.
    pub fn queue_count(&self, filter: &QueueFilter, most: u64) -> Result<Counted, StoreError> {
        match self.database().total(filter)? {
            Some(total) => Ok(Counted { at_least: total, exact: true }),
            None => self.database().queue_count(filter, &self.look_up(filter)?, most),
        }
    }
}

impl Database {
    fn queue_count(
        &self,
        filter: &QueueFilter,
        found: &Found,
        most: u64,
    ) -> Result<Counted, StoreError> {
        if let Some((rare, rest)) = found.rare() {
            let of = |q: &mut QueryBuilder| {
                q.push(" FROM (SELECT event FROM reviews WHERE ");
                rare.asked(q);
                q.push(") few CROSS JOIN events WHERE events.id = few.event");
            };
            let all = |q: &mut QueryBuilder| narrow(q, filter, &rest);
            return Ok(self.looked_at(LOOKED_UP, filter, &rest, of, all)?.up_to(most));
        }
        let dear = !found.reviewed.is_empty()
            || filter.agency.is_some()
            || filter.overdue.is_some()
            || found.names_zones();
        let parts = parts(filter, found, false);
        let looked = if dear { LOOKED_UP } else { LOOKED } / parts.len().max(1);
        let mut counted = Counted { at_least: 0, exact: true };
        for part in &parts {
            let of = |q: &mut QueryBuilder| {
                found.tell_from(q);
                first(q, &part.filter);
                if let Some(now) = filter.overdue {
                    // No target counts from before the moment: an index of moments has them all.
                    let soonest = filter
                        .agencies
                        .iter()
                        .map(|a| a.acknowledge_minutes.min(a.decide_hours * 60));
                    q.push(" AND moment_utc_us < ").push_bind(ago(now, soonest.min().unwrap_or(0)));
                }
            };
            let all = |q: &mut QueryBuilder| part.narrow(q, found);
            let more = self.looked_at(looked.max(100), filter, found, of, all)?;
            counted.at_least += more.at_least;
            counted.exact &= more.exact;
            if counted.at_least > most {
                break;
            }
        }
        Ok(counted.up_to(most))
    }

    /// How many among the first `looked` events of `of` are as `all` has it.
    fn looked_at(
        &self,
        looked: usize,
        filter: &QueueFilter,
        found: &Found,
        of: impl Fn(&mut QueryBuilder),
        all: impl Fn(&mut QueryBuilder),
    ) -> Result<Counted, StoreError> {
        let looked = i64::try_from(looked).unwrap_or(i64::MAX);
        let mut q: QueryBuilder =
            QueryBuilder::new("SELECT COUNT(*) AS looked, CAST(COALESCE(SUM(CASE WHEN TRUE");
        all(&mut q);
        q.push(" THEN 1 ELSE 0 END), 0) AS BIGINT) AS held FROM (SELECT ").push(HELD);
        if found.names_zones() {
            q.push(", zone, camera_name");
        }
        if filter.overdue.is_some() {
            q.push(", moment_utc_us");
        }
        of(&mut q);
        q.push(" LIMIT ").push_bind(looked).push(") events");
        let row = self.wait(q.build().fetch_one(&self.pool))?;
        let seen: i64 = self.column(&row, "looked")?;
        let held: i64 = self.column(&row, "held")?;
        Ok(Counted { at_least: held.unsigned_abs(), exact: seen < looked })
    }
}

/// The beginning of the index that a part is read by, and nothing that would have it skip: what is
/// skipped is looked at, and counts.
fn first(q: &mut QueryBuilder, f: &QueueFilter) {
    let only =
        |values: Vec<String>| (values.len() == 1).then(|| values.into_iter().next()).flatten();
    let status = only(f.statuses.iter().map(word).collect());
    let camera = only(f.cameras.clone());
    let ward = wards(f).and_then(only);
    let kind = only(f.kinds.iter().map(word).collect());
    let mut asked = Vec::new();
    match (camera, ward, kind) {
        (Some(camera), _, _) => asked.push(("camera", camera)),
        (_, Some(ward), _) => asked.push(("ward", ward)),
        (_, _, Some(kind)) => asked.push(("kind", kind)),
        _ => {}
    }
    if asked.first().is_none_or(|(column, _)| *column != "camera") {
        asked.extend(status.map(|status| ("status", status)));
    }
    for (column, value) in asked {
        q.push(format!(" AND {column} = ")).push_bind(value);
    }
    for (sql, time) in [(" AND start_utc_us >= ", f.from), (" AND start_utc_us < ", f.to)] {
        if let Some(time) = time {
            q.push(sql).push_bind(time.0.as_microsecond());
        }
    }
}
