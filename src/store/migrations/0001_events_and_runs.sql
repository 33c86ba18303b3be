-- Types and statements that SQLite and PostgreSQL both understand.
-- Times are microseconds: *_utc_us since 1970-01-01 UTC, *_media_us since the source's beginning.

CREATE TABLE events (
    id                 TEXT    NOT NULL PRIMARY KEY,
    kind               TEXT    NOT NULL,
    domain             TEXT    NOT NULL,
    severity           TEXT    NOT NULL,
    camera             TEXT    NOT NULL,
    camera_name        TEXT    NOT NULL,
    ward               TEXT,
    zone               TEXT    NOT NULL,
    rule               TEXT    NOT NULL,
    source             TEXT    NOT NULL,
    source_fingerprint TEXT    NOT NULL,
    incident_key       TEXT    NOT NULL,
    start_media_us     BIGINT  NOT NULL,
    moment_media_us    BIGINT  NOT NULL,
    end_media_us       BIGINT  NOT NULL,
    start_utc_us       BIGINT  NOT NULL,
    moment_utc_us      BIGINT  NOT NULL,
    end_utc_us         BIGINT  NOT NULL,
    clock_quality      TEXT    NOT NULL,
    closing            TEXT    NOT NULL,
    complete           BOOLEAN NOT NULL,
    status             TEXT    NOT NULL CHECK (status IN ('pending', 'confirmed', 'dismissed')),
    evidence           TEXT    NOT NULL,
    subject_class      TEXT    NOT NULL,
    provision          TEXT,
    model              TEXT    NOT NULL,
    software_version   TEXT    NOT NULL
);

CREATE INDEX events_by_time ON events (start_utc_us, id);
CREATE INDEX events_by_source ON events (source_fingerprint, start_utc_us, id);

CREATE TABLE runs (
    id              TEXT   NOT NULL PRIMARY KEY,
    started_utc_us  BIGINT NOT NULL,
    finished_utc_us BIGINT,
    command         TEXT   NOT NULL,
    version         TEXT   NOT NULL
);

CREATE TABLE run_sources (
    run_id             TEXT             NOT NULL REFERENCES runs (id),
    path               TEXT             NOT NULL,
    camera             TEXT             NOT NULL,
    source_fingerprint TEXT,
    frames             BIGINT           NOT NULL,
    footage_seconds    DOUBLE PRECISION NOT NULL,
    wall_seconds       DOUBLE PRECISION NOT NULL,
    outcome            TEXT             NOT NULL,
    message            TEXT,
    clock_note         TEXT,
    PRIMARY KEY (run_id, path, camera)
);
