//! Requests and packs in the database; every change with its entry in the audit trail.

use super::audit::NewEntry;
use super::audit_table;
use super::database::{Database, QueryBuilder, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::handover::{HandoverRequest, PackRecord, RequestDecision, RequestState, RequestedEvent};
use super::inventory::UndecidedRequest;
use super::result_table::hand_over;
use super::word::word;
use crate::media::WallTime;
use std::collections::BTreeMap;

/// A request and its pack, where there is one.
const READ: &str = "
SELECT requests.*, packs.id AS pack, packs.made_utc_us, packs.expires_utc_us, packs.bytes,
    packs.sha256, packs.manifest_sha256, packs.key_id
FROM requests LEFT JOIN packs ON packs.request = requests.id WHERE ";

const PUT: &str = "
INSERT INTO requests (id, state, agency, receiver, purpose, legal_basis, valid_days, asked_by,
    asked_utc_us, asked_range)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const PUT_PACK: &str = "
INSERT INTO packs (id, request, made_utc_us, expires_utc_us, bytes, sha256, manifest_sha256, key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

impl Store {
    /// Keeps a new request.
    ///
    /// # Errors
    /// The database's; nothing is kept then.
    pub fn put_request(
        &self,
        request: &HandoverRequest,
        entry: &NewEntry,
    ) -> Result<(), StoreError> {
        let db = self.database();
        let range = request.range.as_ref().and_then(|r| serde_json::to_string(r).ok());
        db.wait(async {
            let mut on = db.begin_write().await?;
            query(PUT)
                .bind(&request.id)
                .bind(word(&request.state))
                .bind(&request.agency)
                .bind(&request.receiver)
                .bind(&request.purpose)
                .bind(&request.legal_basis)
                .bind(i64::from(request.valid_days))
                .bind(&request.asked_by)
                .bind(request.asked.0.as_microsecond())
                .bind(range)
                .execute(&mut *on)
                .await?;
            for event in &request.events {
                query("INSERT INTO request_events (request, event, ward, domain) VALUES ($1, $2, $3, $4)")
                    .bind(&request.id)
                    .bind(&event.event)
                    .bind(&event.ward)
                    .bind(word(&event.domain))
                    .execute(&mut *on)
                    .await?;
            }
            audit_table::append(&mut on, entry).await?;
            on.commit().await
        })
    }

    /// The request of that id.
    pub fn request(&self, id: &str) -> Result<Option<HandoverRequest>, StoreError> {
        let mut q = QueryBuilder::new(READ);
        q.push("requests.id = ").push_bind(id.to_owned());
        Ok(self.read_requests(q)?.pop())
    }

    /// The request whose pack has that id.
    pub fn request_of_pack(&self, pack: &str) -> Result<Option<HandoverRequest>, StoreError> {
        let mut q = QueryBuilder::new(READ);
        q.push("packs.id = ").push_bind(pack.to_owned());
        Ok(self.read_requests(q)?.pop())
    }

    /// Requests, the newest first: those of a state, or all; before the one of this id, or from the
    /// newest on.
    pub fn requests(
        &self,
        state: Option<RequestState>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<HandoverRequest>, StoreError> {
        let mut q = QueryBuilder::new(READ);
        q.push("1 = 1");
        if let Some(state) = state {
            q.push(" AND requests.state = ").push_bind(word(&state));
        }
        if let Some(id) = before {
            q.push(" AND EXISTS (SELECT 1 FROM requests AS last WHERE last.id = ");
            q.push_bind(id.to_owned());
            q.push(" AND (requests.asked_utc_us < last.asked_utc_us OR (");
            q.push("requests.asked_utc_us = last.asked_utc_us AND requests.id < last.id)))");
        }
        q.push(" ORDER BY requests.asked_utc_us DESC, requests.id DESC LIMIT ");
        q.push_bind(i64::from(limit));
        self.read_requests(q)
    }

    /// Allows or refuses a request that nobody has decided, or refuses one that was allowed and whose
    /// pack could not be made; false: it does not stand there, or is not there.
    ///
    /// # Errors
    /// The database's; nothing is changed then.
    pub fn decide_request(
        &self,
        id: &str,
        decision: &RequestDecision,
        entry: &NewEntry,
    ) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let done = query(
                "UPDATE requests SET state = $1, decided_by = $2, decided_utc_us = $3,
                    decision_note = $4, trouble = NULL
                WHERE id = $5 AND (state = 'asked'
                    OR (state = 'approved' AND trouble IS NOT NULL AND $6 = 'refused'))",
            )
            .bind(word(&decision.to))
            .bind(&decision.by)
            .bind(decision.at.0.as_microsecond())
            .bind(&decision.note)
            .bind(id)
            .bind(word(&decision.to))
            .execute(&mut *on)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            audit_table::append(&mut on, entry).await?;
            on.commit().await?;
            Ok(true)
        })
    }

    /// Keeps that a request's pack was made; false: the request does not wait for one.
    ///
    /// # Errors
    /// The database's; nothing is changed then.
    pub fn put_pack(&self, pack: &PackRecord, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let done = query(
                "UPDATE requests SET state = 'packed', trouble = NULL
                WHERE id = $1 AND state = 'approved'",
            )
            .bind(&pack.request)
            .execute(&mut *on)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            query(PUT_PACK)
                .bind(&pack.id)
                .bind(&pack.request)
                .bind(pack.made.0.as_microsecond())
                .bind(pack.expires.0.as_microsecond())
                .bind(i64::try_from(pack.bytes).unwrap_or(i64::MAX))
                .bind(&pack.sha256)
                .bind(&pack.manifest_sha256)
                .bind(&pack.key_id)
                .execute(&mut *on)
                .await?;
            // Reports count them as packed to be handed over from here on.
            let agency: String = query_scalar("SELECT agency FROM requests WHERE id = $1")
                .bind(&pack.request)
                .fetch_one(&mut *on)
                .await?;
            let events: Vec<String> =
                query_scalar("SELECT event FROM request_events WHERE request = $1 ORDER BY event")
                    .bind(&pack.request)
                    .fetch_all(&mut *on)
                    .await?;
            hand_over(&mut on, &events, &agency, pack.made).await?;
            audit_table::append(&mut on, entry).await?;
            on.commit().await?;
            Ok(true)
        })
    }

    /// Has a request whose pack could not be made wait for it again; `false`: it waits already.
    ///
    /// # Errors
    /// The database's; nothing is changed then.
    pub fn forget_request_trouble(&self, id: &str, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let again = "UPDATE requests SET trouble = NULL
                WHERE id = $1 AND state = 'approved' AND trouble IS NOT NULL";
            let done = query(again).bind(id).execute(&mut *on).await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            audit_table::append(&mut on, entry).await?;
            on.commit().await?;
            Ok(true)
        })
    }

    /// Keeps why a request's pack could not be made.
    ///
    /// # Errors
    /// The database's; nothing is changed then.
    pub fn put_request_trouble(
        &self,
        id: &str,
        trouble: &str,
        entry: &NewEntry,
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let done =
                query("UPDATE requests SET trouble = $1 WHERE id = $2 AND state = 'approved'")
                    .bind(trouble)
                    .bind(id)
                    .execute(&mut *on)
                    .await?;
            // It waits for no pack any more: whatever went wrong is of no matter.
            if done.rows_affected() == 0 {
                return Ok(());
            }
            audit_table::append(&mut on, entry).await?;
            on.commit().await
        })
    }

    /// The packs that are over and still there.
    pub fn packs_over(&self, now: WallTime) -> Result<Vec<HandoverRequest>, StoreError> {
        let mut q = QueryBuilder::new(READ);
        q.push("requests.state = 'packed' AND packs.expires_utc_us <= ");
        q.push_bind(now.0.as_microsecond());
        q.push(" ORDER BY packs.expires_utc_us, packs.id LIMIT 1000");
        self.read_requests(q)
    }

    /// Keeps that a pack is over; false: it was known.
    ///
    /// # Errors
    /// The database's; nothing is changed then.
    pub fn expire_request(&self, id: &str, entry: &NewEntry) -> Result<bool, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let done = expire(&mut on, id).await?;
            if done {
                audit_table::append(&mut on, entry).await?;
                on.commit().await?;
            }
            Ok(done)
        })
    }

    /// How many requests wait for a second person.
    pub fn requests_asked(&self) -> Result<u64, StoreError> {
        let db = self.database();
        let many: i64 = db.wait(
            query_scalar("SELECT COUNT(*) FROM requests WHERE state = 'asked'").fetch_one(&db.pool),
        )?;
        Ok(many as u64)
    }

    fn read_requests(&self, q: QueryBuilder) -> Result<Vec<HandoverRequest>, StoreError> {
        let db = self.database();
        let rows = db.wait(q.build().fetch_all(&db.pool))?;
        let mut requests =
            rows.iter().map(|row| db.request(row)).collect::<Result<Vec<_>, StoreError>>()?;
        if requests.is_empty() {
            return Ok(requests);
        }
        let mut q = QueryBuilder::new("SELECT * FROM request_events WHERE request IN (");
        let mut list = q.separated(", ");
        for request in &requests {
            list.push_bind(request.id.clone());
        }
        q.push(") ORDER BY request, event");
        let mut events: BTreeMap<String, Vec<RequestedEvent>> = BTreeMap::new();
        for row in db.wait(q.build().fetch_all(&db.pool))? {
            let request: String = db.column(&row, "request")?;
            let event: String = db.column(&row, "event")?;
            let domain = db.word(&row, &request, "domain")?;
            let event = RequestedEvent { event, ward: db.column(&row, "ward")?, domain };
            events.entry(request).or_default().push(event);
        }
        for request in &mut requests {
            request.events = events.remove(&request.id).unwrap_or_default();
        }
        Ok(requests)
    }
}

