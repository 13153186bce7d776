"""What operators see of a lead who is carried from the chat to a call: one trace, and figures that
are right for each promise."""

import json
import time
import uuid
from collections.abc import Callable

import httpx
import psycopg
from aiokafka import AIOKafkaProducer
from callers import PICKS_FIRST, WANTS_A_CALL
from collector import Collector, Span
from prometheus_client.parser import text_string_to_metric_families
from segue_common.events import (
    CallEnded,
    CallPlaced,
    LeadQualified,
    LeadSynced,
    MessageReceived,
    SalesTurnRequested,
    SendRefused,
    SendRequested,
    TurnCompleted,
)
from segue_common.events.topics import LEADS
from segue_local.simulator import DEFAULT_TOKEN
from segue_local.simulator.signing import sign_twilio
from segue_local.system import System
from waiting import eventually

# From the webhook to the carrier's requests, each the parent of the next.
HEARD = [
    ("segue-ingest", "POST message"),
    ("segue-router", MessageReceived.TYPE),
    ("segue-qualifier", SalesTurnRequested.TYPE),
]
ANSWERED = [
    *HEARD,
    ("segue-router", TurnCompleted.TYPE),
    ("segue-ingest", SendRequested.TYPE),
    ("segue-ingest", "job deliver"),
    ("segue-ingest", "carrier request"),
]
RUNG = [
    *HEARD,
    ("segue-voice-bridge", LeadQualified.TYPE),
    ("segue-voice-bridge", "job ring"),
    ("segue-voice-bridge", "carrier request"),
]
GAP = ("?", "a span that never came")
SYNCED = [*HEARD, ("segue-crm-sync", LeadQualified.TYPE)]


class Figures:
    """What a service's `/metrics` says, and what has changed since."""

    def __init__(self, system: System) -> None:
        self._urls = {name: process.url for name, process in system.processes.items()}
        self._before = {name: self._read(name) for name in self._urls if name != "simulator"}

    def _read(self, service: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        text = httpx.get(f"{self._urls[service]}/metrics").text
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def now(self, service: str, name: str, /, **labels: str) -> float:
        """The sum of the samples of this name that have at least these labels."""
        return _sum(self._read(service), name, labels)

    def grew(self, service: str, name: str, /, **labels: str) -> float:
        """How much that sum is more than it was at first."""
        return self.now(service, name, **labels) - _sum(self._before[service], name, labels)


def _sum(
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, labels: dict[str, str]
) -> float:
    wanted = set(labels.items())
    return sum(value for (own, has), value in samples.items() if own == name and wanted <= has)


def lines(found: list[Span], root: str = "") -> set[tuple[tuple[str, str], ...]]:
    """The way to each span from the one whose parent is `root`, as services and names."""
    by_id = {span.span_id: span for span in found}

    def way(span: Span) -> tuple[tuple[str, str], ...]:
        own = (span.service, span.name)
        if span.parent_id == root:
            return (own,)
        parent = by_id.get(span.parent_id)
        return (*way(parent), own) if parent else (GAP, own)

    return {way(span) for span in found}


async def test_one_message_is_one_trace_from_the_webhook_to_the_carriers(
    new_lead, collector: Collector
) -> None:
    lead = new_lead(name="Marta Silva")
    await lead.picks_up(script=PICKS_FIRST)
    await lead.asks(WANTS_A_CALL)
    await lead.sees(CallEnded)
    conversation = await lead.conversation()

    def mine() -> list[Span]:
        heard = [s for s in collector.of(conversation) if s.name == HEARD[1][1]]
        return collector.trace(heard[0].trace_id) if heard else []

    wanted = {tuple(line) for line in (ANSWERED, RUNG, SYNCED)}
    await eventually(
        lambda: wanted <= lines(mine()), lambda: f"{wanted - lines(mine())} in {lines(mine())}"
    )
    found = mine()
    assert len([span for span in found if not span.parent_id]) == 1
    assert not [line for line in lines(found) if line[0] == GAP]
    assert {span.attributes.get("segue.conversation_id", str(conversation)) for span in found} == {
        str(conversation)
    }
    told = json.dumps([[span.name, span.attributes] for span in found])
    for private in (lead.number, "Marta", "root canal"):
        assert private not in told


async def test_a_trace_that_a_gateway_began_goes_on(system: System, collector: Collector) -> None:
    trace, gateway = uuid.uuid4().hex, "00f067aa0ba902b7"
    url = f"{system.processes['ingest'].url}/v1/acme-dental/twilio/messages"
    form = [
        ("MessageSid", f"SM{uuid.uuid4().hex}"), ("From", "+12025550147"),
        ("To", "+15005550006"), ("Body", "Hello"),
    ]  # fmt: skip
    headers = {
        "traceparent": f"00-{trace}-{gateway}-01",
        "X-Twilio-Signature": sign_twilio(DEFAULT_TOKEN, url, form),
    }
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, data=dict(form), headers=headers)
    assert answer.status_code == 200, answer.text

    def ways() -> set[tuple[tuple[str, str], ...]]:
        return lines(collector.trace(trace), root=gateway)

    await eventually(lambda: tuple(ANSWERED) in ways(), "the gateway's trace goes on")


