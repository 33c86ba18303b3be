-- What the next addition to the daily chain enters: events whose evidence was sealed, and removals.
-- `turn` counts how often it was put here, so that what comes again meanwhile is not forgotten.
CREATE TABLE chain_waiting (
    event            TEXT    NOT NULL,
    sort             TEXT    NOT NULL,
    manifest_sha256  TEXT,
    removed_utc_us   BIGINT,
    rule             TEXT,
    turn             BIGINT  NOT NULL,
    PRIMARY KEY (event, sort)
);

-- What was sealed before there was a chain is entered on its first day.
INSERT INTO chain_waiting (event, sort, turn)
    SELECT id, 'sealed', 1 FROM events WHERE evidence_state IN ('whole', 'incomplete');

-- The days of the chain and their heads, as they were written: a file written anew differs.
CREATE TABLE chain_days (
    day              TEXT    PRIMARY KEY,
    head             TEXT    NOT NULL,
    entries          BIGINT  NOT NULL,
    written_utc_us   BIGINT  NOT NULL
);

-- Evidence that is kept for a case, whatever its age and however full the disk.
CREATE TABLE holds (
    id               TEXT    PRIMARY KEY,
    event            TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    by_whom          TEXT    NOT NULL,
    at_utc_us        BIGINT  NOT NULL,
    until_utc_us     BIGINT,
    lifted_utc_us    BIGINT,
    lifted_by        TEXT,
    lifted_reason    TEXT
);

CREATE INDEX holds_by_event ON holds (event);
