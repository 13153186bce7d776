-- An event that the broker refuses for good, and whose dead letter it refuses too: kept for a
-- person to look at, out of its conversation's way.
ALTER TABLE outbox ADD COLUMN dead_because text;
