CREATE TABLE conversations (
    conversation_id uuid PRIMARY KEY,
    tenant          text NOT NULL,
    state           jsonb NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- Everything that happened in a conversation, in the order in which the router learned of it.
CREATE TABLE timeline (
    conversation_id uuid NOT NULL,
    seq             bigint GENERATED ALWAYS AS IDENTITY,
    at              timestamptz NOT NULL,
    type            text NOT NULL,
    event           jsonb NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);
