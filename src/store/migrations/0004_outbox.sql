-- Letters to sinks: what is told, how often it was tried, and what became of it.
-- `subject` is the event or camera told of, `thread` the first sighting of the incident (letters of one
-- thread go out in the order of `number`); `follows`: its sink was told of the thread before.

CREATE TABLE outbox (
    key              TEXT    NOT NULL PRIMARY KEY,
    number           BIGINT  NOT NULL,
    sink             TEXT    NOT NULL,
    subject          TEXT    NOT NULL,
    thread           TEXT    NOT NULL,
    follows          BOOLEAN NOT NULL,
    recovery         BOOLEAN NOT NULL,
    at_utc_us        BIGINT  NOT NULL,
    body             TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    tries            BIGINT  NOT NULL,
    held             BIGINT  NOT NULL,
    next_try_utc_us  BIGINT  NOT NULL,
    first_try_utc_us BIGINT,
    ended_utc_us     BIGINT,
    why              TEXT,
    receipt          TEXT
);

CREATE INDEX outbox_by_number ON outbox (number);
CREATE INDEX outbox_by_thread ON outbox (sink, thread, number);
CREATE INDEX outbox_by_state ON outbox (sink, state, next_try_utc_us, number);
