-- Where and how the subject looked, as JSON, and which event this one is another sighting of:
-- `follows` the sighting before it, `same_as` the first of all.

ALTER TABLE events ADD COLUMN place TEXT;
ALTER TABLE events ADD COLUMN follows TEXT;
ALTER TABLE events ADD COLUMN same_as TEXT;

CREATE INDEX events_by_rule ON events (camera, rule, start_utc_us, id);
CREATE INDEX events_by_follows ON events (follows);
CREATE INDEX events_by_same_as ON events (same_as);
