-- Bookings, and the stretches of time that each of them takes from its resources.
-- Names have no schema: search_path is the service's own.

-- In public, because another service of the same database may want it too.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE TABLE bookings (
    tenant text NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid,
    service text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    resources text[] NOT NULL,
    time_zone text NOT NULL,
    state text NOT NULL CHECK (state IN ('held', 'booked', 'cancelled', 'expired')),
    source text NOT NULL CHECK (source IN ('chat', 'call', 'api')),
    contact jsonb NOT NULL,
    revision integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    booked_at timestamptz,
    hold_expires_at timestamptz,
    previous_starts_at timestamptz,
    previous_ends_at timestamptz,
    previous_resources text[],
    PRIMARY KEY (tenant, id),
    CHECK (starts_at < ends_at),
    CHECK ((state = 'held') = (hold_expires_at IS NOT NULL)),
    CHECK (num_nulls(previous_starts_at, previous_ends_at, previous_resources) IN (0, 3))
);

COMMENT ON COLUMN bookings.contact IS 'personal data';

CREATE INDEX bookings_by_time ON bookings (tenant, starts_at);
CREATE INDEX bookings_by_conversation ON bookings (tenant, conversation_id);
CREATE INDEX bookings_held ON bookings (hold_expires_at) WHERE state = 'held';

-- One row for each resource of each time that a booking has had: `during` includes the buffers.
-- The hold's end is repeated here so that what is busy is read from this table alone.
CREATE TABLE allocations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant text NOT NULL,
    booking_id uuid NOT NULL,
    resource text NOT NULL,
    during tstzrange NOT NULL,
    state text NOT NULL CHECK (state IN ('held', 'booked', 'cancelled', 'expired')),
    hold_expires_at timestamptz,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (tenant, booking_id) REFERENCES bookings (tenant, id) ON DELETE CASCADE,
    CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)),
    CHECK (NOT lower_inf(during) AND NOT upper_inf(during)),
    CHECK ((state = 'held') = (hold_expires_at IS NOT NULL)),
    -- The last word on double booking, whatever the code above it does.
    CONSTRAINT allocations_never_overlap EXCLUDE USING gist (
        tenant WITH =, resource WITH =, during WITH &&
    ) WHERE (state IN ('held', 'booked'))
);

CREATE INDEX allocations_by_booking ON allocations (tenant, booking_id);
