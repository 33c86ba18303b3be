//! What protects evidence, as the database says it.

use super::database::{Row, Transaction, query};
use super::protection::{Member, Protection, protections};
use super::word::from_word;
use crate::media::WallTime;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Events that show one incident at most; of more, it is not told how well they are protected.
const MOST: usize = 10_000;

/// An event as a [`Member`], at the instant `$1`. Both a case and a request that waits for its pack need
/// evidence.
pub(super) const MEMBER: &str = "
e.id, e.same_as, r.merged_into, e.status, r.decided_utc_us,
    CAST(CASE WHEN EXISTS (SELECT 1 FROM holds h WHERE h.event = e.id
            AND h.lifted_utc_us IS NULL AND (h.until_utc_us IS NULL OR h.until_utc_us > $1))
        OR EXISTS (SELECT 1 FROM request_events a JOIN requests q ON q.id = a.request
            WHERE a.event = e.id AND q.state IN ('asked', 'approved'))
        THEN 1 ELSE 0 END AS BIGINT) AS held";

/// Events that show an incident with others.
pub(super) const WITH_OTHERS: &str = "
SELECT id FROM events WHERE same_as IS NOT NULL
UNION SELECT same_as FROM events WHERE same_as IS NOT NULL
UNION SELECT event FROM reviews WHERE merged_into IS NOT NULL
UNION SELECT merged_into FROM reviews WHERE merged_into IS NOT NULL";

/// An event, and those that name it.
const NEAR: &str = "
SELECT CAST($2 AS TEXT)
UNION SELECT id FROM events WHERE same_as = $2
UNION SELECT event FROM reviews WHERE merged_into = $2";

/// A row of [`MEMBER`]; `None`: it says something that this program does not know.
pub(super) fn member(row: &Row) -> Result<Option<Member>, sqlx::Error> {
    let status: String = row.try_get("status")?;
    let decided: Option<i64> = row.try_get("decided_utc_us")?;
    let held: i64 = row.try_get("held")?;
    let Ok(status) = from_word(&status) else { return Ok(None) };
    let Ok(decided) = decided.map(Timestamp::from_microsecond).transpose() else {
        return Ok(None);
    };
    Ok(Some(Member {
        id: row.try_get("id")?,
        same_as: row.try_get("same_as")?,
        merged_into: row.try_get("merged_into")?,
        status,
        decided: decided.map(WallTime),
        held: held != 0,
    }))
}

/// How well an event's evidence is protected at an instant, and stays so while the transaction lasts;
/// `None`: that cannot be told.
pub(super) async fn protection(
    on: &mut Transaction,
    event: &str,
    now: WallTime,
) -> Result<Option<Protection>, sqlx::Error> {
    let near = format!(
        "SELECT {MEMBER} FROM events e LEFT JOIN reviews r ON r.event = e.id WHERE e.id IN ({NEAR})"
    );
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut ask = VecDeque::from([event.to_owned()]);
    while let Some(id) = ask.pop_front() {
        if !asked.insert(id.clone()) {
            continue;
        }
        let rows = query(sqlx::AssertSqlSafe(near.clone()))
            .bind(now.0.as_microsecond())
            .bind(&id)
            .fetch_all(&mut **on)
            .await?;
        for row in &rows {
            let Some(member) = member(row)? else { return Ok(None) };
            ask.extend(member.same_as.iter().chain(&member.merged_into).cloned());
            ask.push_back(member.id.clone());
            members.insert(member.id.clone(), member);
        }
        if members.len() > MOST {
            return Ok(None);
        }
    }
    let all: Vec<Member> = members.into_values().collect();
    let nth = all.iter().position(|m| m.id == event);
    Ok(nth.and_then(|nth| protections(&all).into_iter().nth(nth)))
}
