-- The head of a day that was time-stamped, and when: a day written anew is not stamped again as if
-- nothing had been, and a time-stamp that was taken away is missed.
ALTER TABLE chain_days ADD COLUMN stamped_head TEXT;
ALTER TABLE chain_days ADD COLUMN stamped_utc_us BIGINT;
