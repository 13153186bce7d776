-- What the booking agent remembers of each conversation, and the answers to requests over HTTP.
CREATE TABLE talks (
    conversation_id uuid PRIMARY KEY,
    tenant text NOT NULL,
    state jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- One row per request that changed something: the same key again gets the same answer.
CREATE TABLE api_answers (
    request_id uuid PRIMARY KEY,
    digest text NOT NULL,
    status integer NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN api_answers.body IS 'personal data';

CREATE INDEX api_answers_by_age ON api_answers (created_at);
