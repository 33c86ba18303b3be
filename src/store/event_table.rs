//! Events in the database: rows to records and back.

use super::chain_table;
use super::database::{Database, QueryBuilder, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::evidence_state::EvidenceState;
use super::filter::EventFilter;
use super::letter::Letter;
use super::outbox_table::put_letters;
use super::record::{EventRecord, Put};
use super::review_table::replaced;
use super::word::word;
use crate::media::{MediaTime, WallTime};

/// An incomplete event gives way to the complete one, an open one to what became of it, one without
/// evidence to one with; `status` is a person's and stays, unless what he saw was replaced by more.
const PUT: &str = "
INSERT INTO events (
    id, kind, domain, severity, camera, camera_name, ward, zone, rule, source, source_fingerprint,
    incident_key, start_media_us, moment_media_us, end_media_us, start_utc_us, moment_utc_us,
    end_utc_us, clock_quality, closing, complete, status, evidence, subject_class, provision, model,
    software_version, place, evidence_state, evidence_note, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
    (SELECT COALESCE(MAX(number), 0) + 1 FROM events))
ON CONFLICT (id) DO UPDATE SET
    kind = excluded.kind, domain = excluded.domain, severity = excluded.severity,
    camera = excluded.camera, camera_name = excluded.camera_name, ward = excluded.ward,
    zone = excluded.zone, rule = excluded.rule, source = excluded.source,
    source_fingerprint = excluded.source_fingerprint, incident_key = excluded.incident_key,
    start_media_us = excluded.start_media_us, moment_media_us = excluded.moment_media_us,
    end_media_us = excluded.end_media_us, start_utc_us = excluded.start_utc_us,
    moment_utc_us = excluded.moment_utc_us, end_utc_us = excluded.end_utc_us,
    clock_quality = excluded.clock_quality, closing = excluded.closing,
    complete = excluded.complete, evidence = excluded.evidence,
    subject_class = excluded.subject_class, provision = excluded.provision,
    model = excluded.model, software_version = excluded.software_version,
    place = excluded.place, evidence_state = excluded.evidence_state,
    evidence_note = excluded.evidence_note, evidence_bytes = NULL, evidence_stored_utc_us = NULL
WHERE (events.complete = FALSE AND excluded.complete = TRUE)
    OR (events.evidence_state = 'open'
        AND (excluded.evidence_state <> 'open' OR excluded.closing <> 'interrupted'))
    OR (events.evidence_state IN ('none', 'removed')
        AND excluded.evidence_state IN ('whole', 'incomplete'))";

const EVENTS: &str = "
SELECT events.*, (SELECT COUNT(*) + 1 FROM events s
    WHERE s.same_as = COALESCE(events.same_as, events.id)) AS sightings
FROM events WHERE TRUE";

/// Only the event that stands for each incident, or, where that began at no time asked for, the first
/// that did.
const FIRST: &str = " AND (same_as IS NULL OR NOT EXISTS (SELECT 1 FROM events f
    WHERE (f.id = events.same_as OR f.same_as = events.same_as)
    AND (f.same_as IS NULL OR (f.start_utc_us, f.id) < (events.start_utc_us, events.id))
    AND f.start_utc_us >= ";

impl Database {
    pub(super) fn put_event(&self, e: &EventRecord, letters: &[Letter]) -> Result<Put, StoreError> {
        let (put, linked) = self.wait(async {
            let mut transaction = self.begin_write().await?;
            let done = self.put_within(&mut transaction, e, letters).await?;
            transaction.commit().await?;
            Ok(done)
        })?;
        linked.map(|()| put)
    }

    /// Puts an event within a transaction. What the second says of neighbours that cannot be read
    /// undoes nothing.
    pub(super) async fn put_within(
        &self,
        on: &mut Transaction,
        e: &EventRecord,
        letters: &[Letter],
    ) -> Result<(Put, Result<(), StoreError>), sqlx::Error> {
        let media = |seconds| MediaTime::from_seconds(seconds).0;
        let place = e.place.as_ref().and_then(|p| serde_json::to_string(p).ok());
        let known: Option<String> = query_scalar("SELECT evidence_state FROM events WHERE id = $1")
            .bind(&e.id)
            .fetch_optional(&mut **on)
            .await?;
        let done = query(PUT)
            .bind(&e.id)
            .bind(word(&e.kind))
            .bind(word(&e.domain))
            .bind(word(&e.severity))
            .bind(&e.camera)
            .bind(&e.camera_name)
            .bind(&e.ward)
            .bind(&e.zone)
            .bind(&e.rule)
            .bind(&e.source)
            .bind(&e.source_fingerprint)
            .bind(&e.incident_key)
            .bind(media(e.start_media_seconds))
            .bind(media(e.moment_media_seconds))
            .bind(media(e.end_media_seconds))
            .bind(e.start_utc.0.as_microsecond())
            .bind(e.moment_utc.0.as_microsecond())
            .bind(e.end_utc.0.as_microsecond())
            .bind(word(&e.clock_quality))
            .bind(word(&e.closing))
            .bind(e.complete)
            .bind(word(&e.status))
            .bind(&e.evidence)
            .bind(word(&e.subject_class))
            .bind(&e.provision)
            .bind(&e.model)
            .bind(&e.software_version)
            .bind(&place)
            .bind(word(&e.evidence_state))
            .bind(&e.evidence_note)
            .execute(&mut **on)
            .await?;
        let put = match (&known, done.rows_affected()) {
            (None, _) => Put::New,
            (Some(_), 0) => Put::Same,
            (Some(_), _) => Put::Completed,
        };
        let known = known.filter(|state| *state != word(&EvidenceState::Open));
        if put == Put::Completed && known.is_some() {
            // What went when its time was over was decided on while it was there. Of anything else, what
            // a person had looked at is no longer what is there.
            let gone = known.is_some_and(|state| state == word(&EvidenceState::Removed));
            replaced(on, &e.id, gone).await?;
        }
        if put != Put::Same && e.evidence_state.has_folder() {
            chain_table::sealed(on, &e.id).await?;
        }
        let linked = match put {
            Put::Same => Ok(()),
            Put::New | Put::Completed => self.link(on, e).await?,
        };
        // Which incident it goes on with is known only now.
        if !letters.is_empty() {
            let first: Option<String> = query_scalar("SELECT same_as FROM events WHERE id = $1")
                .bind(&e.id)
                .fetch_one(&mut **on)
                .await?;
            put_letters(on, letters, first.as_deref()).await?;
        }
        Ok((put, linked))
    }

    pub(super) fn knows_event(&self, id: &str) -> Result<bool, StoreError> {
        let known: i64 = self.wait(
            query_scalar("SELECT COUNT(*) FROM events WHERE id = $1")
                .bind(id)
                .fetch_one(&self.pool),
        )?;
        Ok(known > 0)
    }

    /// Ordered by start, then id.
    pub(super) fn open_events(&self) -> Result<Vec<EventRecord>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(EVENTS);
        q.push(" AND evidence_state = ").push_bind(word(&EvidenceState::Open));
        q.push(" ORDER BY start_utc_us, id");
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        rows.iter().map(|row| self.event(row)).collect()
    }

    /// Ordered by start, then id.
    pub(super) fn events(&self, f: &EventFilter) -> Result<Vec<EventRecord>, StoreError> {
        let mut q: QueryBuilder = QueryBuilder::new(EVENTS);
        let texts = [
            (" AND camera = ", f.camera.clone()),
            (" AND kind = ", f.kind.map(|k| word(&k))),
            (" AND domain = ", f.domain.map(|d| word(&d))),
            (" AND status = ", f.status.map(|s| word(&s))),
            (" AND source_fingerprint = ", f.source_fingerprint.clone()),
        ];
        for (sql, text) in texts {
            if let Some(text) = text {
                q.push(sql).push_bind(text);
            }
        }
        for (sql, time) in [(" AND start_utc_us >= ", f.from), (" AND start_utc_us < ", f.to)] {
            if let Some(WallTime(t)) = time {
                q.push(sql).push_bind(t.as_microsecond());
            }
        }
        if f.merged {
            let from = f.from.map_or(i64::MIN, |WallTime(t)| t.as_microsecond());
            let to = f.to.map_or(i64::MAX, |WallTime(t)| t.as_microsecond());
            q.push(FIRST).push_bind(from).push(" AND f.start_utc_us < ").push_bind(to).push("))");
        }
        if let Some(c) = &f.after {
            q.push(" AND (start_utc_us, id) > (")
                .push_bind(c.start_utc.0.as_microsecond())
                .push(", ")
                .push_bind(c.id.clone())
                .push(")");
        }
        q.push(" ORDER BY start_utc_us, id");
        if let Some(n) = f.limit {
            q.push(" LIMIT ").push_bind(i64::try_from(n).unwrap_or(i64::MAX));
        }
        let rows = self.wait(q.build().fetch_all(&self.pool))?;
        rows.iter().map(|row| self.event(row)).collect()
    }

    pub(super) fn event(&self, row: &Row) -> Result<EventRecord, StoreError> {
        let id: String = self.column(row, "id")?;
        let text = |column| self.column::<String>(row, column);
        let media = |column| Ok::<f64, StoreError>(MediaTime(self.column(row, column)?).seconds());
        let wall = |column| self.wall(row, &id, column);
        Ok(EventRecord {
            kind: self.word(row, &id, "kind")?,
            domain: self.word(row, &id, "domain")?,
            severity: self.word(row, &id, "severity")?,
            camera: text("camera")?,
            camera_name: text("camera_name")?,
            ward: self.column(row, "ward")?,
            zone: text("zone")?,
            rule: text("rule")?,
            source: text("source")?,
            source_fingerprint: text("source_fingerprint")?,
            incident_key: text("incident_key")?,
            start_media_seconds: media("start_media_us")?,
            moment_media_seconds: media("moment_media_us")?,
            end_media_seconds: media("end_media_us")?,
            start_utc: wall("start_utc_us")?,
            moment_utc: wall("moment_utc_us")?,
            end_utc: wall("end_utc_us")?,
            clock_quality: self.word(row, &id, "clock_quality")?,
            closing: self.word(row, &id, "closing")?,
            complete: self.column(row, "complete")?,
            status: self.word(row, &id, "status")?,
            evidence: text("evidence")?,
            evidence_state: self.word(row, &id, "evidence_state")?,
            evidence_note: self.column(row, "evidence_note")?,
            subject_class: self.word(row, &id, "subject_class")?,
            provision: self.column(row, "provision")?,
            model: text("model")?,
            software_version: text("software_version")?,
            same_as: self.column(row, "same_as")?,
            sightings: u64::try_from(self.column::<i64>(row, "sightings")?).unwrap_or(1),
            place: self
                .column::<Option<String>>(row, "place")?
                .and_then(|p| serde_json::from_str(&p).ok()),
            id,
        })
    }
}
