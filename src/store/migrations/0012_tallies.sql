-- What figures, counts and searches by text are read from, so that none of them looks through all
-- events. The rows follow `events` by triggers, which each database has its own words for
-- (src/store/tally_guard.rs); they are counted when these are laid first. `firsts` counts incidents by
-- the first of their sightings.

-- How many events there are of each camera, kind and status, on all days.
CREATE TABLE totals (
    ward      TEXT   NOT NULL,
    camera    TEXT   NOT NULL,
    domain    TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    status    TEXT   NOT NULL,
    firsts    BIGINT NOT NULL,
    sightings BIGINT NOT NULL,
    PRIMARY KEY (ward, camera, domain, kind, status)
);

-- How many incidents began on each local day (days since 1970-01-01 at +07:00), by what they share.
-- `all_kind` and `all_hour` are of all wards together; of the others, `ward` is empty where there is none.
CREATE TABLE tallies (
    sort    TEXT   NOT NULL CHECK (sort IN ('kind', 'hour', 'camera', 'all_kind', 'all_hour')),
    ward    TEXT   NOT NULL,
    day     BIGINT NOT NULL,
    tallied TEXT   NOT NULL,
    domain  TEXT   NOT NULL,
    status  TEXT   NOT NULL,
    firsts  BIGINT NOT NULL,
    PRIMARY KEY (sort, ward, day, tallied, domain, status)
);

-- Every place that events name, in the order in which they were first named.
CREATE TABLE places (
    number      BIGINT NOT NULL PRIMARY KEY,
    camera      TEXT   NOT NULL,
    camera_name TEXT   NOT NULL,
    ward        TEXT   NOT NULL,
    zone        TEXT   NOT NULL,
    UNIQUE (camera, camera_name, ward, zone)
);

-- Queues and searches are answered from these alone: what they order by, then what they leave out.
DROP INDEX events_by_status_start;
DROP INDEX events_by_camera;
DROP INDEX events_by_kind;
DROP INDEX events_by_ward;
CREATE INDEX events_by_status_start ON events
    (status, start_utc_us, id, same_as, ward, domain, kind, camera, subject_class, severity);
CREATE INDEX events_by_camera ON events
    (camera, start_utc_us, id, same_as, status, kind, domain, ward, subject_class, severity);
CREATE INDEX events_by_kind ON events
    (kind, status, start_utc_us, id, same_as, ward, domain, camera, subject_class, severity);
CREATE INDEX events_by_ward ON events
    (ward, status, start_utc_us, id, same_as, kind, domain, camera, subject_class, severity);

-- What is due, by moment.
DROP INDEX events_by_status;
CREATE INDEX events_by_status ON events
    (status, moment_utc_us, id, same_as, ward, domain, kind, camera, subject_class, start_utc_us);

-- Most events are no further sightings: an index of those that are is small, and is taken for nothing
-- else.
DROP INDEX events_by_same_as;
CREATE INDEX events_by_same_as ON events (same_as) WHERE same_as IS NOT NULL;

-- Plates that people have read.
DROP INDEX reviews_by_plate;
CREATE INDEX reviews_by_plate ON reviews (plate, event) WHERE plate IS NOT NULL;
