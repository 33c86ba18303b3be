-- The range that a request named, as JSON; its events were found by it when it was entered.
ALTER TABLE requests ADD COLUMN asked_range TEXT;
