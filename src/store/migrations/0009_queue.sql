-- What a desk asks for most: what waits, by time; and one camera's, kind's or ward's events, by time.

CREATE INDEX events_by_status_start ON events (status, start_utc_us, id);
CREATE INDEX events_by_camera ON events (camera, start_utc_us, id);
CREATE INDEX events_by_kind ON events (kind, start_utc_us, id);
CREATE INDEX events_by_ward ON events (ward, start_utc_us, id);
