//! Camera states and the service's times in the database.

use super::database::{Database, QueryBuilder, Row, Transaction, query};
use super::error::StoreError;
use super::handle::Store;
use super::health::{ServiceTime, StateRecord};
use super::letter::Letter;
use super::outbox_table::put_letters;
use super::word::{from_word, word};
use crate::media::WallTime;
use crate::scene::{Detail, Reason, StateChange};

/// Said again of the same instant, it replaces.
const PUT: &str = "
INSERT INTO camera_states (camera, at_utc_us, camera_name, state, reasons, detail)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (camera, at_utc_us) DO UPDATE SET
    camera_name = excluded.camera_name, state = excluded.state, reasons = excluded.reasons,
    detail = excluded.detail";

impl Store {
    /// Stores a change of a camera's state and the letters that tell of it in one transaction.
    pub fn put_state_change_with(
        &self,
        camera: &str,
        camera_name: &str,
        change: &StateChange,
        letters: &[Letter],
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.put_state_change(camera, camera_name, change, letters)
    }

    /// The changes of one camera's state, or of all, from `from` to before `to`, by camera and time;
    /// with the last before `from` of each, so that the state at `from` is known.
    pub fn state_changes(
        &self,
        camera: Option<&str>,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<StateRecord>, StoreError> {
        let db = self.database();
        db.state_changes(camera, from, to)
    }

    /// Each camera's state as last stored, by camera.
    pub fn last_states(&self) -> Result<Vec<StateRecord>, StoreError> {
        let db = self.database();
        db.last_states()
    }

    /// The service begins to run: to be said once, before its first [`Self::heartbeat`].
    pub fn begin_service(&self, at: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.begin_service(at)
    }

    /// The service still runs: to be said every few seconds. What lies between the last time and the
    /// next beginning counts as `service_stopped`.
    pub fn heartbeat(&self, at: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.beat(at, false)
    }

    /// The service ends in order.
    pub fn end_service(&self, at: WallTime) -> Result<(), StoreError> {
        let db = self.database();
        db.beat(at, true)
    }

    /// When the service ran, as far as it touches `from` to `to`, in order.
    pub fn service_times(
        &self,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<ServiceTime>, StoreError> {
        let db = self.database();
        db.service_times(from, to)
    }

    /// Forgets changes of state, times of the service and counts of looks before `before`, but for what says what held
    /// then; how many rows went.
    pub fn forget_health(&self, before: WallTime) -> Result<u64, StoreError> {
        let db = self.database();
        db.forget_health(before)
    }
}

/// Puts a change of a camera's state within a transaction.
async fn put_state(
    on: &mut Transaction,
    camera: &str,
    camera_name: &str,
    change: &StateChange,
) -> Result<(), sqlx::Error> {
    let reasons: Vec<String> = change.reasons.iter().map(word).collect();
    query(PUT)
        .bind(camera)
        .bind(change.at.0.as_microsecond())
        .bind(camera_name)
        .bind(word(&change.state))
        .bind(reasons.join(" "))
        .bind(change.detail.to_record())
        .execute(&mut **on)
        .await
        .map(drop)
}

/// The same of one that was stored before.
pub(super) async fn put_within(
    on: &mut Transaction,
    record: &StateRecord,
) -> Result<(), sqlx::Error> {
    put_state(on, &record.camera, &record.camera_name, &record.change).await
}

/// Puts a time in which the service ran within a transaction.
pub(super) async fn ran_within(
    on: &mut Transaction,
    time: &ServiceTime,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO service_times (started_utc_us, last_utc_us, stopped) VALUES ($1, $2, $3)
         ON CONFLICT (started_utc_us) DO UPDATE SET last_utc_us = excluded.last_utc_us,
            stopped = excluded.stopped",
    )
    .bind(time.started.0.as_microsecond())
    .bind(time.last.0.as_microsecond())
    .bind(time.stopped)
    .execute(&mut **on)
    .await
    .map(drop)
}

impl Database {
    fn put_state_change(
        &self,
        camera: &str,
        camera_name: &str,
        change: &StateChange,
        letters: &[Letter],
    ) -> Result<(), StoreError> {
        self.wait(async {
            let mut transaction = self.begin_write().await?;
            put_state(&mut transaction, camera, camera_name, change).await?;
            put_letters(&mut transaction, letters, None).await?;
            transaction.commit().await
        })
    }

