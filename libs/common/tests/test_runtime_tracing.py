"""Traces through real services, broker and database, as a collector receives them."""

import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from collector import Collector, Span, collecting
from runtime_lab import Lab, message, open_lab
from segue_common.cli.kafka_session import StoredRecord, look_on
from segue_common.events import Event, EventData, Topic
from segue_common.events.topics import CONTROL, DELIVERY, INBOUND
from segue_common.runtime import tracing
from segue_common.runtime.trace_requests import TraceRequests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from waiting import eventually

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
WANTED = f"00-{TRACE}-{CALLER}-01"
UNWANTED = f"00-{TRACE}-{CALLER}-00"
RECEIVED = "segue.message.received.v1"
DELIVERED = "segue.delivery.updated.v1"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as opened:
        yield opened


@pytest.fixture
async def traced(
    lab_environment: dict[str, str], tmp_path: Path, collector: Collector
) -> AsyncIterator[Lab]:
    """The lab, with its services sending their spans to the collector."""
    lab_environment |= {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "SEGUE_JOB_LEASE_SECONDS": "2",
    }
    async with open_lab(lab_environment, tmp_path) as lab:
        yield lab


async def send(lab: Lab, event: Event[EventData], traceparent: str = WANTED) -> None:
    producer: AIOKafkaProducer = lab.producer
    await producer.send_and_wait(
        INBOUND.name, key=str(event.subject).encode(), value=event.to_json(),
        headers=[("traceparent", traceparent.encode())],
    )  # fmt: skip


async def spans(collector: Collector, conversation: UUID, count: int) -> list[Span]:
    """The conversation's spans, once so many are there, each once by its ID."""

    async def there() -> bool:
        return len({span.span_id for span in collector.of(conversation)}) >= count

    await eventually(there, f"{count} spans")
    return list({span.span_id: span for span in collector.of(conversation)}.values())


def chain(found: list[Span]) -> list[tuple[str, str]]:
    """Service and name along the line from the caller's span to the last."""
    by_parent = {span.parent_id: span for span in found}
    line, at = [], CALLER
    while at in by_parent:
        line.append((by_parent[at].service, by_parent[at].name))
        at = by_parent[at].span_id
    return line


async def records(lab: Lab, topic: Topic, conversation: UUID) -> list[StoredRecord]:
    async with look_on(lab.kafka, [topic]) as onlooker:
        key = str(conversation).encode()
        return [record async for record in onlooker.backlog() if record.key == key]


async def test_an_event_is_one_trace_over_two_hops(traced: Lab, collector: Collector) -> None:
    traced.start()
    traced.start(program="relaying_service.py", service="router")
    event = message(uuid.uuid4(), "a word")
    await send(traced, event)
    found = await spans(collector, event.subject, 2)
    assert {span.trace_id for span in found} == {TRACE}
    assert chain(found) == [("segue-ingest", RECEIVED), ("segue-router", DELIVERED)]
    first = next(span for span in found if span.name == RECEIVED)
    assert first.attributes == {
        "segue.service": "ingest", "segue.tenant": "acme", "segue.event_id": str(event.id),
        "segue.conversation_id": str(event.subject), "messaging.destination.name": INBOUND.name,
    }  # fmt: skip

    async def relayed() -> bool:
        return bool(await records(traced, CONTROL, event.subject))

    await eventually(relayed, "the second answer")
    (last,) = await records(traced, CONTROL, event.subject)
    second = next(span for span in found if span.name == DELIVERED)
    assert dict(last.headers)["traceparent"] == f"00-{TRACE}-{second.span_id}-01".encode()


@pytest.mark.parametrize("point", ["after_commit", "after_publish", "before_offset_commit"])
async def test_a_redelivery_after_a_crash_leaves_no_gap_in_the_trace(
    traced: Lab, collector: Collector, point: str
) -> None:
    """The span of the process that was killed may never have got out."""
    victim = traced.start(crash_at=f"ingest:{point}")
    event = message(uuid.uuid4(), "a word")
    await send(traced, event)
    await eventually(lambda: _ended(victim), "the crash")
    traced.start()
    traced.start(program="relaying_service.py", service="router")
    found = await spans(collector, event.subject, 2)
    assert chain(found) == [("segue-ingest", RECEIVED), ("segue-router", DELIVERED)]


async def _ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


async def test_a_job_is_a_step_of_the_trace_that_scheduled_it(
    traced: Lab, collector: Collector
) -> None:
    traced.start()
    traced.start(program="relaying_service.py", service="router")
    event = message(uuid.uuid4(), "job")
    await send(traced, event)
    found = await spans(collector, event.subject, 4)
    assert {span.trace_id for span in found} == {TRACE}
    assert chain(found) == [
        ("segue-ingest", RECEIVED),
        ("segue-ingest", "job answer"),
        ("segue-ingest", DELIVERED),
        ("segue-router", DELIVERED),
    ]
    job = next(span for span in found if span.name == "job answer")
    assert (job.attributes["segue.outcome"], job.attributes["segue.attempt"]) == ("done", "1")


