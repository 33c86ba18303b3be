-- What became of confirmed violations after they left the house: which agency had them handed over, and
-- what it did. Times are microseconds since 1970-01-01 UTC.

CREATE TABLE results (
    event               TEXT   NOT NULL PRIMARY KEY REFERENCES events (id),
    agency              TEXT,
    handed_over_utc_us  BIGINT,
    result              TEXT CHECK
        (result IN ('fined', 'warned', 'no_action', 'unidentified', 'other')),
    result_note         TEXT,
    result_utc_us       BIGINT,
    by_whom             TEXT
);

-- Reports that were made by schedule: each period of a schedule once.
CREATE TABLE reports_made (
    schedule      TEXT   NOT NULL,
    period        TEXT   NOT NULL,
    made_utc_us   BIGINT NOT NULL,
    files         TEXT   NOT NULL,
    PRIMARY KEY (schedule, period)
);
