//! What protects evidence, as the database says it.

use super::database::{Row, Transaction, query};
use super::protection::{Member, Protection, protections};
use super::word::from_word;
use crate::media::WallTime;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Events that show one incident at most; of more, it is not told how well they are protected.
pub(super) const MOST: usize = 10_000;

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

/// An event, its further sightings, and what was merged into any of these.
const NEAR: &str = "
SELECT CAST($2 AS TEXT)
UNION SELECT id FROM events WHERE same_as = $2
UNION SELECT event FROM reviews WHERE merged_into = $2
UNION SELECT r.event FROM events s JOIN reviews r ON r.merged_into = s.id WHERE s.same_as = $2";

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
/// `None`: that cannot be told, for there are more than `most` that show its incident. A thing may
/// stand for weeks and have thousands of sightings: they are asked for together, by the one that stands
/// for them.
pub(super) async fn protection(
    on: &mut Transaction,
    event: &str,
    now: WallTime,
    most: usize,
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
            ask.push_back(member.same_as.as_ref().unwrap_or(&member.id).clone());
            ask.extend(member.merged_into.clone());
            members.insert(member.id.clone(), member);
        }
        if members.len() > most {
            return Ok(None);
        }
    }
    let all: Vec<Member> = members.into_values().collect();
    let nth = all.iter().position(|m| m.id == event);
    Ok(nth.and_then(|nth| protections(&all).into_iter().nth(nth)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::retention_item::ItemClass;

    /// Rows of events, each what it is another sighting of and what it was merged into.
    pub fn stored(rows: &[(&str, &str, Option<&str>, Option<&str>)]) -> (tempfile::TempDir, Store) {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path()).unwrap();
        let db = store.database();
        let put = db.wait(async {
            let mut on = db.begin_write().await?;
            for (number, (id, status, same_as, merged_into)) in (1_i64..).zip(rows) {
                query(
                    "INSERT INTO events (id, kind, domain, severity, camera, camera_name, zone, rule,
                        source, source_fingerprint, incident_key, start_media_us, moment_media_us,
                        end_media_us, start_utc_us, moment_utc_us, end_utc_us, clock_quality, closing,
                        complete, evidence, subject_class, model, software_version, status, same_as,
                        number)
                     VALUES ($1, 'illegal_parking', 'traffic', 'low', 'c', 'C', 'z', $1, 's', 's', $1,
                        0, 0, 0, 0, 0, 0, 'given', 'left', TRUE, $1, 'car', 'm', '0', $2, $3, $4)",
                )
                .bind(*id)
                .bind(*status)
                .bind(*same_as)
                .bind(number)
                .execute(&mut *on)
                .await?;
                query("INSERT INTO reviews (event, version, merged_into) VALUES ($1, 1, $2)")
                    .bind(*id)
                    .bind(*merged_into)
                    .execute(&mut *on)
                    .await?;
            }
            on.commit().await
        });
        put.unwrap();
        (data, store)
    }

    fn class(store: &Store, event: &str, most: usize) -> Option<ItemClass> {
        let db = store.database();
        let told = db.wait(async {
            let mut on = db.begin_write().await?;
            protection(&mut on, event, WallTime(Timestamp::UNIX_EPOCH), most).await
        });
        told.unwrap().map(|is| is.class)
    }

    #[test]
    fn all_that_shows_an_incident_is_found_from_any_of_it() {
        // c was merged into b, a sighting of a, and has one itself; e into d; x is another.
        let (_data, store) = stored(&[
            ("a", "pending", None, None),
            ("b", "pending", Some("a"), None),
            ("c", "dismissed", None, Some("b")),
            ("d", "pending", Some("c"), None),
            ("e", "confirmed", None, Some("d")),
            ("f", "pending", Some("e"), None),
            ("x", "pending", None, None),
        ]);
        for id in ["a", "b", "c", "d", "e", "f"] {
            assert_eq!(class(&store, id, MOST), Some(ItemClass::Confirmed), "{id}");
            assert_eq!(class(&store, id, 5), None, "{id}");
        }
        assert_eq!(class(&store, "x", 5), Some(ItemClass::Pending));
        assert_eq!(class(&store, "nothing", 5), None);
    }
}
