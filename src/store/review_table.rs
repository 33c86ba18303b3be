//! Reviews and decisions in the database.

use super::audit::NewEntry;
use super::audit_table;
use super::database::{Database, QueryBuilder, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::review::{Action, Change, Decision, Outcome, ReviewState};
use super::sighting_table::name_first;
use super::word::word;
use crate::media::WallTime;
use std::collections::{BTreeMap, BTreeSet};

const STATE: &str = "
SELECT events.id AS event, events.status, events.same_as, COALESCE(reviews.version, 0) AS version,
    reviews.agency, reviews.assignee, reviews.acknowledged_utc_us, reviews.decided_utc_us, reviews.decided_by,
    reviews.reason, reviews.plate, reviews.merged_into, reviews.second_look, reviews.due_from_utc_us,
    (SELECT MAX(e.at_utc_us) FROM escalations e WHERE e.event = events.id) AS escalated_utc_us
FROM events LEFT JOIN reviews ON reviews.event = events.id WHERE events.id = $1";

/// Reviews read at once at most.
const REVIEWS: usize = 500;

const PUT: &str = "
INSERT INTO reviews (event, version, agency, assignee, acknowledged_utc_us, decided_utc_us,
    decided_by, reason, plate, merged_into, second_look, due_from_utc_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (event) DO UPDATE SET version = excluded.version, agency = excluded.agency,
    assignee = excluded.assignee, acknowledged_utc_us = excluded.acknowledged_utc_us,
    decided_utc_us = excluded.decided_utc_us, decided_by = excluded.decided_by,
    reason = excluded.reason, plate = excluded.plate, merged_into = excluded.merged_into,
    second_look = excluded.second_look, due_from_utc_us = excluded.due_from_utc_us";

const APPEND: &str = "
INSERT INTO decisions (number, event, version, at_utc_us, by_whom, action, from_status, to_status,
    reason, note, plate, other, request_key)
VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM decisions), $1, $2, $3, $4, $5, $6, $7, $8, $9,
    $10, $11, $12)";

impl Store {
    /// Where the review of an event stands; `None`: there is no such event.
    pub fn review(&self, event: &str) -> Result<Option<ReviewState>, StoreError> {
        let db = self.database();
        let row = db.wait(query(STATE).bind(event).fetch_optional(&db.pool))?;
        row.map(|row| db.review(&row)).transpose()
    }

    /// Where the reviews of several events stand, by event; those that are not there are left out.
    pub fn reviews(&self, events: &[&str]) -> Result<BTreeMap<String, ReviewState>, StoreError> {
        let db = self.database();
        let mut states = BTreeMap::new();
        for some in events.chunks(REVIEWS) {
            // The same for one of several.
            let mut q = QueryBuilder::new(STATE.trim_end_matches("= $1"));
            q.push("IN (");
            let mut list = q.separated(", ");
            for id in some {
                list.push_bind((*id).to_owned());
            }
            q.push(")");
            for row in db.wait(q.build().fetch_all(&db.pool))? {
                let state = db.review(&row)?;
                states.insert(state.event.clone(), state);
            }
        }
        Ok(states)
    }

    /// The events that were merged into this one, in order of id.
    pub fn merged_here(&self, event: &str) -> Result<Vec<String>, StoreError> {
        let db = self.database();
        db.wait(
            query_scalar("SELECT event FROM reviews WHERE merged_into = $1 ORDER BY event")
                .bind(event)
                .fetch_all(&db.pool),
        )
    }

    /// What was done with an event, in order.
    pub fn decisions(&self, event: &str) -> Result<Vec<Decision>, StoreError> {
        let db = self.database();
        let rows = db.wait(
            query("SELECT * FROM decisions WHERE event = $1 ORDER BY version")
                .bind(event)
                .fetch_all(&db.pool),
        )?;
        rows.iter().map(|row| db.decision(row)).collect()
    }

    /// Does what a person decided, in one transaction, if the event is still as he saw it.
    ///
    /// # Errors
    /// The database's; nothing is done then.
    pub fn decide(&self, change: &Change) -> Result<Outcome, StoreError> {
        self.decide_entered(change, None)
    }

    /// The same, with its entry in the audit trail: neither is there without the other. What was
    /// asked before is entered once.
    ///
    /// # Errors
    /// The database's; nothing is done then.
    pub fn decide_entered(
        &self,
        change: &Change,
        entry: Option<&NewEntry>,
    ) -> Result<Outcome, StoreError> {
        let db = self.database();
        let decision = &change.decision;
        let read = db.wait(async {
            let mut on = db.begin_write().await?;
            let read = change_within(&mut on, change, entry).await?;
            // Nothing was done where nothing is to be kept.
            on.commit().await?;
            Ok(read)
        })?;
        let (now, last, asked) = match read {
            Changed::NoEvent => return Ok(Outcome::NoEvent),
            Changed::OtherMerged(other) => return Ok(Outcome::OtherMerged(other)),
            Changed::SameIncident => return Ok(Outcome::SameIncident),
            Changed::Stands(now, last, asked) => (now, last, asked),
        };
        let now = db.review(&now)?;
        // A key that was used for another event is no answer to this one.
        if asked.as_deref() == Some(&decision.event) {
            return Ok(Outcome::Done(now));
        }
        let last = last.map(|row| db.decision(&row)).transpose()?;
        Ok(Outcome::Conflict(now, last))
    }
}

