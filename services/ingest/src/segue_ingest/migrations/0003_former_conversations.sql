-- A conversation that was closed, because its person was met under two identities, belongs to the
-- contact that stays: the open one goes on from it.
CREATE INDEX conversations_closed ON conversations (contact_id) WHERE closed_at IS NOT NULL;
