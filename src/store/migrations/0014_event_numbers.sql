-- The order in which events were stored: what a desk has not heard of yet is what came after a number.
-- Those that are there already were stored in an order that nobody needs any more.

ALTER TABLE events ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE events SET number = counted.number
    FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY start_utc_us, id) AS number FROM events) AS counted
    WHERE counted.id = events.id;
CREATE UNIQUE INDEX events_by_number ON events (number);
