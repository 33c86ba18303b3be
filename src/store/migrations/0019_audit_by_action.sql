-- Entries of one kind: who set whose password lately is asked at every sign-in.
CREATE INDEX audit_by_action ON audit (action, at_utc_us);
