"""Servers go away: nothing is acknowledged that isn't safe, and what can go on goes on."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from ingest_lab import Lab, signed
from segue_common.events import MessageReceived
from segue_common.events.topics import INBOUND
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from segue_local.stack import Ports, RunningStack, start_stack
from waiting import eventually


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A broker that a test may kill."""
    folder: Path = tmp_path_factory.mktemp("own-kafka")
    with start_stack(folder, need=("kafka", "valkey"), ports=Ports.free(), durable=False) as stack:
        asyncio.run(create_topics(KafkaSettings(bootstrap=stack.kafka_bootstrap)))
        yield stack


@pytest.fixture(scope="module")
def lab(
    own_kafka: RunningStack, database_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("ingest")
    lab = Lab(folder, own_kafka.kafka_bootstrap, database_dsn, own_kafka.redis_url)
    lab.start()
    yield lab
    lab.stop()


def sms(text: str) -> dict[str, str]:
    return {
        "MessageSid": f"SM{uuid.uuid4().hex}", "From": "+12025550123", "To": "+15005550006",
        "Body": text,
    }  # fmt: skip


async def texts(lab: Lab) -> dict[str, uuid.UUID]:
    return {
        event.data.text: event.id
        for event in await lab.events(INBOUND)
        if isinstance(event.data, MessageReceived)
    }


async def test_without_the_cache_everything_still_works(
    lab: Lab, own_kafka: RunningStack, http: aiohttp.ClientSession
) -> None:
    url = f"{lab.here}/twilio/messages"
    own_kafka.server("valkey").kill()
    try:
        form = sms("no cache")
        assert (await http.post(url, data=form, headers=signed(url, form))).status == 200
        async with http.post(f"{lab.here}/chat/sessions") as answer:
            session = await answer.json()
        chat = f"{lab.here}/chat?token={session['token']}"
        async with http.ws_connect(chat) as first, http.ws_connect(chat) as second:
            await first.send_json({"type": "say", "client_id": "c", "text": "hello"})
            for socket in (first, second):
                async with asyncio.timeout(15):
                    while (await socket.receive_json())["type"] != "message":
                        pass
    finally:
        await asyncio.to_thread(own_kafka.server("valkey").start)
        await asyncio.to_thread(own_kafka.server("valkey").wait_ready)
    assert "no cache" in await texts(lab)


async def test_without_the_broker_nothing_is_acknowledged_and_nothing_is_lost(
    lab: Lab, own_kafka: RunningStack, http: aiohttp.ClientSession
) -> None:
    url = f"{lab.here}/twilio/messages"
    form = sms("while the broker is away")
    async with http.post(f"{lab.here}/chat/sessions") as answer:
        session = await answer.json()
    chat = f"{lab.here}/chat?token={session['token']}"
    own_kafka.server("kafka").kill()
    said = {"type": "say", "client_id": "c-1", "text": "said to nobody"}
    started = asyncio.get_running_loop().time()
    async with http.post(url, data=form, headers=signed(url, form)) as answer:
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert (await answer.json())["status"] == 503
    assert asyncio.get_running_loop().time() - started < 10
    async with http.ws_connect(chat) as socket:
        await socket.send_json(said)
        kinds = [json.loads(m.data) for m in [await socket.receive() for _ in range(3)]]
        error = next(frame for frame in kinds if frame["type"] == "error")
        assert (error["status"], error["client_id"]) == (503, "c-1")
        assert error["retry_after"] > 0
    await asyncio.to_thread(own_kafka.server("kafka").start)
    await asyncio.to_thread(own_kafka.server("kafka").wait_ready)

    async def taken() -> bool:
        async with http.post(url, data=form, headers=signed(url, form)) as answer:
            return answer.status == 200

    await eventually(taken, "the broker is back")
    async with http.ws_connect(chat) as socket:
        await socket.send_json(said)
        async with asyncio.timeout(30):
            while (await socket.receive_json())["type"] != "ack":
                pass
    found = await texts(lab)
    assert {"while the broker is away", "said to nobody"} <= set(found)
    rows = lab.query(
        "SELECT number FROM web_messages WHERE message_id = %s", found["said to nobody"]
    )
    assert rows == [(1,)]


async def test_a_missing_session_secret_is_named(lab: Lab) -> None:
    lab.extra["SEGUE_SESSION_SECRET"] = ""
    try:
        replica = lab.start(ready=False)
        assert await asyncio.to_thread(replica.process.wait, 30) == 2
        assert "SEGUE_SESSION_SECRET" in replica.log.read_text()
    finally:
        del lab.extra["SEGUE_SESSION_SECRET"]


async def test_a_silent_carrier_does_not_keep_other_accounts_waiting(lab: Lab) -> None:
    """Far more messages hang at one account than there are job slots."""
    for running in lab.replicas:
        running.end()
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hanging.set()
        while await reader.read(1000):
            pass
        writer.close()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    lab.extra["SEGUE_TWILIO_API_BASE"] = f"http://127.0.0.1:{port}"
    async with silent, lab.carriers() as carriers:
        await asyncio.to_thread(lab.start)
        to = "+12025550188"
        await carriers.meta_lead(to, tenant=lab.tenant).say("hi")
        await lab.publish(*(lab.send(f"waiting {n}", to=f"+12025551{n:03d}") for n in range(150)))
        await hanging.wait()
        event = lab.send("not waiting", to=to, channel="whatsapp")
        await lab.publish(event)
        async with asyncio.timeout(5):
            await lab.until_status(event.id, "read")
        silent.close()
        for running in lab.replicas:
            await asyncio.to_thread(running.end)
