"""Whether the pipeline keeps its rate with 200,000 conversations in the database."""

import asyncio

import psycopg

from bench.bench import Bench, Results
from bench.figures.numbers import median
from bench.load import Loop
from bench.webhooks import Provider

FEW, MANY = 1_000, 200_000
LEADS = 100
# Copies of what real conversations left behind, under identifiers of their own.
ROWS = (
    """INSERT INTO ingest.contacts (contact_id, tenant, name, phone)
       SELECT md5('contact' || n)::uuid, 'bench', 'Grown', '+1313' || lpad(n::text, 7, '0')
         FROM generate_series(%(first)s::int, %(last)s::int) AS n""",
    """INSERT INTO ingest.identities (tenant, kind, value, contact_id)
       SELECT 'bench', 'phone', '+1313' || lpad(n::text, 7, '0'), md5('contact' || n)::uuid
         FROM generate_series(%(first)s::int, %(last)s::int) AS n""",
    """INSERT INTO ingest.conversations (conversation_id, tenant, contact_id)
       SELECT md5('grown' || n)::uuid, 'bench', md5('contact' || n)::uuid
         FROM generate_series(%(first)s::int, %(last)s::int) AS n""",
    """INSERT INTO ingest.deliveries (message_id, conversation_id, tenant, channel, provider,
                                      provider_message_id, status, speaker, epoch)
       SELECT md5('said' || n)::uuid, md5('grown' || n)::uuid, 'bench', 'whatsapp', 'twilio',
              'SM' || md5('said' || n), 'accepted', 'agent', 0
         FROM generate_series(%(first)s::int, %(last)s::int) AS n""",
    """INSERT INTO router.conversations (conversation_id, tenant, state)
       SELECT md5('grown' || n)::uuid, 'bench', model.state
         FROM generate_series(%(first)s::int, %(last)s::int) AS n,
              (SELECT state FROM router.conversations ORDER BY length(state::text) DESC LIMIT 1)
                AS model""",
    """INSERT INTO router.timeline (conversation_id, at, type, event)
       SELECT md5('grown' || n)::uuid, now(), model.type, model.event
         FROM generate_series(%(first)s::int, %(last)s::int) AS n,
              (SELECT type, event FROM router.timeline LIMIT 4) AS model""",
    """INSERT INTO qualifier.leads (conversation_id, tenant, state)
       SELECT md5('grown' || n)::uuid, 'bench', model.state
         FROM generate_series(%(first)s::int, %(last)s::int) AS n,
              (SELECT state FROM qualifier.leads ORDER BY length(state::text) DESC LIMIT 1)
                AS model""",
    *(
        f"""INSERT INTO {service}.inbox (event_id)
            SELECT md5('{service}' || n || ' ' || part)::uuid
              FROM generate_series(%(first)s::int, %(last)s::int) AS n,
                   generate_series(1, 4) AS part"""  # noqa: S608 constants
        for service in ("ingest", "router", "qualifier")
    ),
)


async def measure(bench: Bench) -> Results:
    """Few conversations, then many, in one run; the tables only grow, so the turns are halves."""
    # What is copied is a conversation that has been had.
    provider = Provider(bench.lab.ingest, lines=1)
    await Loop(provider, bench.tap).one_lead()
    provider.close()
    await bench.settle()
    await asyncio.to_thread(_grow, bench.lab.dsn, 1, FEW)
    few = await _rates(bench, "1,000")
    await asyncio.to_thread(_grow, bench.lab.dsn, FEW + 1, MANY)
    many = await _rates(bench, "200,000")
    return {
        "growth.ratio": median(many) / median(few),
        "growth.messages_per_s_few": median(few),
        "growth.messages_per_s_many": median(many),
    }


async def _rates(bench: Bench, about: str) -> list[float]:
    provider = Provider(bench.lab.ingest)
    rates = []
    for _ in range(bench.rounds):
        with bench.loading("growth"):
            rate = await Loop(provider, bench.tap).rate(LEADS, 4, bench.pick(8, 15))
        rates.append(rate)
        await bench.settle()
    bench.say(f"growth with {about}: {', '.join(f'{rate:.0f}' for rate in rates)} messages/s")
    provider.close()
    return rates


def _grow(dsn: str, first: int, last: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in ROWS:
            conn.execute(statement.encode(), {"first": first, "last": last})
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
