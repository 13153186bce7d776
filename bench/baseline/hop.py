"""One consumer of the baseline: `python -m bench.baseline.hop NAME FROM TO`; TO is a topic, or the
carrier's URL for the last hop."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import Sequence
from urllib.parse import parse_qs

import aiohttp
import psycopg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

BATCH = 500
CONNECTIONS = 100
TABLES = """
CREATE TABLE IF NOT EXISTS {name}_inbox
       (event_id uuid PRIMARY KEY, received_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS {name}_state
       (conversation text PRIMARY KEY, state jsonb NOT NULL)
"""


class Hop:
    """Takes batches from one topic and passes them on."""

    def __init__(self, name: str, source: str, target: str, dsn: str, bootstrap: str) -> None:
        self._name, self._target, self._dsn = name, target, dsn
        self._consumer = AIOKafkaConsumer(
            source, bootstrap_servers=bootstrap, group_id=f"bench-{name}",
            enable_auto_commit=False, auto_offset_reset="earliest",
        )  # fmt: skip
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True
        )

    async def run(self) -> None:
        """Work until cancelled."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with (
            self._consumer,
            self._producer,
            aiohttp.ClientSession(connector=connector) as self._http,
            await psycopg.AsyncConnection.connect(self._dsn) as self._conn,
        ):
            while True:
                taken = await self._consumer.getmany(timeout_ms=200, max_records=BATCH)
                records = [(r.key, r.value) for batch in taken.values() for r in batch]
                if records:
                    await self._write(records)
                    await self._pass_on(records)
                    await self._consumer.commit()

    async def _write(self, records: Sequence[tuple[bytes, bytes]]) -> None:
        forms = [parse_qs(value.decode()) for _, value in records]
        ids = [uuid.uuid5(uuid.NAMESPACE_OID, form["MessageSid"][0]) for form in forms]
        last = {
            key.decode(): json.dumps(form) for (key, _), form in zip(records, forms, strict=True)
        }
        keys = sorted(last)
        await self._conn.execute(
            f"INSERT INTO {self._name}_inbox (event_id) SELECT unnest(%s::uuid[]) "
            "ON CONFLICT DO NOTHING",
            (ids,),
        )
        await self._conn.execute(
            f"INSERT INTO {self._name}_state SELECT * FROM unnest(%s::text[], %s::jsonb[]) "  # noqa: S608
            "ON CONFLICT (conversation) DO UPDATE SET state = excluded.state",
            (keys, [last[key] for key in keys]),
        )
        await self._conn.commit()

    async def _pass_on(self, records: Sequence[tuple[bytes, bytes]]) -> None:
        if self._target.startswith("http"):
            await asyncio.gather(*(self._post(value) for _, value in records))
            return
        acks = [await self._producer.send(self._target, value, key) for key, value in records]
        await asyncio.gather(*acks)

    async def _post(self, value: bytes) -> None:
        form = parse_qs(value.decode())
        message = {"To": form["From"][0], "From": form["To"][0], "Body": form["Body"][0]}
        async with self._http.post(self._target, data=message) as response:
            await response.read()


async def _main(name: str, source: str, target: str) -> None:
    dsn, bootstrap = os.environ["BENCH_DSN"], os.environ["SEGUE_KAFKA_BOOTSTRAP"]
    hop = asyncio.create_task(Hop(name, source, target, dsn, bootstrap).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, hop.cancel)
    try:
        await hop
    except asyncio.CancelledError:
        return


if __name__ == "__main__":
    name, source, target = sys.argv[1:]
    with psycopg.connect(os.environ["BENCH_DSN"], autocommit=True) as conn:
        conn.execute(TABLES.format(name=name).encode())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(name, source, target))
