"""The voice bridge's surroundings: leads and bookings on the broker, a carrier, its process."""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import urllib.parse
import urllib.request
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import aiohttp
import psycopg
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from segue_common.events import (
    BookingRefused,
    BookingWanted,
    CallEnded,
    ConsentChanged,
    Contact,
    Event,
    EventData,
    LeadQualified,
    MeetingBooked,
    OptOutChanged,
    OwnershipChanged,
    Score,
    Slot,
    SlotsOffered,
    SlotsWanted,
    parse_event,
    root_event,
)
from segue_common.events.shared import ConsentState
from segue_common.events.topics import BOOKING_COMMANDS, CALLS
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN, CarrierSimulator
from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from waiting import eventually, free_port

# However busy the machine is. Waiting for what has come costs nothing, so this is generous.
DEADLINE = 240.0
TENANT = """
tenant: acme
name: Acme Dental
time_zone: America/New_York
channels:
  twilio: {account_sid: ${ACCOUNT}, auth_token: ${TOKEN}, voice_from: "+15005550006"}
callback: {call_hours: "00:00-23:59", attempts: 2, retry_minutes: 1}
services: [{id: consult, name: Consultation, minutes: 30, resources: [chair]}]
"""
D = TypeVar("D", bound=EventData)


def of(events: Sequence[Event[EventData]], kind: type[D]) -> list[D]:
    return [event.data for event in events if isinstance(event.data, kind)]


@dataclass
class Lead:
    """Somebody who wrote to the business; every test has a number of its own."""

    conversation: UUID = field(default_factory=uuid.uuid4)
    phone: str = field(default_factory=lambda: f"+1212{random.randint(5_550_000, 5_559_999)}")
    qualification: UUID = field(default_factory=uuid.uuid4)

    @property
    def contact(self) -> Contact:
        return Contact(contact_id=self.conversation, name="Dana Reyes", phone=self.phone)

    def qualified(self, consent: ConsentState = "granted", epoch: int = 1) -> LeadQualified:
        return LeadQualified(
            qualification_id=self.qualification,
            reason="threshold",
            contact=self.contact,
            channel="sms",
            language="en",
            consent_to_call=consent,
            facts=(),
            score=Score(points=80, of=100, threshold=70, lines=()),
            topic="a dental implant",
            epoch=epoch,
        )

    def consents(self, epoch: int = 1) -> ConsentChanged:
        return ConsentChanged(
            state="granted", phone=self.phone, quote="yes", message_id=uuid.uuid4(), epoch=epoch
        )

    def stops(self) -> OptOutChanged:
        return OptOutChanged(opted_out=True, channel="sms", phone=self.phone, epoch=1)

    def starts(self) -> OptOutChanged:
        return OptOutChanged(opted_out=False, channel="sms", phone=self.phone, epoch=2)

    def taken_over(self, epoch: int = 2) -> OwnershipChanged:
        return OwnershipChanged(owner="person", person="Kim", epoch=epoch)


@dataclass
class Calendar:
    """Stands in for the booking service: offers three slots; the first `taken` bookings fail."""

    taken: int = 0
    silent: bool = False

    @property
    def slots(self) -> tuple[Slot, ...]:
        day = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
        return tuple(self.slot(day + timedelta(days=2, hours=hour)) for hour in (0, 2, 4))

    def slot(self, start: datetime) -> Slot:
        return Slot(
            service="consult", service_name="Consultation", starts_at=start,
            ends_at=start + timedelta(minutes=30), time_zone="America/New_York",
        )  # fmt: skip

    def answer(self, command: EventData) -> EventData | None:
        if isinstance(command, SlotsWanted) and not self.silent:
            return SlotsOffered(request_id=command.request_id, slots=self.slots, as_wished=True)
        if isinstance(command, BookingWanted) and self.taken:
            self.taken -= 1
            return BookingRefused(
                request_id=command.request_id, reason="taken", alternatives=self.slots[1:]
            )
        if isinstance(command, BookingWanted):
            return MeetingBooked(
                booking_id=uuid.uuid4(), slot=self.slot(command.starts_at), by="call",
                request_id=command.request_id,
            )  # fmt: skip
        return None


