-- In how many pictures enough edges told how sharp it is, and in how many of these hardly one was steep.
ALTER TABLE view_looks ADD COLUMN edged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE view_looks ADD COLUMN soft BIGINT NOT NULL DEFAULT 0;
