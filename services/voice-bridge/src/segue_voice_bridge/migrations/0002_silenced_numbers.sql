-- Numbers that no conversation of the tenant may ring, each with the conversation that said so.

CREATE TABLE silenced_numbers (
    tenant          text NOT NULL,
    phone           text NOT NULL,
    conversation_id uuid NOT NULL,
    since           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, phone, conversation_id)
);
CREATE INDEX silenced_numbers_conversation ON silenced_numbers (conversation_id);

INSERT INTO silenced_numbers (tenant, phone, conversation_id, since)
SELECT tenant, coalesce(state ->> 'consent_phone', state #>> '{contact,phone}'), conversation_id,
       updated_at
  FROM desks
 WHERE state ->> 'opted_out' = 'true'
   AND coalesce(state ->> 'consent_phone', state #>> '{contact,phone}') IS NOT NULL;
