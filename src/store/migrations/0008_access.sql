-- Who may come in, who is in, and what was done. Times are microseconds since 1970-01-01 UTC.
-- Of secrets of sessions and tokens only the SHA-256 is here; passwords are PHC strings.

CREATE TABLE users (
    id                   TEXT    NOT NULL PRIMARY KEY,
    name                 TEXT    NOT NULL UNIQUE,
    full_name            TEXT    NOT NULL,
    role                 TEXT    NOT NULL CHECK
        (role IN ('viewer', 'reviewer', 'supervisor', 'administrator', 'auditor')),
    wards                TEXT,
    domains              TEXT,
    agency               TEXT,
    language             TEXT    NOT NULL CHECK (language IN ('vi', 'en')),
    password             TEXT    NOT NULL,
    password_set_utc_us  BIGINT  NOT NULL,
    totp                 TEXT,
    totp_begun           TEXT,
    totp_step            BIGINT  NOT NULL,
    disabled             BOOLEAN NOT NULL,
    created_utc_us       BIGINT  NOT NULL,
    last_login_utc_us    BIGINT,
    version              BIGINT  NOT NULL
);

CREATE TABLE sessions (
    secret_sha256    TEXT   NOT NULL PRIMARY KEY,
    user_id          TEXT   NOT NULL REFERENCES users (id),
    begun_utc_us     BIGINT NOT NULL,
    seen_utc_us      BIGINT NOT NULL,
    expires_utc_us   BIGINT NOT NULL,
    address          TEXT
);

CREATE INDEX sessions_by_user ON sessions (user_id, seen_utc_us);

CREATE TABLE api_tokens (
    id               TEXT   NOT NULL PRIMARY KEY,
    secret_sha256    TEXT   NOT NULL UNIQUE,
    user_id          TEXT   NOT NULL REFERENCES users (id),
    name             TEXT   NOT NULL,
    permissions      TEXT   NOT NULL,
    wards            TEXT,
    domains          TEXT,
    created_utc_us   BIGINT NOT NULL,
    expires_utc_us   BIGINT NOT NULL,
    used_utc_us      BIGINT,
    revoked_utc_us   BIGINT
);

CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_utc_us);

-- Tries to log in since the last that succeeded, by the SHA-256 of the name that was given: names
-- that nobody bears count as those that somebody does.
CREATE TABLE login_tries (
    name_sha256      TEXT    NOT NULL PRIMARY KEY,
    known            BOOLEAN NOT NULL,
    tries            BIGINT  NOT NULL,
    last_utc_us      BIGINT  NOT NULL,
    locked_utc_us    BIGINT  NOT NULL
);

CREATE INDEX login_tries_by_time ON login_tries (known, last_utc_us);

-- What was done, in a chain of hashes. That rows are only added is seen to by triggers, which each
-- database has its own words for: src/store/audit_guard.rs.
CREATE TABLE audit (
    number           BIGINT NOT NULL PRIMARY KEY,
    at_utc_us        BIGINT NOT NULL,
    actor            TEXT   NOT NULL,
    actor_kind       TEXT   NOT NULL CHECK (actor_kind IN ('user', 'token', 'command', 'service')),
    action           TEXT   NOT NULL,
    subject          TEXT   NOT NULL,
    details          TEXT   NOT NULL,
    address          TEXT,
    previous_hash    TEXT   NOT NULL,
    hash             TEXT   NOT NULL UNIQUE
);

CREATE INDEX audit_by_subject ON audit (subject, number);
CREATE INDEX audit_by_actor ON audit (actor, number);
