//! What people found of a camera's events, rule by rule: for whoever tunes scenes.

use super::database::QueryBuilder;
use super::error::StoreError;
use super::handle::Store;
use super::queue::QueueScope;
use super::queue_narrow;
use super::record::Status;
use crate::media::WallTime;
use crate::rules::Kind;

/// How many of a rule's events were decided so, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// The rule, by name.
    pub rule: String,
    /// Its kind.
    pub kind: Kind,
    /// What was decided.
    pub status: Status,
    /// The code of the reason, where it was dismissed.
    pub reason: Option<String>,
    /// How many.
    pub count: u64,
}

impl Store {
    /// What was decided of a camera's events that began from `from` to before `to`, within a scope, by
    /// rule, kind, status and reason.
    pub fn found(
        &self,
        camera: &str,
        scope: &QueueScope,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<FoundRow>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(
            "SELECT events.rule, events.kind, events.status, reviews.reason, COUNT(*) AS many
             FROM events LEFT JOIN reviews ON reviews.event = events.id
             WHERE status IN ('confirmed', 'dismissed', 'cannot_tell') AND camera = ",
        );
        q.push_bind(camera.to_owned());
        q.push(" AND start_utc_us >= ").push_bind(from.0.as_microsecond());
        q.push(" AND start_utc_us < ").push_bind(to.0.as_microsecond());
        queue_narrow::scope(&mut q, scope);
        q.push(
            " GROUP BY events.rule, events.kind, events.status, reviews.reason
              ORDER BY events.rule, events.kind, events.status, reviews.reason",
        );
        let db = self.database();
        let rows = db.wait(q.build().fetch_all(&db.pool))?;
        rows.iter()
            .map(|row| {
                let rule: String = db.column(row, "rule")?;
                Ok(FoundRow {
                    kind: db.word(row, &rule, "kind")?,
                    status: db.word(row, &rule, "status")?,
                    reason: db.column(row, "reason")?,
                    count: db.column::<i64>(row, "many")?.unsigned_abs(),
                    rule,
                })
            })
            .collect()
    }
}
