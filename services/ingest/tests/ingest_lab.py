"""The ingest service as real processes against real servers, with the carrier simulator."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import aiohttp
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from segue_common.events import Event, EventData, SendRequested, Topic, readable_events, root_event
from segue_local.simulator import CarrierSimulator, MetaNumber, TenantLine
from twilio.request_validator import RequestValidator
from waiting import eventually, free_port

DEADLINE = 30.0
SID, TOKEN = "AC" + "1" * 32, "a-twilio-token"
META = MetaNumber("42", "a-meta-token", "a-meta-secret", "a-verify-token")
NUMBER = "+15005550006"
OPERATOR_TOKEN, INTERNAL_TOKEN = "operator-token", "internal-token"

TENANT = """
tenant: {name}
name: Acme <Dental>
time_zone: America/New_York
channels:
  twilio:
    account_sid: {sid}
    auth_token: ${{TWILIO_AUTH_TOKEN}}
    sms_from: "{number}"
    whatsapp_from: "whatsapp:{number}"
  meta:
    phone_number_id: "42"
    access_token: ${{META_TOKEN}}
    app_secret: ${{META_APP_SECRET}}
    verify_token: ${{META_VERIFY}}
  web: {{origins: ["https://acme.example"]}}
"""


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


@dataclass
class Replica:
    """One process of the service."""

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)


@dataclass
class Lab:
    """Ingest's surroundings: servers, a tenant of its own, and the carriers' side."""

    folder: Path
    kafka_bootstrap: str
    dsn: str
    redis_url: str
    tenant: str = field(default_factory=lambda: f"t-{uuid.uuid4().hex[:10]}")
    carrier_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    replicas: list[Replica] = field(default_factory=list)

    def __post_init__(self) -> None:
        tenants = self.folder / "tenants"
        tenants.mkdir()
        text = TENANT.format(name=self.tenant, sid=SID, number=NUMBER)
        (tenants / f"{self.tenant}.yaml").write_text(text)

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def here(self) -> str:
        """Where the tenant's routes begin."""
        return f"{self.public_url}/v1/{self.tenant}"

    def environment(self, port: int) -> dict[str, str]:
        carrier = f"http://127.0.0.1:{self.carrier_port}"
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")},
            "SEGUE_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "SEGUE_POSTGRES_DSN": self.dsn,
            "SEGUE_REDIS_URL": self.redis_url,
            "SEGUE_TENANTS": str(self.folder / "tenants"),
            "SEGUE_PUBLIC_URL": self.public_url,
            "SEGUE_INGEST_PORT": str(port),
            "SEGUE_SESSION_SECRET": "a-secret-of-the-tests",
            "SEGUE_OPERATOR_TOKEN": OPERATOR_TOKEN,
            "SEGUE_INTERNAL_TOKEN": INTERNAL_TOKEN,
            "SEGUE_TWILIO_API_BASE": carrier,
            "SEGUE_META_API_BASE": carrier,
            "SEGUE_ROUTER_URL": "http://127.0.0.1:1",
            "TWILIO_AUTH_TOKEN": TOKEN,
            "META_TOKEN": META.access_token,
            "META_APP_SECRET": META.app_secret,
            "META_VERIFY": META.verify_token,
            **self.extra,
        }

    def start(self, crash_at: str = "", ready: bool = True) -> Replica:
        """A replica; the first has the public URL's port."""
        taken = any(r.process.poll() is None for r in self.replicas)
        port = free_port() if taken else self.port
        log = self.folder / f"ingest-{len(self.replicas)}.log"
        environment = self.environment(port) | ({"SEGUE_CRASH_AT": crash_at} if crash_at else {})
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "segue_ingest"],
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        replica = Replica(f"http://127.0.0.1:{port}", log, process)
        self.replicas.append(replica)
        if ready:
            self.wait_ready(replica)
        return replica

    def wait_ready(self, replica: Replica) -> None:
        deadline = time.monotonic() + DEADLINE * 2
        host, port = replica.url.removeprefix("http://").split(":")
        while time.monotonic() < deadline:
            assert replica.process.poll() is None, replica.log.read_text()[-3000:]
            try:
                with socket.create_connection((host, int(port)), 1) as line:
                    line.sendall(b"GET /health/ready HTTP/1.0\r\n\r\n")
                    if b" 200 " in line.recv(100):
                        return
            except OSError:
                pass
            time.sleep(0.1)
        pytest.fail(f"not ready: {replica.log.read_text()[-3000:]}")

    def stop(self) -> None:
        for replica in self.replicas:
            replica.end()

    def carriers(self) -> CarrierSimulator:
        return CarrierSimulator(
            port=self.carrier_port,
            accounts={SID: TOKEN},
            tenants=[TenantLine(self.tenant, SID, NUMBER, META)],
            system_url=self.public_url,
        )

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.dsn, options="-c search_path=ingest") as conn:
            return conn.execute(statement.encode(), values).fetchall()

    async def events(
        self, topic: Topic, conversation: UUID | None = None
    ) -> list[Event[EventData]]:
        """What this tenant has on a topic now, in order."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka_bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            places = [TopicPartition(topic.name, n) for n in range(topic.partitions)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            found: list[Event[EventData]] = []
            while any([await consumer.position(p) < ends[p] for p in places]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += readable_events(record.value for record in records)
        finally:
            await consumer.stop()
        return [
            event
            for event in found
            if event.tenant == self.tenant and conversation in (None, event.subject)
        ]

    async def publish(self, *events: Event[EventData]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka_bootstrap)
        await producer.start()
        try:
            for event in events:
                await producer.send_and_wait(
                    event.topic.name, value=event.to_json(), key=str(event.subject).encode()
                )
        finally:
            await producer.stop()

    def send(
        self,
        text: str,
        *,
        to: str = "+12025550100",
        channel: str = "sms",
        conversation: UUID | None = None,
        epoch: int = 0,
        speaker: str = "agent",
    ) -> Event[SendRequested]:
        """A message that the router lets out."""
        data = SendRequested.model_validate(
            {"channel": channel, "address": to, "text": text, "speaker": speaker, "epoch": epoch}
        )
        return root_event(
            data,
            id=uuid.uuid4(),
            source="/test",
            tenant=self.tenant,
            conversation_id=conversation or uuid.uuid4(),
            time=datetime.now(UTC),
        )

    def status_of(self, message_id: UUID) -> tuple[object, ...] | None:
        rows = self.query("SELECT status, error FROM deliveries WHERE message_id = %s", message_id)
        return rows[0] if rows else None

    async def until_status(self, message_id: UUID, status: str) -> None:
        async def reached() -> bool:
            found = await asyncio.to_thread(self.status_of, message_id)
            return found is not None and found[0] == status

        await eventually(reached, f"the delivery is {status}")

    @asynccontextmanager
    async def client(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with aiohttp.ClientSession() as session:
            yield session