/// What became of a change, as the database says it.
pub(super) enum Changed {
    NoEvent,
    /// The event to be merged with was merged itself, with this one.
    OtherMerged(String),
    /// Both stand as one incident already.
    SameIncident,
    /// How the event stands, what was done last where somebody was quicker, and for which event the
    /// change's key was used.
    Stands(Row, Option<Row>, Option<String>),
}

/// Does a change within a transaction, or nothing.
pub(super) async fn change_within(
    on: &mut Transaction,
    change: &Change,
    entry: Option<&NewEntry>,
) -> Result<Changed, sqlx::Error> {
    let (decision, after) = (&change.decision, &change.after);
    let Some(now) = query(STATE).bind(&decision.event).fetch_optional(&mut **on).await? else {
        return Ok(Changed::NoEvent);
    };
    let asked: Option<String> = query_scalar("SELECT event FROM decisions WHERE request_key = $1")
        .bind(&change.request_key)
        .fetch_optional(&mut **on)
        .await?;
    let last = query("SELECT * FROM decisions WHERE event = $1 ORDER BY version DESC LIMIT 1")
        .bind(&decision.event)
        .fetch_optional(&mut **on)
        .await?;
    let version: i64 = now.try_get("version")?;
    let same_as: Option<String> = now.try_get("same_as")?;
    let seen = i64::try_from(decision.version).unwrap_or(i64::MAX) - 1;
    if asked.is_some() || version != seen {
        return Ok(Changed::Stands(now, last, asked));
    }
    if decision.action == Action::Merge
        && let Some(into) = &after.merged_into
        && let Some(refused) =
            cannot_merge(on, same_as.as_ref().unwrap_or(&after.event), into).await?
    {
        return Ok(refused);
    }
    append(on, change).await?;
    put(on, after).await?;
    query("UPDATE events SET status = $1 WHERE id = $2")
        .bind(word(&after.status))
        .bind(&after.event)
        .execute(&mut **on)
        .await?;
    // Desks list the first sighting; who decides on another has it stand for all.
    if same_as.is_some() && decision.to != decision.from {
        name_first(on, BTreeSet::from([after.event.clone()])).await?;
    }
    let now = query(STATE).bind(&decision.event).fetch_one(&mut **on).await?;
    if let Some(entry) = entry {
        audit_table::append(on, entry).await?;
    }
    Ok(Changed::Stands(now, None, Some(decision.event.clone())))
}

/// Why an event whose incident `stands` so cannot be merged into another: that one, or what stands for
/// it, was merged itself, or both are one incident already, which neither may take out of sight.
async fn cannot_merge(
    on: &mut Transaction,
    stands: &str,
    into: &str,
) -> Result<Option<Changed>, sqlx::Error> {
    let row = query(
        "SELECT COALESCE(e.same_as, e.id) AS stands, COALESCE(r.merged_into, s.merged_into) AS merged
         FROM events e LEFT JOIN reviews r ON r.event = e.id
             LEFT JOIN reviews s ON s.event = e.same_as
         WHERE e.id = $1",
    )
    .bind(into)
    .fetch_optional(&mut **on)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (other, merged): (String, Option<String>) =
        (row.try_get("stands")?, row.try_get("merged")?);
    Ok(match merged {
        _ if other == stands => Some(Changed::SameIncident),
        Some(merged) => Some(Changed::OtherMerged(merged)),
        None => None,
    })
}

async fn append(on: &mut Transaction, change: &Change) -> Result<(), sqlx::Error> {
    let d = &change.decision;
    query(APPEND)
        .bind(&d.event)
        .bind(i64::try_from(d.version).unwrap_or(i64::MAX))
        .bind(d.at.0.as_microsecond())
        .bind(&d.by)
        .bind(word(&d.action))
        .bind(word(&d.from))
        .bind(word(&d.to))
        .bind(&d.reason)
        .bind(&d.note)
        .bind(&d.plate)
        .bind(&d.other)
        .bind(&change.request_key)
        .execute(&mut **on)
        .await
        .map(drop)
}

