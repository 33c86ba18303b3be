-- Where an event's evidence stands: `open` until it is sealed, then `whole`, `incomplete`, `none`,
-- or `removed` by retention; why, where it is not whole; and what it takes on the disk.

ALTER TABLE events ADD COLUMN evidence_state TEXT NOT NULL DEFAULT 'whole'
    CHECK (evidence_state IN ('open', 'whole', 'incomplete', 'none', 'removed'));
ALTER TABLE events ADD COLUMN evidence_note TEXT;
ALTER TABLE events ADD COLUMN evidence_bytes BIGINT;

CREATE INDEX events_by_evidence ON events (evidence_state, moment_utc_us);
