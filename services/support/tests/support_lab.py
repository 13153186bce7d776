"""Tenants, documents and questions for the tests of support."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic import BaseModel
from segue_common.events import (
    Contact,
    Event,
    Reading,
    SupportTurnRequested,
    TurnCompleted,
    Utterance,
    readable_events,
    root_event,
)
from segue_common.events.topics import REPLIES
from segue_common.tenants import Tenant
from segue_support.knowledge.chunking import chunks_of
from segue_support.knowledge.documents import Chunk, Document, Section

DEADLINE = 45.0
HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "deploy" / "local" / "tenants" / "knowledge" / "acme-dental"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME = Tenant(tenant="acme-dental", name="Acme Dental", time_zone="America/New_York")


class Labelled(BaseModel):
    """A question with the document that answers it and a part of the answer; both None where
    the documents don't say."""

    question: str
    source: str | None
    expect: str | None


def labelled(name: str) -> list[Labelled]:
    """The questions of a file beside the tests."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [Labelled.model_validate_json(line) for line in lines]


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def small_chunks(**blocks: Sequence[str] | str) -> tuple[Chunk, ...]:
    """One document per keyword, each with its blocks."""
    return chunks_of(
        Document(
            f"{name}.md",
            name.title(),
            (Section((), (text,) if isinstance(text, str) else tuple(text)),),
        )
        for name, text in blocks.items()
    )


def turn(
    tenant: str,
    *texts: str,
    question: str | None = None,
    intent: str = "support",
    language: str = "en",
    conversation: UUID | None = None,
) -> Event[SupportTurnRequested]:
    """The router's request to answer these messages."""
    conversation = conversation or uuid.uuid4()
    now = datetime.now(UTC)
    lines = tuple(
        Utterance(message_id=uuid.uuid4(), speaker="lead", channel="sms", text=text, at=now)
        for text in texts
    )
    data = SupportTurnRequested(
        turn_id=uuid.uuid4(), agent="support", epoch=3, channel="sms", language=language,
        contact=Contact(contact_id=conversation), transcript=lines,
        new=tuple(line.message_id for line in lines), question=question,
        reading=Reading.model_validate({"intent": intent, "confidence": 0.9}),
    )  # fmt: skip
    return root_event(
        data, id=uuid.uuid4(), source="/test", tenant=tenant, conversation_id=conversation, time=now
    )


@dataclass
class Talk:
    """The router's side of the topics."""

    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    log_file: Path
    _seen: list[Event[TurnCompleted]] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def open(cls, bootstrap: str, log_file: Path) -> "AsyncIterator[Talk]":
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        consumer = AIOKafkaConsumer(
            REPLIES.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
        )
        await producer.start()
        await consumer.start()
        try:
            yield cls(producer, consumer, log_file)
        finally:
            await producer.stop()
            await consumer.stop()

    async def send(self, event: Event[SupportTurnRequested]) -> None:
        await self.producer.send_and_wait(
            event.topic.name, key=str(event.subject).encode(), value=event.to_json()
        )

    async def ask(
        self,
        tenant: str,
        *texts: str,
        question: str | None = None,
        intent: str = "support",
        language: str = "en",
    ) -> TurnCompleted:
        """Request a turn for these messages and wait for its completion."""
        event = turn(tenant, *texts, question=question, intent=intent, language=language)
        await self.send(event)
        return await self.answer_to(event)

    async def answer_to(self, event: Event[SupportTurnRequested]) -> TurnCompleted:
        try:
            async with asyncio.timeout(DEADLINE):
                while True:
                    for reply in self.seen(event.subject):
                        if reply.data.turn_id == event.data.turn_id:
                            assert (reply.data.agent, reply.data.epoch) == ("support", 3)
                            return reply.data
                    for records in (await self.consumer.getmany(timeout_ms=200)).values():
                        self._take([record.value for record in records])
        except TimeoutError:
            pytest.fail(f"no answer\n{self.log_file.read_text()[-3000:]}")

    def seen(self, conversation: UUID) -> list[Event[TurnCompleted]]:
        return [event for event in self._seen if event.subject == conversation]

    def _take(self, values: list[bytes]) -> None:
        for event in readable_events(values):
            if isinstance(event.data, TurnCompleted):
                self._seen.append(event)  # type: ignore[arg-type]  # narrowed by its data