class Proxy:
    """Stands in front of the processes, as the outside sees them: what is new goes to `port`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = ""
        self._server: asyncio.Server | None = None
        self._requests: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    def move_to(self, port: int) -> None:
        """Open sockets stay where they are; connections for requests are made anew."""
        self.port = port
        for line in self._requests:
            line.close()

    async def _serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            first = await near.read(65536)
            far, out = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            back.close()
            return
        if b"upgrade: websocket" not in first.lower():
            self._requests.add(back)
        out.write(first)
        await asyncio.gather(_pass_on(near, out), _pass_on(far, back))
        self._requests.discard(back)


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@dataclass
class Lab:
    """The voice bridge's process between a carrier, a broker and a calendar."""

    dsn: str
    environment: dict[str, str]
    producer: AIOKafkaProducer
    carrier: CarrierSimulator
    log: Path
    proxy: "Proxy"
    calendar: Calendar = field(default_factory=Calendar)
    callers: dict[str, Lead] = field(default_factory=dict)
    events: list[Event[EventData]] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    deadline: float = DEADLINE
    listening: asyncio.Task[None] = field(init=False)

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "segue_voice_bridge"],
            env={**self.environment, **environment},
            stderr=self.log.open("ab"),
        )
        self.processes.append(process)
        return process

    def start_another(self) -> subprocess.Popen[bytes]:
        """A second process, to which everything new goes from now on."""
        self.proxy.move_to(free_port())
        return self.start(SEGUE_VOICE_BRIDGE_PORT=str(self.proxy.port))

    async def ready(self) -> None:
        url = f"http://127.0.0.1:{self.proxy.port}"

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{url}/health/ready", timeout=DEADLINE) as response:
                    return bool(response.status == 200)
            except OSError:
                return False

        async def check() -> bool:
            return await asyncio.to_thread(answers)

        await self.until(check, "the process is ready")

    async def died(self, process: subprocess.Popen[bytes]) -> int:
        """How a process ended that is to end by itself."""
        return await asyncio.to_thread(process.wait, self.deadline)

    async def metric(self, sample: str) -> float:
        """What the process counts under a name with labels, as Prometheus writes it."""
        url = f"http://127.0.0.1:{self.proxy.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            lines = (await response.text()).splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(sample))

    def silences(self, phone: str) -> int:
        """How many conversations have said that a number is not to be rung."""
        with psycopg.connect(self.dsn) as conn:
            row = conn.execute(
                "SELECT count(*) FROM voice_bridge.silenced_numbers WHERE phone = %s", (phone,)
            ).fetchone()
        return int(row[0]) if row else 0

    async def tell(self, lead: Lead, *news: EventData, ago: timedelta = timedelta()) -> None:
        for data in news:
            event = root_event(
                data, id=uuid.uuid4(), source="/test", tenant="acme",
                conversation_id=lead.conversation, time=datetime.now(UTC) - ago,
            )  # fmt: skip
            await self.producer.send_and_wait(
                event.topic.name, key=str(event.subject).encode(), value=event.to_json()
            )

    def said_of(self, lead: Lead, kind: type[D]) -> list[D]:
        """Payloads about a lead's calls, each event counted once."""
        own = {e.id: e for e in self.events if e.subject == lead.conversation}
        return of(list(own.values()), kind)

    def calls_to(self, lead: Lead) -> int:
        return sum(call.to == lead.phone for call in self.carrier.calls)

    async def until(self, check: Callable[[], Awaitable[object] | object], what: str) -> None:
        def answer() -> Awaitable[object] | object:
            if self.listening.done():
                self.listening.result()
            return check()

        await eventually(answer, lambda: f"{what}\n{self.log.read_text()[-3000:]}", self.deadline)

    async def ended(self, lead: Lead, calls: int = 1) -> list[CallEnded]:
        await self.until(
            lambda: len(self.said_of(lead, CallEnded)) >= calls, f"{calls} calls have ended"
        )
        return self.said_of(lead, CallEnded)

    async def post(
        self,
        path: str,
        form: dict[str, str],
        signature: str | None = "right",
        content_type: str = "application/x-www-form-urlencoded",
    ) -> int:
        """Post as the carrier does, with the right signature, another one or none."""
        url = self.proxy.url + path
        right = sign_twilio(DEFAULT_TOKEN, url, form.items())
        headers = {"Content-Type": content_type}
        if signature is not None:
            headers[TWILIO_HEADER] = right if signature == "right" else signature
        body = urllib.parse.urlencode(form).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            return response.status

    async def upgrade(self, path: str, signature: str | None = None) -> int:
        """Open a socket as the carrier does; returns the status of the refusal."""
        url = "ws" + self.proxy.url.removeprefix("http") + path
        headers = {TWILIO_HEADER: signature or sign_twilio(DEFAULT_TOKEN, url)}
        async with aiohttp.ClientSession() as session:
            try:
                async with session.ws_connect(url, headers=headers):
                    return 101
            except aiohttp.WSServerHandshakeError as error:
                return error.status

    def expire_leases(self) -> None:
        """As if the time that a dead worker had for its jobs were over."""
        with psycopg.connect(self.dsn) as conn:
            conn.execute("UPDATE voice_bridge.jobs SET leased_until = now()")

    def bring_timers_forward(self) -> None:
        """As if the policy's pause were over: what waits for its time is due now."""
        with psycopg.connect(self.dsn) as conn:
            conn.execute("UPDATE voice_bridge.jobs SET due_at = now() WHERE kind = 'timer'")
            conn.execute(
                "UPDATE voice_bridge.desks SET state = jsonb_set(state, "
                "'{qualification,not_before}', to_jsonb(now())) "
                "WHERE state #>> '{qualification,not_before}' IS NOT NULL"
            )

    async def listens(self, bootstrap: str) -> None:
        """Begin to listen; what is said from now on is heard."""
        begun = asyncio.Event()
        self.listening = asyncio.create_task(self._listen(bootstrap, begun))
        begins = asyncio.create_task(begun.wait())
        await asyncio.wait((self.listening, begins), return_when=asyncio.FIRST_COMPLETED)
        begins.cancel()

    async def _listen(self, bootstrap: str, begun: asyncio.Event) -> None:
        """Keep what is said of calls, and answer as the calendar."""
        consumer = AIOKafkaConsumer(
            CALLS.name, BOOKING_COMMANDS.name, bootstrap_servers=bootstrap,
            auto_offset_reset="latest", fetch_max_wait_ms=20,
        )  # fmt: skip
        await consumer.start()
        try:
            await consumer.seek_to_end()
            begun.set()
            async for record in consumer:
                event = parse_event(record.value)
                self.events.append(event)
                answer = self.calendar.answer(event.data)
                if answer is not None:
                    await self.tell(Lead(conversation=event.subject), answer)
        finally:
            await consumer.stop()


