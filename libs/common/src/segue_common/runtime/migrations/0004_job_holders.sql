-- Among whom a worker's places are shared: by default tenants.
ALTER TABLE jobs ADD COLUMN holder text;
