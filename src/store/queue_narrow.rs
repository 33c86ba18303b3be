//! A queue's filters as conditions on rows of `events`.

use super::database::QueryBuilder;
use super::place_names::Meant;
use super::queue::{QueueFilter, QueueScope};
use super::queue_found::Found;
use super::word::word;
use crate::config::Agency;
use crate::media::WallTime;
use crate::rules::Domain;

/// The agency that an event was given to by hand.
const GIVEN: &str = "(SELECT r.agency FROM reviews r WHERE r.event = events.id)";

/// Local time is seven hours ahead of UTC, all year.
pub(super) const LOCAL_HOUR: &str = "((start_utc_us + 25200000000) / 3600000000) % 24";

/// From when an event's targets count: its moment, or when it was opened again.
pub(super) const COUNTED: &str =
    "COALESCE((SELECT r.due_from_utc_us FROM reviews r WHERE r.event = events.id), moment_utc_us)";

/// Adds all that a filter asks for, each with ` AND ` before it. `found` is what was looked up of it
/// before.
pub(super) fn narrow(q: &mut QueryBuilder, f: &QueueFilter, found: &Found) {
    let words = |values: Vec<String>| (!values.is_empty()).then_some(values);
    among(q, "status", words(f.statuses.iter().map(word).collect()));
    among(q, "kind", words(f.kinds.iter().map(word).collect()));
    among(q, "domain", domains(f).map(|d| d.iter().map(word).collect()));
    among(q, "ward", wards(f));
    among(q, "camera", words(f.cameras.clone()));
    among(q, "subject_class", words(f.classes.iter().map(word).collect()));
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
    if f.text.is_some() {
        meant(q, &found.text);
    }
    for reviewed in &found.reviewed {
        if let Some(ids) = &reviewed.few {
            among(q, "id", Some(ids.clone()));
            continue;
        }
        q.push(if reviewed.is_rare() {
            " AND id IN (SELECT event FROM reviews WHERE "
        } else {
            " AND EXISTS (SELECT 1 FROM reviews r WHERE r.event = events.id AND "
        });
        reviewed.asked(q);
        q.push(")");
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

/// The wards that a filter leaves; `None`: all, and what stands in none.
pub(super) fn wards(f: &QueueFilter) -> Option<Vec<String>> {
    both(f.scope.wards.as_deref(), &f.wards)
}

/// The domains that a filter leaves; `None`: all.
pub(super) fn domains(f: &QueueFilter) -> Option<Vec<Domain>> {
    both(f.scope.domains.as_deref(), &f.domains)
}

/// What may be seen and is asked for; an empty list asks for all.
fn both<T: Clone + PartialEq>(may: Option<&[T]>, asked: &[T]) -> Option<Vec<T>> {
    match may {
        None => (!asked.is_empty()).then(|| asked.to_vec()),
        Some(may) if asked.is_empty() => Some(may.to_vec()),
        Some(may) => Some(asked.iter().filter(|a| may.contains(a)).cloned().collect()),
    }
}

/// What a text means.
fn meant(q: &mut QueryBuilder, text: &Meant) {
    let Meant::These { cameras, places, ids } = text else { return };
    q.push(" AND (");
    is_among(q, "camera", cameras.clone());
    if !ids.is_empty() {
        q.push(" OR ");
        is_among(q, "id", ids.clone());
    }
    for place in places {
        let parts = [
            (" OR (camera = ", &place.camera),
            (" AND zone = ", &place.zone),
            (" AND camera_name = ", &place.camera_name),
            (" AND COALESCE(ward, '') = ", &place.ward),
        ];
        for (sql, value) in parts {
            q.push(sql).push_bind(value.clone());
        }
        q.push(")");
    }
    q.push(")");
}

pub(super) fn scope(q: &mut QueryBuilder, scope: &QueueScope) {
    among(q, "ward", scope.wards.clone());
    among(q, "domain", scope.domains.as_ref().map(|d| d.iter().map(word).collect()));
}

/// `None` asks for any value, an empty list for none.
pub(super) fn among(q: &mut QueryBuilder, column: &str, values: Option<Vec<String>>) {
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
    // One look at the review, however many agencies there are.
    q.push(format!("COALESCE({GIVEN}, CASE"));
    for agency in &agencies[..=nth] {
        q.push(" WHEN ");
        covers(q, agency);
        q.push(" THEN ").push_bind(&agency.id);
    }
    q.push(" ELSE '' END) = ").push_bind(&agencies[nth].id);
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
        // What is cheap to tell comes first.
        q.push(" OR (((status = 'pending'");
        counted_before(q, ago(now, agency.acknowledge_minutes));
        q.push(") OR (status = 'acknowledged'");
        counted_before(q, ago(now, agency.decide_hours * 60));
        q.push(")) AND ");
        responsible(q, agencies, nth);
        q.push(")");
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
