"""Idle web chat sockets on one ingest process: memory of each, and how soon words reach one."""

import asyncio
import json
import random
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from segue_common.events import SendRequested, root_event
from websockets.asyncio.client import ClientConnection, connect

from bench.bench import Bench, Results
from bench.figures.memory import resident
from bench.figures.numbers import percentile
from bench.webhooks import Provider

COUNT = 5_000
AT_ONCE = 50
ANSWER_SECONDS = 10.0


async def measure(bench: Bench) -> Results:
    """Sessions and sockets as the widget opens them; words as the router sends them."""
    count = COUNT
    before = resident(bench, "ingest")
    provider = Provider(bench.lab.ingest, lines=AT_ONCE)
    opening = asyncio.Semaphore(AT_ONCE)

    async def open_one() -> tuple[UUID, ClientConnection]:
        async with opening:
            answer = json.loads((await provider.post("/v1/bench/chat/sessions", {})).body)
            url = f"ws{bench.lab.ingest[4:]}/v1/bench/chat?token={answer['token']}"
            socket = await connect(url, ping_interval=None, compression=None, open_timeout=60)
            return UUID(answer["conversation_id"]), socket

    sockets = await asyncio.gather(*(open_one() for _ in range(count)))
    await asyncio.sleep(3)
    each = (resident(bench, "ingest") - before) * 1024 / count
    bench.say(f"sockets: {count} open, {each:.1f} kB each")
    waits = await _deliveries(bench, sockets, int(bench.pick(100, 300)))
    await asyncio.gather(*(socket.close() for _, socket in sockets))
    return {
        "sockets.count": count,
        "sockets.kb_each": each,
        "sockets.p50_ms": percentile(waits, 0.5),
        "sockets.p99_ms": percentile(waits, 0.99),
    }


async def _deliveries(
    bench: Bench, sockets: list[tuple[UUID, ClientConnection]], times: int
) -> list[float]:
    """Milliseconds from the record on the outbound topic to the frame, one after the other."""
    bootstrap = bench.lab.environment["SEGUE_KAFKA_BOOTSTRAP"]
    waits = []
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for number in range(times):
            conversation, socket = random.choice(sockets)
            event = root_event(
                SendRequested(channel="web", address="web", text="Hello", speaker="agent", epoch=0),
                id=uuid4(), source="/bench", tenant="bench", conversation_id=conversation,
                time=datetime.now(UTC),
            )  # fmt: skip
            started = time.monotonic()
            await producer.send_and_wait(
                event.topic.name, event.to_json(), key=str(conversation).encode()
            )
            async with asyncio.timeout(ANSWER_SECONDS):
                while json.loads(await socket.recv())["type"] != "message":
                    pass
            if number >= times // 10:
                waits.append((time.monotonic() - started) * 1e3)
            await asyncio.sleep(0.02)
    return waits
