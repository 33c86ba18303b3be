-- When an event's evidence was sealed, as its manifest's file says; noted when it is counted first. Ages
-- of what nobody has decided on are reckoned from it.
ALTER TABLE events ADD COLUMN evidence_stored_utc_us BIGINT;
