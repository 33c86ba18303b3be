-- What was drawn in camera files, version by version. Drawings alone, as JSON: the rest of a camera
-- file may hold secrets.

CREATE TABLE scene_versions (
    camera      TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    at_utc_us   BIGINT NOT NULL,
    by_whom     TEXT   NOT NULL,
    why         TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    drawing     TEXT   NOT NULL,
    PRIMARY KEY (camera, number)
);
