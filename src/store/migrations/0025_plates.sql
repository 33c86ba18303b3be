-- Which decisions still have a plate, for forgetting it in its time.
CREATE INDEX decisions_by_plate ON decisions (event) WHERE plate <> '';
