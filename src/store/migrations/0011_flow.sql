-- The flow of review: from when the targets of an event count where not from its moment (it was opened
-- again), which overdue steps were told to whose sinks, and the searches that users keep.
-- Times are microseconds since 1970-01-01 UTC.

ALTER TABLE reviews ADD COLUMN due_from_utc_us BIGINT;

CREATE INDEX reviews_by_due_from ON reviews (due_from_utc_us);
CREATE INDEX reviews_by_agency ON reviews (agency);

-- What an event is the same as, and what was merged into it.
CREATE INDEX reviews_by_merged ON reviews (merged_into);

-- `counted_utc_us`: from when the target counted. `digest`: told as one of many.
CREATE TABLE escalations (
    event          TEXT    NOT NULL,
    stage          TEXT    NOT NULL CHECK (stage IN ('acknowledge', 'decide')),
    agency         TEXT    NOT NULL,
    counted_utc_us BIGINT  NOT NULL,
    at_utc_us      BIGINT  NOT NULL,
    digest         BOOLEAN NOT NULL,
    PRIMARY KEY (event, stage, agency, counted_utc_us)
);

CREATE INDEX escalations_by_agency ON escalations (agency, digest, at_utc_us);

CREATE TABLE searches (
    id             TEXT   NOT NULL PRIMARY KEY,
    user_id        TEXT   NOT NULL REFERENCES users (id),
    name           TEXT   NOT NULL,
    query          TEXT   NOT NULL,
    created_utc_us BIGINT NOT NULL,
    UNIQUE (user_id, name)
);
