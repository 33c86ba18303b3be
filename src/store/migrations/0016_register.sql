-- The register of places and cameras: what is planned, what stands, who gave it and what it cost. Days
-- are ISO texts (local), times microseconds since 1970-01-01 UTC, money whole đồng, positions degrees.

CREATE TABLE register_contracts (
    name   TEXT NOT NULL PRIMARY KEY,
    vendor TEXT
);

-- A place is where one or several cameras stand.
CREATE TABLE register_places (
    ward TEXT NOT NULL,
    name TEXT NOT NULL,
    lat  DOUBLE PRECISION,
    lon  DOUBLE PRECISION,
    PRIMARY KEY (ward, name)
);

-- `consent`: whether the contributor agreed to be named.
CREATE TABLE register_cameras (
    code           TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    ward           TEXT    NOT NULL,
    stage          TEXT,
    place          TEXT,
    lat            DOUBLE PRECISION,
    lon            DOUBLE PRECISION,
    owner          TEXT,
    vendor         TEXT,
    contract       TEXT,
    funding        TEXT,
    contributor    TEXT,
    consent        BOOLEAN NOT NULL,
    cost_dong      BIGINT,
    state          TEXT    NOT NULL CHECK (state IN ('planned', 'installed', 'removed')),
    installed_on   TEXT,
    note           TEXT,
    changed_utc_us BIGINT  NOT NULL
);

CREATE INDEX register_cameras_by_ward ON register_cameras (ward, stage, state);

-- Where a camera stood before it was moved, and where since.
CREATE TABLE register_moves (
    code      TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    at_utc_us BIGINT NOT NULL,
    from_ward  TEXT  NOT NULL,
    from_place TEXT,
    from_lat  DOUBLE PRECISION,
    from_lon  DOUBLE PRECISION,
    to_ward   TEXT   NOT NULL,
    to_place  TEXT,
    to_lat    DOUBLE PRECISION,
    to_lon    DOUBLE PRECISION,
    reason    TEXT,
    moved_by  TEXT   NOT NULL,
    PRIMARY KEY (code, number)
);

-- Every change of the register; the last number says which state somebody has seen.
CREATE TABLE register_imports (
    number    BIGINT NOT NULL PRIMARY KEY,
    at_utc_us BIGINT NOT NULL,
    done_by   TEXT   NOT NULL,
    file      TEXT   NOT NULL,
    sha256    TEXT   NOT NULL,
    lines     BIGINT NOT NULL,
    added     BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    moved     BIGINT NOT NULL
);

-- What looking at a camera's pictures told of its view, by source, local day and half of the day: how
-- many were looked at, and in how many each thing was wrong; `brightness` is the sum of their medians, 0
-- to 255 each. The same source looked at again takes its own place.
CREATE TABLE view_looks (
    camera     TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    day        TEXT   NOT NULL,
    night      BOOLEAN NOT NULL,
    looks      BIGINT NOT NULL,
    dark       BIGINT NOT NULL,
    glare      BIGINT NOT NULL,
    black      BIGINT NOT NULL,
    covered    BIGINT NOT NULL,
    defocused  BIGINT NOT NULL,
    moved      BIGINT NOT NULL,
    frozen     BIGINT NOT NULL,
    brightness BIGINT NOT NULL,
    at_utc_us  BIGINT NOT NULL,
    PRIMARY KEY (camera, source, day, night)
);

CREATE INDEX view_looks_by_time ON view_looks (at_utc_us);