/// Notes that an event's evidence was replaced: whoever looked at the old one no longer sees the
/// event's version, and what was decided of it must be decided anew. Where the old one was `gone`,
/// removed after its time, what was decided while it was there stays.
pub(super) async fn replaced(
    on: &mut Transaction,
    event: &str,
    gone: bool,
) -> Result<(), sqlx::Error> {
    let to = if gone {
        "status"
    } else {
        "CASE WHEN status IN ('confirmed', 'dismissed', 'cannot_tell') THEN 'acknowledged'
            ELSE status END"
    };
    let note = if gone {
        "its footage was worked through again: its evidence, which had been removed, is there again"
    } else {
        "a whole run replaced its evidence"
    };
    // When it was noted, not when anything happened.
    #[allow(clippy::disallowed_methods)]
    let now = jiff::Timestamp::now().as_microsecond();
    let append = format!(
        "INSERT INTO decisions (number, event, version, at_utc_us, by_whom, action, from_status,
            to_status, note, request_key)
        SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM decisions), id,
            COALESCE((SELECT version FROM reviews WHERE event = id), 0) + 1, $2, 'service',
            'replaced', status, {to}, $3,
            'replaced-' || id || '-' || (COALESCE((SELECT version FROM reviews WHERE event = id), 0) + 1)
        FROM events WHERE id = $1"
    );
    query(sqlx::AssertSqlSafe(append)).bind(event).bind(now).bind(note).execute(&mut **on).await?;
    let undone = "
            due_from_utc_us = CASE WHEN reviews.decided_utc_us IS NULL THEN reviews.due_from_utc_us
                ELSE $2 END,
            decided_utc_us = NULL, decided_by = NULL, reason = NULL, merged_into = NULL,
            second_look = NULL";
    let version = "INSERT INTO reviews (event, version) VALUES ($1, 1)
        ON CONFLICT (event) DO UPDATE SET version = reviews.version + 1";
    if gone {
        return query(version).bind(event).execute(&mut **on).await.map(drop);
    }
    let review = format!("{version}, {undone}");
    query(sqlx::AssertSqlSafe(review)).bind(event).bind(now).execute(&mut **on).await?;
    let back = format!("UPDATE events SET status = {to} WHERE id = $1");
    query(sqlx::AssertSqlSafe(back)).bind(event).execute(&mut **on).await?;
    Ok(())
}

async fn put(on: &mut Transaction, state: &ReviewState) -> Result<(), sqlx::Error> {
    let us = |t: Option<WallTime>| t.map(|t| t.0.as_microsecond());
    query(PUT)
        .bind(&state.event)
        .bind(i64::try_from(state.version).unwrap_or(i64::MAX))
        .bind(&state.agency)
        .bind(&state.assignee)
        .bind(us(state.acknowledged))
        .bind(us(state.decided))
        .bind(&state.decided_by)
        .bind(&state.reason)
        .bind(&state.plate)
        .bind(&state.merged_into)
        .bind(state.second_look.as_ref().map(word))
        .bind(us(state.due_from))
        .execute(&mut **on)
        .await
        .map(drop)
}

impl Database {
    fn review(&self, row: &Row) -> Result<ReviewState, StoreError> {
        let event: String = self.column(row, "event")?;
        let time = |column| self.maybe_wall(row, &event, column);
        let second: Option<String> = self.column(row, "second_look")?;
        Ok(ReviewState {
            status: self.word(row, &event, "status")?,
            version: u64::try_from(self.column::<i64>(row, "version")?).unwrap_or(0),
            agency: self.column(row, "agency")?,
            assignee: self.column(row, "assignee")?,
            acknowledged: time("acknowledged_utc_us")?,
            decided: time("decided_utc_us")?,
            decided_by: self.column(row, "decided_by")?,
            reason: self.column(row, "reason")?,
            plate: self.column(row, "plate")?,
            merged_into: self.column(row, "merged_into")?,
            second_look: match second {
                Some(_) => Some(self.word(row, &event, "second_look")?),
                None => None,
            },
            due_from: time("due_from_utc_us")?,
            escalated: time("escalated_utc_us")?,
            event,
        })
    }

    fn decision(&self, row: &Row) -> Result<Decision, StoreError> {
        let event: String = self.column(row, "event")?;
        let count =
            |column| self.column::<i64>(row, column).map(|n| u64::try_from(n).unwrap_or_default());
        Ok(Decision {
            number: count("number")?,
            version: count("version")?,
            at: self.wall(row, &event, "at_utc_us")?,
            by: self.column(row, "by_whom")?,
            action: self.word(row, &event, "action")?,
            from: self.word(row, &event, "from_status")?,
            to: self.word(row, &event, "to_status")?,
            reason: self.column(row, "reason")?,
            note: self.column(row, "note")?,
            plate: self.column(row, "plate")?,
            other: self.column(row, "other")?,
            event,
        })
    }
}
