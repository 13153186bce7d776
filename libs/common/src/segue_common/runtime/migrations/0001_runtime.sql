-- What every service has in its own schema: what it has handled, what it has to say, what it has to do.

CREATE TABLE inbox (
    event_id    uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);

CREATE TABLE outbox (
    seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL,
    topic           text NOT NULL,
    value           bytea NOT NULL,
    traceparent     text,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_conversation ON outbox (conversation_id, seq);

CREATE TABLE jobs (
    seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              uuid NOT NULL UNIQUE,
    kind            text NOT NULL,
    key             text NOT NULL,
    -- Jobs of one lane are done one at a time, in the order of seq.
    lane            text,
    payload         bytea NOT NULL,
    payload_type    text NOT NULL,
    tenant          text NOT NULL,
    conversation_id uuid NOT NULL,
    cause           uuid NOT NULL,
    traceparent     text,
    due_at          timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    -- Set when the job is leased, cleared when its outcome is recorded: a row found with it
    -- set was interrupted, and what it did outside is unknown.
    outcome_unknown boolean NOT NULL DEFAULT false,
    lease           uuid,
    leased_until    timestamptz,
    -- A job that failed by itself too often: kept for a person to look at, out of its lane's way.
    dead_because    text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, key)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE dead_because IS NULL;
CREATE INDEX jobs_lane ON jobs (lane, seq) WHERE lane IS NOT NULL AND dead_because IS NULL;
