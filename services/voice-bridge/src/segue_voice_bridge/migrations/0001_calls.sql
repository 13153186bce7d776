-- One desk per conversation, every call that was ever meant, and the sessions of those talked on.

CREATE TABLE desks (
    conversation_id uuid PRIMARY KEY,
    tenant          text NOT NULL,
    state           jsonb NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- A row stands before the carrier is called: claimed_at says since when it may know of the call.
CREATE TABLE calls (
    call_id          uuid PRIMARY KEY,
    conversation_id  uuid NOT NULL,
    tenant           text NOT NULL,
    qualification_id uuid,
    attempt          integer NOT NULL,
    direction        text NOT NULL,
    provider_call_id text UNIQUE,
    claimed_at       timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calls_conversation ON calls (conversation_id);

CREATE TABLE sessions (
    call_id    uuid PRIMARY KEY,
    turn       integer NOT NULL,
    state      jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
