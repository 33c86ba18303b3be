-- Whose password somebody else has set: it lets in once, before `password_until_utc_us`, and must be
-- changed then. Who did it, and when, stays until the user has changed it.
ALTER TABLE users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN password_until_utc_us BIGINT;
ALTER TABLE users ADD COLUMN reset_by TEXT;
ALTER TABLE users ADD COLUMN reset_utc_us BIGINT;
-- Who took a user's one-time codes away, until the user has set a password or codes of their own.
ALTER TABLE users ADD COLUMN totp_reset_by TEXT;

-- Tries to log in are counted by name and network, and by name from everywhere (the empty network), so
-- that nobody keeps another out from elsewhere.
DROP TABLE login_tries;

CREATE TABLE login_tries (
    name_sha256      TEXT    NOT NULL,
    network          TEXT    NOT NULL,
    known            BOOLEAN NOT NULL,
    tries            BIGINT  NOT NULL,
    last_utc_us      BIGINT  NOT NULL,
    locked_utc_us    BIGINT  NOT NULL,
    PRIMARY KEY (name_sha256, network)
);

CREATE INDEX login_tries_by_time ON login_tries (known, last_utc_us);

-- Networks from which the bearer of a name has come in: what is tried elsewhere delays nobody there.
CREATE TABLE login_networks (
    name_sha256      TEXT    NOT NULL,
    network          TEXT    NOT NULL,
    seen_utc_us      BIGINT  NOT NULL,
    PRIMARY KEY (name_sha256, network)
);
