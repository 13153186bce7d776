"""A tenant's own CRM that listens for the webhook, and the real service beside it."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from segue_common.events import (
    Contact,
    Event,
    EventData,
    LeadUpdated,
    Score,
    readable_events,
    root_event,
)

DEADLINE = 45.0
TOKEN = "internal-token"
SECRET = "webhook-secret"


def lead_update(
    contact_id: UUID, revision: int, *, points: int = 40, name: str | None = None
) -> LeadUpdated:
    """What is known of a lead at a revision."""
    return LeadUpdated(
        contact=Contact(contact_id=contact_id, name=name, phone="+15005550100"), channel="sms",
        facts=(), score=Score(points=points, of=100, threshold=70, lines=()), revision=revision,
    )  # fmt: skip


@dataclass(frozen=True)
class Posted:
    """One request that the CRM got."""

    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


@dataclass
class TheirCrm:
    """The tenant's CRM: answers 200, or what it was told to answer next."""

    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    always: int | None = None
    # Answers wait for this, while it is not set.
    may_answer: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> tuple[int, dict[str, str]]:
        if self.answers:
            return self.answers.pop(0)
        return self.always or 200, {}

    def reset(self) -> "TheirCrm":
        self.posted, self.answers, self.always = [], [], None
        self.may_answer.set()
        return self

    def of(self, contact_id: UUID) -> list[Posted]:
        return [one for one in list(self.posted) if one.json["contact_id"] == str(contact_id)]


@contextmanager
def serve() -> Iterator[TheirCrm]:
    """A CRM on loopback."""
    crm = TheirCrm()
    crm.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            crm.posted.append(Posted(body, headers))
            status, more = crm.answer()
            crm.may_answer.wait(DEADLINE)
            try:
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    crm.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield crm
    crm.may_answer.set()
    server.shutdown()
    server.server_close()


@dataclass
class Service:
    """The service's process, its tables and its HTTP side."""

    dsn: str
    environment: dict[str, str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    def start(self, crash_at: str = "") -> subprocess.Popen[bytes]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "segue_crm_sync"],
            env={
                **self.environment,
                "SEGUE_CRASH_AT": crash_at,
                "SEGUE_CRM_SYNC_PORT": str(self.port),
            },
            stderr=self.log_file.open("ab"),
        )
        return self.process

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, options="-c search_path=crm_sync") as conn:
            return conn.execute(query.encode(), values).fetchall()

    def get(self, path: str, token: str | None = TOKEN) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}


@dataclass
class Lab:
    """The running service and its topics."""

    service: Service
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    _seen: list[Event[EventData]] = field(default_factory=list)

    async def send(
        self, tenant: str, conversation: UUID, *datas: EventData
    ) -> list[Event[EventData]]:
        events = []
        for data in datas:
            event: Event[EventData] = root_event(
                data, id=uuid.uuid4(), source="/test", tenant=tenant,
                conversation_id=conversation, time=datetime.now(UTC),
            )  # fmt: skip
            await self.producer.send_and_wait(
                event.topic.name, key=str(conversation).encode(), value=event.to_json()
            )
            events.append(event)
        return events

    async def synced(
        self, conversation: UUID, enough: int | Callable[[list[Event[EventData]]], bool]
    ) -> list[Event[EventData]]:
        """What came out on the CRM topic for a conversation, once there is enough."""

        def satisfied(found: list[Event[EventData]]) -> bool:
            return len(found) >= enough if isinstance(enough, int) else enough(found)

        try:
            async with asyncio.timeout(DEADLINE):
                while not satisfied(found := self._of(conversation)):
                    for records in (await self.consumer.getmany(timeout_ms=200)).values():
                        self._seen += readable_events(record.value for record in records)
        except TimeoutError:
            pytest.fail(f"only {len(found)}\n{self.service.log_file.read_text()[-3000:]}")
        return found

    def _of(self, conversation: UUID) -> list[Event[EventData]]:
        return [event for event in self._seen if event.subject == conversation]
