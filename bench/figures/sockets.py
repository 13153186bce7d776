"""Idle web chat sockets on one ingest process: memory of each, and how soon words reach one."""

import asyncio
import json
import random
import resource
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from segue_common.events import SendRequested, root_event
from websockets.asyncio.client import ClientConnection, connect

from bench.bench import Bench, Results
from bench.figures.memory import resident
from bench.figures.numbers import median, percentile
from bench.webhooks import Provider

COUNT = 5_000
AT_ONCE = 50
# What the first sockets take besides is no part of what one takes.
FIRST = 100
SETTLE_SECONDS = 5.0
TRIES = 10
ANSWER_SECONDS = 10.0

Sockets = list[tuple[UUID, ClientConnection]]


async def measure(bench: Bench) -> Results:
    """Sessions and sockets as the widget opens them; words as the router sends them."""
    _allow_files(COUNT + 1_000)
    provider = Provider(bench.lab.ingest, lines=AT_ONCE)
    sockets: Sockets = []
    try:
        await _open(bench, provider, FIRST, sockets)
        before = resident(bench, "ingest")
        with bench.loading("sockets"):
            await _open(bench, provider, COUNT - FIRST, sockets)
        await asyncio.sleep(SETTLE_SECONDS)
        each = (resident(bench, "ingest") - before) * 1024 / (COUNT - FIRST)
        bench.say(f"sockets: {COUNT} open, {each:.1f} kB each")
        times = int(bench.pick(100, 200))
        rounds = [await _deliveries(bench, sockets, times) for _ in range(bench.rounds)]
    finally:
        await asyncio.gather(*(socket.close() for _, socket in sockets))
        provider.close()
    await bench.settle()
    return {
        "sockets.count": COUNT,
        "sockets.kb_each": each,
        "sockets.p50_ms": median([percentile(waits, 0.5) for waits in rounds]),
        "sockets.p99_ms": median([percentile(waits, 0.99) for waits in rounds]),
    }


async def _open(bench: Bench, provider: Provider, count: int, sockets: Sockets) -> None:
    """Open so many more."""
    opening = asyncio.Semaphore(AT_ONCE)

    async def open_one() -> None:
        async with opening:
            answer = json.loads(await _session(provider))
            url = f"ws{bench.lab.ingest[4:]}/v1/bench/chat?token={answer['token']}"
            socket = await connect(url, ping_interval=None, compression=None, open_timeout=60)
            sockets.append((UUID(answer["conversation_id"]), socket))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(count):
            tasks.create_task(open_one())


async def _session(provider: Provider) -> bytes:
    """A session's token and conversation; asked again, as widgets do, where a server is busy."""
    for _ in range(TRIES):
        posted = await provider.post("/v1/bench/chat/sessions", {})
        if posted.status == 200:
            return posted.body
        await asyncio.sleep(1.0)
    raise RuntimeError(f"a chat session got {posted.status} for {TRIES} s")


def _allow_files(wanted: int) -> None:
    """Let this process have a socket each; the services ask the same of the machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted:
        raise RuntimeError(f"{wanted} sockets need a limit of open files (ulimit -n) above {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


async def _deliveries(bench: Bench, sockets: Sockets, times: int) -> list[float]:
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
