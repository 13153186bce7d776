"""Two replicas of the real process on the real broker and database."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic import SecretStr
from segue_booking.http.feeds import feed_token
from segue_common.events import (
    BookingTurnRequested,
    BookingWanted,
    Contact,
    Event,
    EventData,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    Reading,
    TurnCompleted,
    Utterance,
    readable_events,
    root_event,
)
from segue_common.events.topics import BOOKINGS, REPLIES
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from waiting import free_port

DEADLINE = 60.0
ZONE = ZoneInfo("America/New_York")
# Not the service's real secrets: they only have to be the same on both sides.
OPERATOR, INTERNAL = "operator-of-the-test", "internal-of-the-test"
TENANT = """
tenant: acme
name: Acme Dental
time_zone: America/New_York
hours: {mon-sun: "08:00-20:00"}
booking: {horizon_days: 30}
services:
  - {id: consult, name: Consultation, minutes: 30, resources: [chair-1]}
"""


@dataclass
class Replicas:
    kafka: str
    dsn: str
    ports: list[int]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def call(
        self, method: str, path: str, body: object = None, *, token: str | None = OPERATOR,
        key: str | None = None, replica: int = 0,
    ) -> tuple[int, Any]:  # fmt: skip
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if key:
            headers["idempotency-key"] = key
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[replica]}{path}", data, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, _read(response)
        except urllib.error.HTTPError as error:
            return error.code, _read(error)


def _read(response: Any) -> Any:
    text = response.read().decode()
    return json.loads(text) if "json" in response.headers["content-type"] else text


@pytest.fixture(scope="module")
def replicas(servers: Any, database_dsn: str, tmp_path_factory: Any) -> Iterator[Replicas]:
    folder: Path = tmp_path_factory.mktemp("booking")
    (folder / "acme.yaml").write_text(TENANT)
    asyncio.run(_topics(servers.kafka_bootstrap))
    running = Replicas(servers.kafka_bootstrap, database_dsn, [free_port(), free_port()])
    environment = {
        **os.environ,
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(folder),
        "SEGUE_OPERATOR_TOKEN": OPERATOR,
        "SEGUE_INTERNAL_TOKEN": INTERNAL,
    }
    try:
        for number, port in enumerate(running.ports):
            running.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "segue_booking"],
                    env={**environment, "SEGUE_BOOKING_PORT": str(port)},
                    stderr=(folder / f"log-{number}").open("wb"),
                )
            )
        for port in running.ports:
            _wait_ready(port)
        yield running
    finally:
        for process in running.processes:
            process.terminate()
        codes = [process.wait(DEADLINE) for process in running.processes]
    assert codes == [0, 0]


async def _topics(bootstrap: str) -> None:
    await create_topics(KafkaSettings(bootstrap=bootstrap))


def _wait_ready(port: int) -> None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the service is not ready")


@dataclass
class Wire:
    """The topics as another service sees them."""

    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    seen: dict[UUID, Event[EventData]] = field(default_factory=dict)

    async def send(self, *events: Event[EventData]) -> None:
        for event in events:
            await self.producer.send(
                event.topic.name, key=str(event.subject).encode(), value=event.to_json()
            )
        await self.producer.flush()

    async def wait(self, kind: type[EventData], of: set[UUID], count: int) -> list[Any]:
        """The payloads of that kind in these conversations, once there are `count`."""
        end = time.monotonic() + DEADLINE
        while len(self.found(kind, of)) < count:
            if time.monotonic() > end:
                pytest.fail(f"{len(self.found(kind, of))} {kind.__name__} instead of {count}")
            await self.look()
        await self.look()
        return self.found(kind, of)

    def found(self, kind: type[EventData], of: set[UUID]) -> list[Any]:
        events = [e for e in self.seen.values() if isinstance(e.data, kind) and e.subject in of]
        return [event.data for event in events]

    async def look(self) -> None:
        for records in (await self.consumer.getmany(timeout_ms=300)).values():
            for event in readable_events(record.value for record in records):
                self.seen.setdefault(event.id, event)


@pytest.fixture
async def wire(replicas: Replicas) -> AsyncIterator[Wire]:
    producer = AIOKafkaProducer(bootstrap_servers=replicas.kafka, acks="all")
    consumer = AIOKafkaConsumer(
        BOOKINGS.name, REPLIES.name, bootstrap_servers=replicas.kafka,
        auto_offset_reset="earliest",
    )  # fmt: skip
    await producer.start()
    await consumer.start()
    yield Wire(producer, consumer)
    await consumer.stop()
    await producer.stop()


def day(ahead: int) -> datetime:
    """Midnight in New York so many days from now; every test has days of its own."""
    return (datetime.now(ZONE) + timedelta(days=ahead)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def turn(text: str, conversation: UUID | None = None) -> Event[BookingTurnRequested]:
    conversation = conversation or uuid.uuid4()
    line = Utterance(
        message_id=uuid.uuid4(), speaker="lead", channel="web", text=text, at=datetime.now(UTC)
    )
    data = BookingTurnRequested(
        turn_id=uuid.uuid4(), agent="booking", epoch=1, channel="web", language="en",
        contact=Contact(contact_id=conversation), transcript=(line,), new=(line.message_id,),
        reading=Reading(intent="book", confidence=0.9),
    )  # fmt: skip
    return event(data, conversation)


def event(data: EventData, conversation: UUID) -> Event[Any]:
    return root_event(
        data, id=uuid.uuid4(), source="/test", tenant="acme", conversation_id=conversation,
        time=datetime.now(UTC),
    )  # fmt: skip


def at(when: datetime) -> str:
    return f"{when:%B} {when.day} at {when:%H:%M}"


async def test_of_twenty_who_want_one_slot_at_once_one_gets_it_and_the_others_alternatives(wire):
    text = f"Can I come on {at(day(3).replace(hour=10))}?"
    people = [turn(text) for _ in range(20)]
    everyone = {one.subject for one in people}
    await wire.send(*people)
    answers = await wire.wait(TurnCompleted, everyone, 20)
    assert len(await wire.wait(MeetingBooked, everyone, 1)) == 1
    said = Counter(" ".join(answer.says).partition(" ")[0] for answer in answers)
    assert said == {"You're": 1, "There's": 19}
    offered = [answer for answer in answers if answer.question == "choose_slot"]
    assert all("10:30" in " ".join(answer.says) for answer in offered)
    assert len(offered) == 19


async def test_both_replicas_took_part(replicas, wire):
    people = [turn("I need an appointment") for _ in range(30)]
    await wire.send(*people)
    await wire.wait(TurnCompleted, {one.subject for one in people}, 30)
    for replica in (0, 1):
        _, text = replicas.call("GET", "/metrics", replica=replica)
        offers = [line for line in text.splitlines() if line.startswith("segue_booking_offers")]
        assert any(float(line.split()[-1]) > 0 for line in offers)


async def test_the_same_turn_twice_makes_one_booking(replicas, wire):
    one = turn(f"{at(day(4).replace(hour=11))} please")
    await wire.send(one, one)
    await wire.wait(MeetingBooked, {one.subject}, 1)
    await wire.send(one)
    marker = turn("hello, an appointment please", one.subject)
    await wire.send(marker)
    await wire.wait(TurnCompleted, {one.subject}, 2)
    assert len(wire.found(MeetingBooked, {one.subject})) == 1
    with psycopg.connect(replicas.dsn) as conn:
        rows = conn.execute(
            "SELECT count(*) FROM booking.bookings WHERE conversation_id = %s", (one.subject,)
        ).fetchone()
    assert rows == (1,)


async def test_a_call_and_a_chat_for_one_slot_end_with_one_meeting(wire):
    start = day(5).replace(hour=12)
    chat, call = turn(f"{at(start)} please"), uuid.uuid4()
    wanted = BookingWanted(
        request_id=uuid.uuid4(), service="consult", starts_at=start,
        contact=Contact(contact_id=call),
    )  # fmt: skip
    await wire.send(chat, event(wanted, call))
    await wire.wait(TurnCompleted, {chat.subject}, 1)
    await wire.wait(EventData, {call}, 1)
    assert len(wire.found(MeetingBooked, {chat.subject, call})) == 1


async def test_a_hold_is_released_when_its_time_is_over(replicas, wire):
    one = turn(f"{at(day(6).replace(hour=13))} or so")
    await wire.send(one)
    (held,) = await wire.wait(MeetingHeld, {one.subject}, 1)
    with psycopg.connect(replicas.dsn) as conn:
        conn.execute(
            "UPDATE booking.bookings SET hold_expires_at = now() WHERE id = %s", (held.booking_id,)
        )
        conn.execute("UPDATE booking.jobs SET due_at = now() WHERE kind = 'timer'")
    released = await wire.wait(HoldReleased, {one.subject}, 1)
    assert released == [HoldReleased(booking_id=held.booking_id, reason="expired")]


def new_booking(start: datetime, **other: object) -> dict[str, object]:
    contact = {"name": "Ana Diaz", "phone": "+12025550123"}
    return {
        "service": "consult", "starts_at": start.isoformat(), "contact": contact, **other
    }  # fmt: skip


async def test_bookings_over_http_from_made_to_cancelled(replicas, wire):
    start = day(8).replace(hour=9)
    status, made = replicas.call("POST", "/v1/acme/bookings", new_booking(start))
    assert (status, made["state"], made["starts_at"]) == (201, "booked", start.isoformat())
    path, conversation = f"/v1/acme/bookings/{made['id']}", UUID(made["conversation_id"])
    assert replicas.call("GET", path, replica=1) == (200, made)
    moved_to = (start + timedelta(hours=2)).isoformat()
    status, moved = replicas.call("PATCH", path, {"starts_at": moved_to})
    assert (status, moved["starts_at"], moved["revision"]) == (200, moved_to, 1)
    window = f"?from={start:%Y-%m-%d}&to={start + timedelta(days=1):%Y-%m-%d}"
    _, listed = replicas.call("GET", f"/v1/acme/bookings{window}")
    assert [one["id"] for one in listed["bookings"]] == [made["id"]]
    status, gone = replicas.call("DELETE", path)
    assert (status, gone["state"]) == (200, "cancelled")
    assert replicas.call("DELETE", path) == (200, gone)
    assert replicas.call("PATCH", path, {"starts_at": moved_to})[0] == 409
    (cancelled,) = await wire.wait(MeetingCancelled, {conversation}, 1)
    (booked,) = wire.found(MeetingBooked, {conversation})
    (moved_event,) = wire.found(MeetingMoved, {conversation})
    assert {booked.by, moved_event.by, cancelled.by} == {"api"}
    assert booked.contact.name == "Ana Diaz"


async def test_a_taken_slot_over_http_is_a_conflict_with_alternatives(replicas):
    start = day(9).replace(hour=10)
    assert replicas.call("POST", "/v1/acme/bookings", new_booking(start))[0] == 201
    status, body = replicas.call("POST", "/v1/acme/bookings", new_booking(start), replica=1)
    assert (status, body["title"], body["reason"]) == (409, "Conflict", "taken")
    free = (start + timedelta(minutes=30)).isoformat()
    assert body["alternatives"][0]["starts_at"] == free


async def test_a_repeated_key_gets_the_same_answer_and_changes_nothing(replicas, wire):
    key, conversation = str(uuid.uuid4()), uuid.uuid4()
    body = new_booking(day(10).replace(hour=10), conversation_id=str(conversation))
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(
                replicas.call, "POST", "/v1/acme/bookings", body, key=key, replica=n % 2
            )
            for n in range(6)
        )
    )
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 201
    other = new_booking(day(10).replace(hour=11), conversation_id=str(conversation))
    status, problem = replicas.call("POST", "/v1/acme/bookings", other, key=key)
    assert (status, problem["field"]) == (422, "Idempotency-Key")
    assert len(await wire.wait(MeetingBooked, {conversation}, 1)) == 1
    taken = replicas.call("POST", "/v1/acme/bookings", body, key=key + "x")
    assert taken[0] == 409
    assert replicas.call("POST", "/v1/acme/bookings", body, key=key + "x") == taken


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "massage"}, "service"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2030-06-01T10:00:00Z"}, "starts_at"),
        ({"starts_at": "2020-06-01T10:00:00Z"}, "starts_at"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"contact": {"phone": "12"}}, "contact.phone"),
        ({"conversation_id": "x"}, "conversation_id"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_not_valid_is_named(replicas, change, field):
    body = {**new_booking(day(11).replace(hour=10)), **change}
    status, problem = replicas.call("POST", "/v1/acme/bookings", body)
    assert (status, problem["field"]) == (422, field)


async def test_bookings_are_for_operators_alone(replicas):
    path = f"/v1/acme/bookings/{uuid.uuid4()}"
    for method, where in (
        ("GET", "/v1/acme/bookings"), ("POST", "/v1/acme/bookings"), ("GET", path),
        ("PATCH", path), ("DELETE", path), ("GET", "/v1/acme/calendars"),
        ("GET", "/v1/acme/calendars/chair-1.ics"),
    ):  # fmt: skip
        assert replicas.call(method, where, {"x": 1}, token=None)[0] == 401
        assert replicas.call(method, where, {"x": 1}, token="wrong")[0] == 403
    assert replicas.call("GET", path)[0] == 404
    assert replicas.call("GET", "/v1/nobody/bookings")[0] == 404
    assert replicas.call("POST", "/v1/acme/bookings", b"{")[0] == 400
    assert replicas.call("POST", "/v1/acme/bookings", b"1" * 70_000)[0] == 413


async def test_availability_leaves_out_what_is_booked(replicas):
    start = day(12).replace(hour=8)
    replicas.call("POST", "/v1/acme/bookings", new_booking(start + timedelta(hours=1)))
    end = start + timedelta(hours=2)
    query = f"?service=consult&from={start.isoformat()}&to={end.isoformat()}&tz=America/New_York"
    status, body = replicas.call("GET", f"/v1/acme/availability{query}", token=None)
    assert status == 200
    minutes = (0, 30, 90)
    assert [slot["starts_at"] for slot in body["slots"]] == [
        (start + timedelta(minutes=m)).isoformat() for m in minutes
    ]
    for query, name in (("?tz=Mars", "tz"), ("?service=x", "service"), ("?from=x", "from")):
        status, problem = replicas.call("GET", f"/v1/acme/availability{query}", token=None)
        assert (status, problem["field"]) == (422, name)


async def test_a_calendar_program_reads_the_feed_with_the_token_in_its_address(replicas):
    start = day(13).replace(hour=10)
    _, made = replicas.call("POST", "/v1/acme/bookings", new_booking(start))
    _, found = replicas.call("GET", "/v1/acme/calendars")
    (feed,) = found["calendars"]
    token = feed_token(SecretStr(INTERNAL), "acme", "chair-1")
    assert feed == {"resource": "chair-1", "path": f"/v1/acme/calendars/chair-1.ics?token={token}"}
    status, text = replicas.call("GET", feed["path"], token=None)
    assert status == 200
    assert f"UID:{made['id']}" in text
    assert "SUMMARY:Consultation: Ana Diaz" in text
    other = feed["path"].replace("chair-1.ics", "chair-2.ics")
    assert replicas.call("GET", other, token=None)[0] == 403