@contextlib.asynccontextmanager
async def ingest(callers: dict[str, Lead], port: int) -> AsyncIterator[None]:
    """Stands in for ingest, which knows whose conversation a number belongs to."""

    async def conversations(request: Request) -> JSONResponse:
        lead = callers.get((await request.json())["address"])
        if lead is None:
            return JSONResponse({}, 422)
        body = {
            "conversation_id": str(lead.conversation),
            "contact": lead.contact.model_dump(mode="json"),
        }
        return JSONResponse(body)

    path = "/internal/v1/{tenant}/conversations"
    app = Starlette(routes=[Route(path, conversations, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def lab(servers, database_dsn, tmp_path: Path) -> AsyncIterator[Lab]:  # type: ignore[no-untyped-def]
    (tmp_path / "tenants").mkdir()
    (tmp_path / "tenants" / "acme.yaml").write_text(TENANT)
    proxy, ingest_port = Proxy(), free_port()
    await proxy.start()
    await create_topics(KafkaSettings(bootstrap=servers.kafka_bootstrap))
    producer = AIOKafkaProducer(bootstrap_servers=servers.kafka_bootstrap, acks="all")
    await producer.start()
    async with CarrierSimulator(system_url=proxy.url) as carrier:
        environment = {
            **os.environ,
            "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
            "SEGUE_POSTGRES_DSN": database_dsn,
            "SEGUE_REDIS_URL": servers.redis_url,
            "SEGUE_TENANTS": str(tmp_path / "tenants"),
            "SEGUE_VOICE_BRIDGE_PORT": str(proxy.port),
            "SEGUE_VOICE_PUBLIC_URL": proxy.url,
            "SEGUE_TWILIO_API_BASE": carrier.url,
            "SEGUE_INGEST_URL": f"http://127.0.0.1:{ingest_port}",
            "ACCOUNT": DEFAULT_ACCOUNT,
            "TOKEN": DEFAULT_TOKEN,
        }
        lab = Lab(database_dsn, environment, producer, carrier, tmp_path / "log", proxy)
        await lab.listens(servers.kafka_bootstrap)
        try:
            async with ingest(lab.callers, ingest_port):
                yield lab
        finally:
            lab.listening.cancel()
            for process in lab.processes:
                if process.poll() is None:
                    process.terminate()
            for process in lab.processes:
                await asyncio.to_thread(process.wait, DEADLINE)
            await producer.stop()
            await proxy.stop()


@pytest.fixture
def lead() -> Lead:
    """Somebody nobody has rung before."""
    return Lead()
