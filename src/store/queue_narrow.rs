//! A queue's filters as conditions on rows of `events`.

use super::database::QueryBuilder;
use super::queue::{QueueFilter, QueueScope};
use super::queue_table::LOCAL_HOUR;
use super::word::word;
use crate::config::Agency;
use crate::media::WallTime;

/// The agency that an event was given to by hand.
const GIVEN: &str = "(SELECT r.agency FROM reviews r WHERE r.event = events.id)";

/// From when an event's targets count: its moment, or when it was opened again.
pub(super) const COUNTED: &str =
    "COALESCE((SELECT r.due_from_utc_us FROM reviews r WHERE r.event = events.id), moment_utc_us)";

/// Adds all that a filter asks for, each with ` AND ` before it.
pub(super) fn narrow(q: &mut QueryBuilder, f: &QueueFilter) {
    let words = |values: Vec<String>| (!values.is_empty()).then_some(values);
    among(q, "status", words(f.statuses.iter().map(word).collect()));
    among(q, "kind", words(f.kinds.iter().map(word).collect()));
    among(q, "domain", words(f.domains.iter().map(word).collect()));
    among(q, "ward", words(f.wards.clone()));
    among(q, "camera", words(f.cameras.clone()));
    among(q, "subject_class", words(f.classes.iter().map(word).collect()));
    scope(q, &f.scope);
    if !f.sightings {
        q.push(" AND same_as IS NULL");
    }
    for (sql, time) in [(" AND start_utc_us >= ", f.from), (" AND start_utc_us < ", f.to)] {
        if let Some(time) = time {
            q.push(sql).push_bind(time.0.as_microsecond());
        }
    }
    if let Some((first, end)) = f.hours {
        let joined = if first < end { " AND " } else { " OR " };
        q.push(format!(" AND ({LOCAL_HOUR} >= ")).push_bind(i64::from(first));
        q.push(format!("{joined}{LOCAL_HOUR} < ")).push_bind(i64::from(end)).push(")");
    }
    if let Some(text) = &f.text {
        let pattern = like(text);
        let columns = ["id", "camera", "camera_name", "COALESCE(ward, '')", "zone"];
        for (n, column) in columns.into_iter().enumerate() {
            q.push(if n == 0 { " AND (" } else { " OR " });
            q.push(format!("LOWER({column}) LIKE ")).push_bind(pattern.clone());
            q.push(" ESCAPE '!'");
        }
        q.push(")");
    }
    for (column, value) in [("assignee", &f.assignee), ("decided_by", &f.reviewer)] {
        if let Some(value) = value {
            q.push(format!(" AND id IN (SELECT event FROM reviews WHERE {column} = "));
            q.push_bind(value.clone()).push(")");
        }
    }
    if let Some(look) = f.second_look {
        q.push(" AND id IN (SELECT event FROM reviews WHERE second_look = ");
        q.push_bind(word(&look)).push(")");
    }
    if let Some(user) = &f.not_reviewer {
        q.push(" AND id IN (SELECT event FROM reviews WHERE decided_by <> ");
        q.push_bind(user.clone()).push(")");
    }
    if let Some(plate) = &f.plate {
        q.push(" AND id IN (SELECT event FROM reviews WHERE LOWER(plate) LIKE ");
        q.push_bind(like(plate)).push(" ESCAPE '!')");
    }
    if let Some(agency) = &f.agency {
        match f.agencies.iter().position(|a| a.id == *agency) {
            Some(nth) => {
                q.push(" AND ");
                responsible(q, &f.agencies, nth);
            }
            None => {
                q.push(" AND FALSE");
            }
        }
    }
    if let Some(now) = f.overdue {
        overdue(q, &f.agencies, now);
    }
}

pub(super) fn scope(q: &mut QueryBuilder, scope: &QueueScope) {
    among(q, "ward", scope.wards.clone());
    among(q, "domain", scope.domains.as_ref().map(|d| d.iter().map(word).collect()));
}

/// `None` asks for any value, an empty list for none.
fn among(q: &mut QueryBuilder, column: &str, values: Option<Vec<String>>) {
    if let Some(values) = values {
        q.push(" AND ");
        is_among(q, column, values);
    }
}

fn is_among(q: &mut QueryBuilder, column: &str, values: Vec<String>) {
    if values.is_empty() {
        q.push("FALSE");
        return;
    }
    q.push(format!("{column} IN ("));
    for (n, value) in values.into_iter().enumerate() {
        if n > 0 {
            q.push(", ");
        }
        q.push_bind(value);
    }
    q.push(")");
}

/// The `nth` agency is responsible: the event was given to it, or to nobody, and it is the first that
/// looks after the event's ward and domain.
pub(super) fn responsible(q: &mut QueryBuilder, agencies: &[Agency], nth: usize) {
    q.push(format!("(COALESCE({GIVEN}, '') = ")).push_bind(agencies[nth].id.clone());
    q.push(format!(" OR ({GIVEN} IS NULL AND "));
    covers(q, &agencies[nth]);
    for earlier in &agencies[..nth] {
        q.push(" AND NOT ");
        covers(q, earlier);
    }
    q.push("))");
}

fn covers(q: &mut QueryBuilder, agency: &Agency) {
    q.push("(TRUE");
    // What stands in no ward must not make the condition unknown.
    among(q, "COALESCE(ward, '')", agency.wards.clone());
    among(q, "domain", agency.domains.as_ref().map(|d| d.iter().map(word).collect()));
    q.push(")");
}

fn overdue(q: &mut QueryBuilder, agencies: &[Agency], now: WallTime) {
    q.push(" AND (FALSE");
    for (nth, agency) in agencies.iter().enumerate() {
        q.push(" OR (");
        responsible(q, agencies, nth);
        q.push(" AND ((status = 'pending'");
        counted_before(q, ago(now, agency.acknowledge_minutes));
        q.push(") OR (status = 'acknowledged'");
        counted_before(q, ago(now, agency.decide_hours * 60));
        q.push(")))");
    }
    q.push(")");
}

/// So many minutes before, microseconds since 1970-01-01 UTC.
pub(super) fn ago(now: WallTime, minutes: u32) -> i64 {
    now.0.as_microsecond() - i64::from(minutes) * 60_000_000
}

/// Targets count from before then. No event is opened again before its moment, so an index of moments
/// gives all that can be meant.
pub(super) fn counted_before(q: &mut QueryBuilder, time: i64) {
    q.push(" AND moment_utc_us < ").push_bind(time);
    q.push(format!(" AND {COUNTED} < ")).push_bind(time);
}

/// A pattern that finds `text` anywhere, as it is written.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}
