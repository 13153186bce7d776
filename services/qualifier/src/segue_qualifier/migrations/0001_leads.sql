-- Leads: one document of state each, with the columns that operators ask for, and their facts.

CREATE TABLE leads (
    conversation_id uuid PRIMARY KEY,
    tenant          text NOT NULL,
    state           jsonb NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    stage           text GENERATED ALWAYS AS (state ->> 'stage') STORED,
    score           integer GENERATED ALWAYS AS ((state #>> '{score,points}')::integer) STORED,
    threshold       integer GENERATED ALWAYS AS ((state #>> '{score,threshold}')::integer) STORED,
    qualifications  integer
        GENERATED ALWAYS AS (jsonb_array_length(state -> 'qualifications')) STORED
);
CREATE INDEX leads_by_stage ON leads (tenant, stage, score DESC);

-- Every fact ever said; the number is its place in the record, `current` those that hold.
CREATE TABLE lead_facts (
    conversation_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
    number          integer NOT NULL,
    slot            text NOT NULL,
    value           jsonb NOT NULL,
    quote           text NOT NULL,
    message_id      uuid NOT NULL,
    said_at         timestamptz NOT NULL,
    current         boolean NOT NULL,
    PRIMARY KEY (conversation_id, number)
);
CREATE INDEX lead_facts_by_slot ON lead_facts (slot) WHERE current;
