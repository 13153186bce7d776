"""The bare webhook: one record with acks=all, then a 2xx. `uvicorn bench.baseline.web:app`."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from aiokafka import AIOKafkaProducer

Message = MutableMapping[str, Any]
producer: AIOKafkaProducer


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    """An ASGI application; the key is the sender, as in the system it is the conversation."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["method"] == "POST":
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        sender = parse_qs(body.decode())["From"][0]
        await producer.send_and_wait("bench.inbound", value=body, key=sender.encode())
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(
    receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    global producer
    await receive()
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["SEGUE_KAFKA_BOOTSTRAP"], acks="all", enable_idempotence=True
    )
    await producer.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await producer.stop()
    await send({"type": "lifespan.shutdown.complete"})
