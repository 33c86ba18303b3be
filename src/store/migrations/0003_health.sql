-- What each camera's state was from when on, and when the service ran, so that the time it did not run
-- is held against nobody's camera. Times are microseconds since 1970-01-01 UTC.

CREATE TABLE camera_states (
    camera      TEXT   NOT NULL,
    at_utc_us   BIGINT NOT NULL,
    camera_name TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('seeing', 'degraded', 'blind', 'offline')),
    reasons     TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    PRIMARY KEY (camera, at_utc_us)
);

CREATE INDEX camera_states_by_time ON camera_states (at_utc_us);

CREATE TABLE service_times (
    started_utc_us BIGINT  NOT NULL PRIMARY KEY,
    last_utc_us    BIGINT  NOT NULL,
    stopped        BOOLEAN NOT NULL
);