async def test_the_figures_of_each_promise_follow_a_lead_from_chat_to_call(
    new_lead, system: System
) -> None:
    figures, began = Figures(system), time.monotonic()
    lead = new_lead(name="Ben")
    await lead.picks_up(script=PICKS_FIRST)
    await lead.asks(WANTS_A_CALL)
    placed = await lead.sees(CallPlaced)
    assert (await lead.sees(CallEnded)).outcome == "booked"
    await lead.sees(LeadSynced, lambda synced: synced.stage == "meeting")
    took = time.monotonic() - began

    grew = figures.grew
    taken = {"provider": "twilio", "kind": "message", "result": "taken"}
    assert grew("ingest", "segue_webhooks_total", **taken) == 1
    assert grew("ingest", "segue_inbound_messages_total", channel="whatsapp") == 1
    assert grew("router", "segue_turns_requested_total", agent="sales") >= 1
    turns = grew("router", "segue_turn_seconds_count", agent="sales")
    assert turns == grew("router", "segue_turns_requested_total", agent="sales")
    assert 0 < grew("router", "segue_turn_seconds_sum", agent="sales") < took
    # One message was answered; what follows the call answers nobody.
    assert grew("ingest", "segue_reply_seconds_count", channel="whatsapp") == 1
    assert 0 < grew("ingest", "segue_reply_seconds_sum", channel="whatsapp") < took
    speed = {"tenant": "acme-dental"}
    assert grew("voice-bridge", "segue_speed_to_lead_seconds_count", **speed) == 1
    seconds = grew("voice-bridge", "segue_speed_to_lead_seconds_sum", **speed)
    assert abs(seconds - (placed.seconds_since_allowed or 0.0)) < 0.001
    assert grew("voice-bridge", "segue_calls_total", outcome="booked") == 1
    assert grew("qualifier", "segue_leads_qualified_total") == 1
    assert grew("booking", "segue_booking_meetings_total", change="booked", by="call") == 1
    for service in ("ingest", "router", "qualifier", "booking", "voice-bridge", "crm-sync"):
        assert grew(service, "segue_events_handled_total", service=service) > 0, service
        assert figures.now(service, "segue_outbox_dead_events") == 0
        assert grew(service, "segue_dead_letters_total") == 0
        assert grew(service, "segue_jobs_dead_total") == 0


async def test_refusals_are_counted_by_their_reason(new_lead, system: System) -> None:
    figures = Figures(system)
    lead = new_lead(channel="sms")
    await lead.asks("hello, do you do crowns?")
    await lead.says("STOP")
    await lead.says("what does a crown cost?")
    assert (await lead.sees(SendRefused)).reason == "opted_out"
    assert figures.grew("router", "segue_send_refusals_total", reason="opted_out") == 1
    assert figures.grew("router", "segue_send_refusals_total") == 1


async def test_what_cannot_be_read_is_counted_as_a_dead_letter(system: System) -> None:
    figures = Figures(system)
    producer = AIOKafkaProducer(bootstrap_servers=system.environment["SEGUE_KAFKA_BOOTSTRAP"])
    await producer.start()
    await producer.send_and_wait(LEADS.name, b"no event")
    await producer.stop()
    for service in ("voice-bridge", "crm-sync", "router"):
        await eventually(dead(figures, service), f"{service} counts it")


def dead(figures: Figures, service: str) -> Callable[[], bool]:
    labels = {"service": service, "topic": LEADS.name}
    return lambda: figures.grew(service, "segue_dead_letters_total", **labels) == 1


async def test_what_does_not_get_on_shows_in_lag_and_outbox_age(new_lead, system: System) -> None:
    """crm-sync's database stands still for it, and then goes on."""
    figures = Figures(system)

    def lag() -> float:
        return figures.now("crm-sync", "segue_consumer_lag_records", topic=LEADS.name)

    def age() -> float:
        return figures.now("crm-sync", "segue_outbox_oldest_seconds")

    await eventually(lambda: lag() == 0 and age() == 0, "it starts at rest")
    lead = new_lead()
    with psycopg.connect(system.environment["SEGUE_POSTGRES_DSN"]) as holding:
        holding.execute(
            "INSERT INTO crm_sync.outbox (conversation_id, topic, value, created_at) "
            "VALUES (gen_random_uuid(), 'segue.crm', '{}', now())"
        )
        holding.commit()
        # Whoever wants to send it waits for this lock.
        holding.execute("SELECT 1 FROM crm_sync.outbox FOR UPDATE")
        await eventually(lambda: age() > 1, "the age of what doesn't get out")
        assert figures.now("crm-sync", "segue_outbox_events") == 1
        holding.execute("DELETE FROM crm_sync.outbox")
        holding.commit()
        holding.execute("LOCK TABLE crm_sync.inbox IN ACCESS EXCLUSIVE MODE")
        await lead.asks("Hello, I'd like to get veneers")
        await lead.asks("My budget is about $2000")
        await lead.asks("I decide on my own")
        await eventually(lambda: lag() > 0, "the lag of what is not taken")
    await eventually(lambda: lag() == 0 and age() == 0, "it gets on and is at rest")