async def test_what_fails_is_seen_and_nothing_hangs_on_it(
    traced: Lab, collector: Collector
) -> None:
    traced.start()
    event = message(uuid.uuid4(), "bad")
    await send(traced, event)
    # Once in its batch and three times by itself.
    found = await spans(collector, event.subject, 4)
    assert {span.trace_id for span in found} == {TRACE}
    assert all(span.is_error for span in found)


async def test_a_trace_that_nobody_wants_recorded_is_passed_on_and_not_recorded(
    traced: Lab, collector: Collector
) -> None:
    traced.start()
    unwanted, wanted = message(uuid.uuid4(), "a"), message(uuid.uuid4(), "b")
    await send(traced, unwanted, UNWANTED)
    await send(traced, wanted)
    await spans(collector, wanted.subject, 1)
    await traced.answers(unwanted.subject, 1)
    (record,) = await records(traced, DELIVERY, unwanted.subject)
    passed = dict(record.headers)["traceparent"].decode()
    assert (passed[3:35], passed[-2:]) == (TRACE, "00")
    assert collector.of(unwanted.subject) == []


async def test_a_message_without_a_trace_starts_one(traced: Lab, collector: Collector) -> None:
    traced.start()
    event = message(uuid.uuid4(), "a")
    await traced.send(event)
    (span,) = await spans(collector, event.subject, 1)
    assert span.parent_id == ""
    (record,) = await records_once(traced, event.subject)
    assert span.trace_id.encode() in dict(record.headers)["traceparent"]


async def records_once(lab: Lab, conversation: UUID) -> list[StoredRecord]:
    await lab.answers(conversation, 1)
    return await records(lab, DELIVERY, conversation)


@pytest.mark.parametrize("text", ["a", "job"])
async def test_without_a_collector_a_trace_passes_through_as_it_came(lab: Lab, text: str) -> None:
    lab.start()
    event = message(uuid.uuid4(), text)
    await send(lab, event)
    (record,) = await records_once(lab, event.subject)
    assert dict(record.headers)["traceparent"] == WANTED.encode()


@pytest.mark.parametrize("malformed", ["00-1", f"00-{'0' * 32}-{CALLER}-01", "x" * 5_000])
async def test_a_malformed_trace_is_not_passed_on(lab: Lab, malformed: str) -> None:
    lab.start()
    event = message(uuid.uuid4(), "a")
    await send(lab, event, malformed)
    (record,) = await records_once(lab, event.subject)
    assert "traceparent" not in dict(record.headers)


def test_without_a_collector_no_part_of_the_sdk_is_loaded() -> None:
    script = (
        "import sys, segue_common.runtime.service as s; s.tracing.configure('router'); "
        "sys.exit('opentelemetry.sdk' in sys.modules or 'opentelemetry.trace' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


class Kept:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.steps: list[tracing.Step] = []

    def samples(self, _: str) -> bool:
        return True

    def record(self, step: tracing.Step) -> None:
        self.steps.append(step)

    def shutdown(self) -> None:
        return


@pytest.fixture
def kept() -> Iterator[Kept]:
    recorder = Kept()
    tracing.record_with(recorder)
    yield recorder
    tracing.record_with(None)


async def hook(_: Request) -> PlainTextResponse:
    """Answers with the trace that a message which it brings would enter under."""
    with tracing.step("carrier request", "client"):
        return PlainTextResponse(tracing.entering_trace() or "")


async def post(path: str, headers: dict[str, str]) -> str:
    app = Starlette(
        routes=[Route("/{tenant}/hook", hook, methods=["POST"])],
        middleware=[Middleware(TraceRequests)],
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return (await client.post(path, headers=headers)).text


async def test_a_request_continues_its_callers_trace_and_what_it_asks_is_a_step_of_it(
    kept: Kept,
) -> None:
    entered = await post("/acme/hook?token=secret", {"traceparent": WANTED})
    asked, served = kept.steps
    assert (served.name, served.kind, served.parent) == ("POST hook", "server", WANTED)
    assert (asked.name, asked.kind, asked.parent) == (
        "carrier request", "client", served.traceparent,
    )  # fmt: skip
    assert entered == asked.traceparent


@pytest.mark.parametrize("headers", [{}, {"traceparent": "nonsense"}])
async def test_a_request_without_a_trace_starts_one(kept: Kept, headers: dict[str, str]) -> None:
    await post("/acme/hook", headers)
    asked, served = kept.steps
    assert served.parent is None
    assert asked.parent == served.traceparent
    assert tracing.well_formed(served.traceparent or "")


@pytest.mark.parametrize("malformed", ["", "00-1", "00-zz-yy-01", "x" * 60])
def test_what_is_no_trace_context_is_nobodys_parent(kept: Kept, malformed: str) -> None:
    """As a job's row may hold, from an older version or a person's hand."""
    with tracing.step("job", parent=malformed):
        pass
    (step,) = kept.steps
    assert step.parent is None
    assert tracing.well_formed(step.traceparent or "")


async def test_without_a_collector_a_message_enters_under_its_callers_trace() -> None:
    assert await post("/acme/hook", {"traceparent": WANTED}) == WANTED
    assert tracing.well_formed(await post("/acme/hook", {}))
