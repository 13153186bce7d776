-- A desk that had opted out before there were silenced numbers may know two of them, the one that
-- the consent named and the lead's own: both are silenced, in the one form in which they are asked
-- for. Whoever has taken their word back since has no row left, and is left alone.

INSERT INTO silenced_numbers (tenant, phone, conversation_id, since)
SELECT desk.tenant, '+' || regexp_replace(known.phone, '\D', '', 'g'), desk.conversation_id,
       desk.updated_at
  FROM desks AS desk,
       (VALUES ('{consent_phone}'::text[]), ('{contact,phone}'::text[])) AS place (path),
       LATERAL (SELECT desk.state #>> place.path AS phone) AS known
 WHERE desk.state ->> 'opted_out' = 'true'
   AND known.phone LIKE '+%'
   AND EXISTS (SELECT 1 FROM silenced_numbers AS said
                WHERE said.conversation_id = desk.conversation_id)
ON CONFLICT DO NOTHING;
