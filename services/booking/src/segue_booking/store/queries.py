"""Every SQL statement of the books, by name; parameters are named too."""

LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest(%(keys)s::bigint[]) AS key"

BUSY = """
SELECT resource, lower(during) AS start, upper(during) AS "end"
FROM allocations
WHERE tenant = %(tenant)s
  AND resource = ANY(%(resources)s)
  AND during && tstzrange(%(start)s, %(end)s)
  AND state IN ('held', 'booked')
  AND (state = 'booked' OR hold_expires_at > %(now)s)
  AND booking_id IS DISTINCT FROM %(except_booking)s
"""

INSERT_BOOKING = """
INSERT INTO bookings (
    tenant, id, conversation_id, service, starts_at, ends_at, resources, time_zone, state, source,
    contact, created_at, changed_at, booked_at, hold_expires_at
) VALUES (
    %(tenant)s, %(id)s, %(conversation_id)s, %(service)s, %(starts_at)s, %(ends_at)s,
    %(resources)s, %(time_zone)s, %(state)s, %(source)s, %(contact)s, %(now)s, %(now)s,
    %(booked_at)s, %(hold_expires_at)s
)
ON CONFLICT (tenant, id) DO NOTHING
RETURNING *
"""

INSERT_ALLOCATIONS = """
INSERT INTO allocations (
    tenant, booking_id, resource, during, state, hold_expires_at, created_at
)
SELECT %(tenant)s, %(id)s, resource, tstzrange(%(start)s, %(end)s), %(state)s,
       %(hold_expires_at)s, %(now)s
FROM unnest(%(resources)s::text[]) AS resource
ORDER BY resource
"""

BY_ID = "SELECT * FROM bookings WHERE tenant = %(tenant)s AND id = %(id)s"

BY_ID_LOCKED = "SELECT * FROM bookings WHERE tenant = %(tenant)s AND id = %(id)s FOR UPDATE"

BY_CONVERSATION = """
SELECT * FROM bookings
WHERE tenant = %(tenant)s
  AND conversation_id = %(conversation_id)s
ORDER BY created_at, id
"""

IN_WINDOW = """
SELECT * FROM bookings
WHERE tenant = %(tenant)s
  AND starts_at >= %(start)s AND starts_at < %(end)s
ORDER BY starts_at, id
"""

# What has ever been booked: a hold that nobody confirmed was never in a calendar.
OF_RESOURCE = """
SELECT * FROM bookings
WHERE tenant = %(tenant)s
  AND %(resource)s = ANY(resources)
  AND starts_at >= %(since)s
  AND booked_at IS NOT NULL
ORDER BY starts_at, id
"""

CONFIRM_BOOKING = """
UPDATE bookings
SET state = 'booked', booked_at = %(now)s, hold_expires_at = NULL, contact = %(contact)s,
    changed_at = %(now)s, revision = revision + 1
WHERE tenant = %(tenant)s AND id = %(id)s
RETURNING *
"""

CONFIRM_ALLOCATIONS = """
UPDATE allocations
SET state = 'booked', hold_expires_at = NULL
WHERE tenant = %(tenant)s AND booking_id = %(id)s AND state = 'held'
"""

MOVE_BOOKING = """
UPDATE bookings
SET starts_at = %(starts_at)s, ends_at = %(ends_at)s, resources = %(resources)s,
    previous_starts_at = starts_at, previous_ends_at = ends_at, previous_resources = resources,
    changed_at = %(now)s, revision = revision + 1
WHERE tenant = %(tenant)s AND id = %(id)s
RETURNING *
"""

# A lapsed hold that comes back at the same time, perhaps with other resources.
REVIVE_BOOKING = """
UPDATE bookings
SET state = 'booked', booked_at = %(now)s, hold_expires_at = NULL, contact = %(contact)s,
    starts_at = %(starts_at)s, ends_at = %(ends_at)s, resources = %(resources)s,
    changed_at = %(now)s, revision = revision + 1
WHERE tenant = %(tenant)s AND id = %(id)s
RETURNING *
"""

END_BOOKING = """
UPDATE bookings
SET state = %(state)s, hold_expires_at = NULL, changed_at = %(now)s, revision = revision + 1
WHERE tenant = %(tenant)s AND id = %(id)s
RETURNING *
"""

END_ALLOCATIONS = """
UPDATE allocations
SET state = %(state)s, hold_expires_at = NULL
WHERE tenant = %(tenant)s AND booking_id = %(id)s AND state IN ('held', 'booked')
"""

# FOR UPDATE reads the row again once it has it: it may have been confirmed in the meantime.
LAPSED_IN_THE_WAY = """
SELECT id
FROM bookings
WHERE tenant = %(tenant)s
  AND state = 'held'
  AND hold_expires_at <= %(now)s
  AND id IN (
    SELECT booking_id
    FROM allocations
    WHERE tenant = %(tenant)s
      AND resource = ANY(%(resources)s)
      AND during && tstzrange(%(start)s, %(end)s)
      AND state = 'held'
  )
ORDER BY id
FOR UPDATE
"""

# Rows that another transaction works on are left for the next round: nobody waits for a cleaner.
TAKE_LAPSED = """
SELECT tenant, id
FROM bookings
WHERE state = 'held'
  AND hold_expires_at <= %(now)s
ORDER BY hold_expires_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
"""
