-- A person's words are stopped by an opt-out, and not by their own release of the conversation.
ALTER TABLE fences ADD COLUMN opt_out_epoch integer NOT NULL DEFAULT 0;
