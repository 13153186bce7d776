"""The small services of the runtime's tests as processes, and what a test may ask about them."""

import asyncio
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from segue_common.events import (
    Contact,
    Event,
    EventData,
    MessageReceived,
    readable_events,
    root_event,
)
from segue_common.events.topics import DELIVERY, INBOUND
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from waiting import eventually, free_port

DEADLINE = 45.0


def message(conversation: UUID, text: str, id: UUID | None = None) -> Event[MessageReceived]:
    data = MessageReceived(
        channel="sms", provider="test", provider_message_id="1", address="+15005550001",
        contact=Contact(contact_id=conversation), text=text,
    )  # fmt: skip
    return root_event(
        data, id=id or uuid.uuid4(), source="/test", tenant="acme", conversation_id=conversation,
        time=datetime.now(UTC),
    )  # fmt: skip


@dataclass
class Lab:
    """The counting service's surroundings, as a test sees them."""

    dsn: str
    kafka: KafkaSettings
    environment: dict[str, str]
    producer: AIOKafkaProducer
    calls_file: Path
    log_file: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, crash_at: str = "", *, program: str = "counting_service.py", service: str = "ingest"
    ) -> subprocess.Popen[bytes]:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name(program))],
            env={
                **self.environment, "SEGUE_CRASH_AT": crash_at,
                f"SEGUE_{service.upper()}_PORT": str(port),
            },
            stderr=self.log_file.open("ab"),
        )  # fmt: skip
        process.port = port  # type: ignore[attr-defined]
        self.processes.append(process)
        return process

    async def send(self, *events: Event[EventData]) -> None:
        for event in events:
            await self.send_raw(event.subject, event.to_json())

    async def send_raw(self, key: UUID, value: bytes) -> None:
        await self.producer.send_and_wait(INBOUND.name, key=str(key).encode(), value=value)

    def seen(self, conversation: UUID) -> list[str]:
        with psycopg.connect(self.dsn) as conn:
            rows = conn.execute(
                "SELECT text FROM ingest.seen WHERE conversation_id = %s ORDER BY number",
                (conversation,),
            ).fetchall()
        return [row[0] for row in rows]

    async def wait_seen(self, conversation: UUID, count: int) -> None:
        async def enough() -> bool:
            try:
                return len(self.seen(conversation)) >= count
            except psycopg.errors.UndefinedTable:
                return False

        await eventually(enough, f"{count} messages seen")

    async def answers(self, conversation: UUID, count: int) -> list[Event[EventData]]:
        """Everything answered for a conversation, once `count` answers are there."""
        consumer = AIOKafkaConsumer(
            DELIVERY.name, bootstrap_servers=self.kafka.bootstrap, auto_offset_reset="earliest"
        )
        found: list[Event[EventData]] = []
        await consumer.start()
        try:
            async with asyncio.timeout(DEADLINE):
                while len(found) < count:
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        events = readable_events(record.value for record in records)
                        found += [event for event in events if event.subject == conversation]
            for records in (await consumer.getmany(timeout_ms=500)).values():
                events = readable_events(record.value for record in records)
                found += [event for event in events if event.subject == conversation]
        except TimeoutError:
            pytest.fail(f"{len(found)} answers instead of {count}")
        finally:
            await consumer.stop()
        return found

    def health(self, process: subprocess.Popen[bytes], path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{process.port}{path}"  # type: ignore[attr-defined]
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


@asynccontextmanager
async def open_lab(environment: dict[str, str], folder: Path) -> AsyncIterator[Lab]:
    kafka = KafkaSettings(bootstrap=environment["SEGUE_KAFKA_BOOTSTRAP"])
    await create_topics(kafka)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    await producer.start()
    (folder / "calls").touch()
    lab = Lab(
        environment["SEGUE_POSTGRES_DSN"], kafka, environment, producer, folder / "calls",
        folder / "log",
    )  # fmt: skip
    try:
        yield lab
    finally:
        for process in lab.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        await producer.stop()
