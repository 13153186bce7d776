-- What lies dead is counted every few seconds in each process, and is next to nothing: counting it
-- must not read the rest of the table.
CREATE INDEX jobs_dead ON jobs (seq) WHERE dead_because IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (seq) WHERE dead_because IS NOT NULL;