    fn state_changes(
        &self,
        camera: Option<&str>,
        from: WallTime,
        to: WallTime,
    ) -> Result<Vec<StateRecord>, StoreError> {
        let mut q: QueryBuilder =
            QueryBuilder::new("SELECT * FROM camera_states c WHERE at_utc_us < ");
        q.push_bind(to.0.as_microsecond());
        q.push(
            " AND at_utc_us >= COALESCE((SELECT MAX(b.at_utc_us) FROM camera_states b
             WHERE b.camera = c.camera AND b.at_utc_us <= ",
        );
        q.push_bind(from.0.as_microsecond()).push("), ");
        q.push_bind(from.0.as_microsecond()).push(")");
        if let Some(camera) = camera {
            q.push(" AND camera = ").push_bind(camera.to_owned());
        }
        q.push(" ORDER BY camera, at_utc_us");
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        rows.iter().map(|row| self.state(row)).collect()
    }

    fn last_states(&self) -> Result<Vec<StateRecord>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT * FROM camera_states c WHERE at_utc_us = (SELECT MAX(b.at_utc_us)
                 FROM camera_states b WHERE b.camera = c.camera) ORDER BY camera",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter().map(|row| self.state(row)).collect()
    }

    fn state(&self, row: &Row) -> Result<StateRecord, StoreError> {
        let camera: String = self.column(row, "camera")?;
        let reasons: String = self.column(row, "reasons")?;
        let reasons: Result<Vec<Reason>, String> =
            reasons.split_whitespace().map(from_word).collect();
        let reasons = reasons.map_err(|detail| StoreError::UnknownWord {
            id: camera.clone(),
            column: "reasons",
            detail,
        })?;
        Ok(StateRecord {
            change: StateChange {
                at: self.wall(row, &camera, "at_utc_us")?,
                state: self.word(row, &camera, "state")?,
                reasons,
                detail: Detail::from_record(&self.column::<String>(row, "detail")?),
            },
            camera_name: self.column(row, "camera_name")?,
            camera,
        })
    }

    fn begin_service(&self, at: WallTime) -> Result<(), StoreError> {
        self.wait(
            query(
                "INSERT INTO service_times (started_utc_us, last_utc_us, stopped)
                 VALUES ($1, $1, FALSE) ON CONFLICT (started_utc_us) DO NOTHING",
            )
            .bind(at.0.as_microsecond())
            .execute(&self.pool),
        )
        .map(|_| ())
    }

    fn beat(&self, at: WallTime, stopped: bool) -> Result<(), StoreError> {
        // A clock set back does not shorten what is known.
        self.wait(
            query(
                "UPDATE service_times SET stopped = $2,
                    last_utc_us = CASE WHEN last_utc_us < $1 THEN $1 ELSE last_utc_us END
                 WHERE started_utc_us = (SELECT MAX(started_utc_us) FROM service_times)",
            )
            .bind(at.0.as_microsecond())
            .bind(stopped)
            .execute(&self.pool),
        )
        .map(|_| ())
    }

    fn service_times(&self, from: WallTime, to: WallTime) -> Result<Vec<ServiceTime>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT * FROM service_times WHERE last_utc_us >= $1 AND started_utc_us < $2
                 ORDER BY started_utc_us",
            )
            .bind(from.0.as_microsecond())
            .bind(to.0.as_microsecond())
            .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|row| {
                Ok(ServiceTime {
                    started: self.wall(row, "service", "started_utc_us")?,
                    last: self.wall(row, "service", "last_utc_us")?,
                    stopped: self.column(row, "stopped")?,
                })
            })
            .collect()
    }

    fn forget_health(&self, before: WallTime) -> Result<u64, StoreError> {
        let before = before.0.as_microsecond();
        self.wait(async {
            let mut transaction = self.begin_write().await?;
            let states = query(
                "DELETE FROM camera_states WHERE at_utc_us < (SELECT MAX(b.at_utc_us)
                 FROM camera_states b WHERE b.camera = camera_states.camera AND b.at_utc_us <= $1)",
            )
            .bind(before)
            .execute(&mut *transaction)
            .await?;
            let times = query("DELETE FROM service_times WHERE last_utc_us < $1")
                .bind(before)
                .execute(&mut *transaction)
                .await?;
            let looks = query("DELETE FROM view_looks WHERE at_utc_us < $1")
                .bind(before)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(states.rows_affected() + times.rows_affected() + looks.rows_affected())
        })
    }
}