async fn expire(on: &mut Transaction, id: &str) -> Result<bool, sqlx::Error> {
    let done = query("UPDATE requests SET state = 'expired' WHERE id = $1 AND state = 'packed'")
        .bind(id)
        .execute(&mut **on)
        .await?;
    Ok(done.rows_affected() > 0)
}

impl Database {
    /// Those that are neither refused nor answered with a pack, the oldest first.
    pub(super) fn undecided_requests(&self) -> Result<Vec<UndecidedRequest>, StoreError> {
        let asked = query(
            "SELECT id, agency, asked_utc_us FROM requests WHERE state IN ('asked', 'approved')
            ORDER BY asked_utc_us, id",
        );
        let rows = self.wait(asked.fetch_all(&self.pool))?;
        let each = rows.iter().map(|row| {
            let id: String = self.column(row, "id")?;
            let asked = self.wall(row, &id, "asked_utc_us")?;
            Ok(UndecidedRequest { agency: self.column(row, "agency")?, asked, id })
        });
        each.collect()
    }

    fn request(&self, row: &Row) -> Result<HandoverRequest, StoreError> {
        let id: String = self.column(row, "id")?;
        let pack: Option<String> = self.column(row, "pack")?;
        let pack = pack.map(|pack| self.pack(row, pack, &id)).transpose()?;
        Ok(HandoverRequest {
            state: self.word(row, &id, "state")?,
            agency: self.column(row, "agency")?,
            receiver: self.column(row, "receiver")?,
            purpose: self.column(row, "purpose")?,
            legal_basis: self.column(row, "legal_basis")?,
            valid_days: u32::try_from(self.column::<i64>(row, "valid_days")?).unwrap_or(0),
            asked_by: self.column(row, "asked_by")?,
            asked: self.wall(row, &id, "asked_utc_us")?,
            decided_by: self.column(row, "decided_by")?,
            decided: self.maybe_wall(row, &id, "decided_utc_us")?,
            decision_note: self.column(row, "decision_note")?,
            trouble: self.column(row, "trouble")?,
            range: self
                .column::<Option<String>>(row, "asked_range")?
                .and_then(|r| serde_json::from_str(&r).ok()),
            events: Vec::new(),
            pack,
            id,
        })
    }

    fn pack(&self, row: &Row, id: String, request: &str) -> Result<PackRecord, StoreError> {
        Ok(PackRecord {
            request: request.to_owned(),
            made: self.wall(row, &id, "made_utc_us")?,
            expires: self.wall(row, &id, "expires_utc_us")?,
            bytes: u64::try_from(self.column::<i64>(row, "bytes")?).unwrap_or(0),
            sha256: self.column(row, "sha256")?,
            manifest_sha256: self.column(row, "manifest_sha256")?,
            key_id: self.column(row, "key_id")?,
            id,
        })
    }
}
