-- The built-in CRM: people, their leads (one per conversation), and what happened.
CREATE TABLE contacts (
    tenant      text NOT NULL,
    contact_id  uuid NOT NULL,
    name        text,
    phone       text,
    email       text,
    -- Counts every change of anything that belongs to the contact.
    revision    bigint NOT NULL DEFAULT 1,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, contact_id)
);

-- `state` is the deal as the rules keep it; the other columns are taken from it, for queries.
CREATE TABLE deals (
    conversation_id uuid PRIMARY KEY,
    tenant          text NOT NULL,
    state           jsonb NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    contact_id      uuid GENERATED ALWAYS AS ((state ->> 'contact_id')::uuid) STORED,
    stage           text GENERATED ALWAYS AS (state ->> 'stage') STORED,
    score           int GENERATED ALWAYS AS ((state -> 'score' ->> 'points')::int) STORED
);
CREATE INDEX deals_of_contact ON deals (tenant, contact_id);
CREATE INDEX deals_by_stage ON deals (tenant, stage);

CREATE TABLE activities (
    event_id        uuid PRIMARY KEY,
    tenant          text NOT NULL,
    conversation_id uuid NOT NULL,
    at              timestamptz NOT NULL,
    type            text NOT NULL,
    summary         text NOT NULL
);
CREATE INDEX activities_of_conversation ON activities (conversation_id, at);

-- How far a contact's record has got to the tenant's own CRM.
CREATE TABLE pushes (
    tenant          text NOT NULL,
    contact_id      uuid NOT NULL,
    sent_revision   bigint NOT NULL DEFAULT 0,
    trying_revision bigint NOT NULL DEFAULT 0,
    tries           int NOT NULL DEFAULT 0,
    tried_at        timestamptz,
    PRIMARY KEY (tenant, contact_id)
);
