-- Review: what people decide of events. `status` gets more words; who did what, and why, is kept in
-- `decisions`, which only grows; `reviews` is where each event that was touched stands.

ALTER TABLE events ADD COLUMN review TEXT NOT NULL DEFAULT 'pending'
    CHECK (review IN ('pending', 'acknowledged', 'confirmed', 'dismissed', 'cannot_tell'));
UPDATE events SET review = status WHERE status <> 'pending';
ALTER TABLE events DROP COLUMN status;
ALTER TABLE events RENAME COLUMN review TO status;

CREATE INDEX events_by_status ON events (status, moment_utc_us, id);
CREATE INDEX events_by_outcome ON events (camera, rule, status);

CREATE TABLE reviews (
    event               TEXT   NOT NULL PRIMARY KEY REFERENCES events (id),
    version             BIGINT NOT NULL,
    agency              TEXT,
    assignee            TEXT,
    acknowledged_utc_us BIGINT,
    decided_utc_us      BIGINT,
    decided_by          TEXT,
    reason              TEXT,
    plate               TEXT,
    merged_into         TEXT,
    second_look         TEXT
);

CREATE INDEX reviews_by_plate ON reviews (plate);
CREATE INDEX reviews_by_reviewer ON reviews (decided_by, decided_utc_us);
CREATE INDEX reviews_by_second_look ON reviews (second_look);

CREATE TABLE decisions (
    number      BIGINT NOT NULL PRIMARY KEY,
    event       TEXT   NOT NULL REFERENCES events (id),
    version     BIGINT NOT NULL,
    at_utc_us   BIGINT NOT NULL,
    by_whom     TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    from_status TEXT   NOT NULL,
    to_status   TEXT   NOT NULL,
    reason      TEXT,
    note        TEXT,
    plate       TEXT,
    other       TEXT,
    request_key TEXT   NOT NULL UNIQUE,
    UNIQUE (event, version)
);
