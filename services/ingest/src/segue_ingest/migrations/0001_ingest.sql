-- Who is who: an address leads to a contact, and a contact to its one open conversation.

CREATE TABLE contacts (
    contact_id uuid PRIMARY KEY,
    tenant     text NOT NULL,
    name       text,
    phone      text,
    email      text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identities (
    tenant     text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('phone', 'whatsapp_user', 'web', 'email')),
    value      text NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, kind, value)
);
CREATE INDEX identities_contact ON identities (contact_id);

CREATE TABLE conversations (
    conversation_id uuid PRIMARY KEY,
    tenant          text NOT NULL,
    contact_id      uuid NOT NULL REFERENCES contacts,
    opened_at       timestamptz NOT NULL DEFAULT now(),
    closed_at       timestamptz
);
CREATE UNIQUE INDEX conversations_open ON conversations (contact_id) WHERE closed_at IS NULL;

-- What became of every outgoing message. The words are in the job until they have left.
CREATE TABLE deliveries (
    message_id          uuid PRIMARY KEY,
    conversation_id     uuid NOT NULL,
    tenant              text NOT NULL,
    channel             text NOT NULL,
    provider            text NOT NULL,
    provider_message_id text,
    status              text NOT NULL DEFAULT 'pending',
    error               text,
    speaker             text NOT NULL,
    epoch               integer NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deliveries_provider_id ON deliveries (provider, provider_message_id)
    WHERE provider_message_id IS NOT NULL;

-- Reports on messages whose acceptance is not recorded yet; pruned after a day.
CREATE TABLE early_reports (
    provider            text NOT NULL,
    provider_message_id text NOT NULL,
    status              text NOT NULL,
    error               text,
    tenant              text NOT NULL,
    recipient           text NOT NULL,
    at                  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, provider_message_id, status)
);
CREATE INDEX early_reports_recipient ON early_reports (tenant, provider, recipient, at);
CREATE INDEX early_reports_at ON early_reports USING brin (at);

-- The fence of each conversation: words of an older epoch don't leave any more.
CREATE TABLE fences (
    conversation_id uuid PRIMARY KEY,
    epoch           integer NOT NULL,
    owner           text NOT NULL DEFAULT 'agent'
);

-- Web chat: everything said in a conversation's widget, numbered from 1 without gaps.
CREATE TABLE web_messages (
    conversation_id uuid NOT NULL,
    number          integer NOT NULL,
    message_id      uuid NOT NULL UNIQUE,
    role            text NOT NULL,
    text            text NOT NULL,
    client_id       text,
    at              timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, number)
);
