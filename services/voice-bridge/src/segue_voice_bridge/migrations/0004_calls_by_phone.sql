-- Who stops a number is to be spared the call that rings it for another conversation.

ALTER TABLE calls ADD COLUMN phone text;
CREATE INDEX calls_phone ON calls (tenant, phone, created_at);
