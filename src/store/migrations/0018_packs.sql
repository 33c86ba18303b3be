-- What other agencies ask for, who allowed it, and the packs that were made of it.

CREATE TABLE requests (
    id TEXT PRIMARY KEY NOT NULL,
    state TEXT NOT NULL,
    agency TEXT NOT NULL,
    receiver TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    valid_days BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_utc_us BIGINT NOT NULL,
    decided_by TEXT,
    decided_utc_us BIGINT,
    decision_note TEXT,
    trouble TEXT
);
CREATE INDEX requests_by_time ON requests (asked_utc_us, id);

-- Ward and domain stay known when the event's record is gone: they say who may see the request.
CREATE TABLE request_events (
    request TEXT NOT NULL REFERENCES requests (id),
    event TEXT NOT NULL,
    ward TEXT,
    domain TEXT NOT NULL,
    PRIMARY KEY (request, event)
);
CREATE INDEX request_events_by_event ON request_events (event);

CREATE TABLE packs (
    id TEXT PRIMARY KEY NOT NULL,
    request TEXT NOT NULL UNIQUE REFERENCES requests (id),
    made_utc_us BIGINT NOT NULL,
    expires_utc_us BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    key_id TEXT NOT NULL
);
