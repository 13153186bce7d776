"""What is let out reaches the carrier once, whatever happens on the way."""

import asyncio
import signal
import uuid

import aiohttp
import pytest
from ingest_lab import SID, Lab, Replica, signed
from segue_common.events import DeliveryUpdated, OptOutChanged, root_event
from segue_common.events.topics import DELIVERY
from segue_local.simulator import CarrierSimulator, DeliveryFault, MessageRecord, RestFault
from waiting import eventually


@pytest.fixture(scope="module")
def replica(lab: Lab) -> Replica:
    lab.extra["SEGUE_DELIVERY_GIVE_UP_SECONDS"] = "15"
    return lab.start()


def number() -> str:
    return f"+1202{uuid.uuid4().int % 10**7:07d}"


def sent_to(carriers: CarrierSimulator, to: str) -> list[MessageRecord]:
    return [message for message in carriers.messages if message.to.endswith(to.lstrip("+"))]


async def published(lab: Lab, message_id: uuid.UUID, *expected: tuple[str, str | None]) -> None:
    """Just these updates have been published, in this order."""

    async def all_there() -> bool:
        return len(await statuses(lab, message_id)) >= len(expected)

    await eventually(all_there, "the updates are published")
    assert tuple(await statuses(lab, message_id)) == expected


async def statuses(lab: Lab, message_id: uuid.UUID) -> list[tuple[str, str | None]]:
    return [
        (event.data.status, event.data.error)
        for event in await lab.events(DELIVERY)
        if isinstance(event.data, DeliveryUpdated) and event.data.message_id == message_id
    ]


@pytest.mark.usefixtures("replica")
async def test_a_message_is_sent_and_its_statuses_are_published_in_order(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to = number()
    event = lab.send("Good morning", to=to)
    await lab.publish(event)
    await lab.until_status(event.id, "delivered")
    (message,) = sent_to(carriers, to)
    assert (message.body, message.from_) == ("Good morning", "+15005550006")
    assert message.status_callback == f"{lab.here}/twilio/message-status"
    await published(lab, event.id, ("accepted", None), ("sent", None), ("delivered", None))


@pytest.mark.usefixtures("replica")
async def test_a_repeated_request_is_sent_once(lab: Lab, carriers: CarrierSimulator) -> None:
    to = number()
    event = lab.send("once", to=to)
    await lab.publish(event, event, event)
    await lab.until_status(event.id, "delivered")
    assert len(sent_to(carriers, to)) == 1


@pytest.mark.usefixtures("replica")
async def test_messages_of_a_conversation_leave_in_order_even_past_a_busy_carrier(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to, conversation = number(), uuid.uuid4()
    carriers.fault(RestFault("rate_limit", times=1, to=to, retry_after=1))
    events = [lab.send(f"part {n}", to=to, conversation=conversation) for n in range(4)]
    await lab.publish(*events)
    await lab.until_status(events[-1].id, "delivered")
    assert [message.body for message in sent_to(carriers, to)] == [f"part {n}" for n in range(4)]


@pytest.mark.usefixtures("replica")
@pytest.mark.parametrize("kind", ["lose_response", "hang", "error"])
async def test_an_answer_that_is_lost_or_never_comes_does_not_double_the_message(
    lab: Lab, carriers: CarrierSimulator, kind: str
) -> None:
    to = number()
    seconds = 0.5 if kind == "hang" else None
    carriers.fault(RestFault(kind, times=1, to=to, seconds=seconds))  # type: ignore[arg-type]
    event = lab.send("exactly once", to=to)
    await lab.publish(event)
    await lab.until_status(event.id, "delivered")
    assert len(sent_to(carriers, to)) == 1


@pytest.mark.usefixtures("replica")
async def test_the_same_words_twice_are_two_messages_even_when_answers_are_lost(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to, conversation = number(), uuid.uuid4()
    carriers.fault(RestFault("lose_response", times=2, to=to))
    events = [lab.send("Are you there?", to=to, conversation=conversation) for _ in range(2)]
    await lab.publish(*events)
    for event in events:
        await lab.until_status(event.id, "delivered")
    assert len(sent_to(carriers, to)) == 2


@pytest.mark.usefixtures("replica")
async def test_meta_has_no_list_so_its_statuses_tell_what_was_accepted(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to = number()
    lead = carriers.meta_lead(to, tenant=lab.tenant)
    assert await lead.say("hi") == 200
    carriers.fault(RestFault("lose_response", times=1, on="meta"))
    event = lab.send("by meta", to=to, channel="whatsapp")
    await lab.publish(event)
    await lab.until_status(event.id, "read")
    assert [m.provider for m in sent_to(carriers, to)] == ["meta"]


@pytest.mark.usefixtures("replica")
async def test_what_the_carrier_will_never_take_fails_at_once_with_its_code(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    for code in (21211, 21610):
        to = number()
        carriers.fault(RestFault("reject", to=to, code=code))
        event = lab.send("no", to=to)
        await lab.publish(event)
        await lab.until_status(event.id, "failed")
        await published(lab, event.id, ("failed", str(code)))
        assert sent_to(carriers, to) == []


@pytest.mark.usefixtures("replica")
async def test_a_delivery_that_fails_later_is_reported_with_the_carriers_code(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to = number()
    carriers.fault(DeliveryFault(to=to, code=30007))
    event = lab.send("filtered", to=to)
    await lab.publish(event)
    await lab.until_status(event.id, "failed")
    await published(lab, event.id, ("accepted", None), ("sent", None), ("failed", "30007"))


@pytest.mark.usefixtures("replica")
async def test_statuses_in_any_order_never_go_backwards(
    lab: Lab, carriers: CarrierSimulator, http: aiohttp.ClientSession
) -> None:
    event = lab.send("status", to=number())
    await lab.publish(event)
    await lab.until_status(event.id, "delivered")
    sid = lab.query("SELECT provider_message_id FROM deliveries WHERE message_id=%s", event.id)
    before = [("accepted", None), ("sent", None), ("delivered", None)]
    await published(lab, event.id, *before)
    url = f"{lab.here}/twilio/message-status"
    for status in ("sent", "queued", "failed", "delivered"):
        form = {"MessageSid": str(sid[0][0]), "MessageStatus": status, "AccountSid": SID}
        assert (await http.post(url, data=form, headers=signed(url, form))).status == 204
    assert lab.status_of(event.id) == ("delivered", None)
    assert await statuses(lab, event.id) == before


@pytest.mark.usefixtures("replica")
async def test_a_status_on_an_unknown_message_is_kept_until_the_message_is_known(
    lab: Lab, carriers: CarrierSimulator, http: aiohttp.ClientSession
) -> None:
    """The callback overtakes the record: the carrier's answer comes after it."""
    to = number()
    carriers.fault(RestFault("lose_response", to=to, seconds=1.0))
    event = lab.send("overtaken", to=to)
    await lab.publish(event)

    async def reported() -> bool:
        found = lab.query("SELECT 1 FROM early_reports WHERE recipient = %s", to)
        return bool(found) and (lab.status_of(event.id) or ("",))[0] == "pending"

    await eventually(reported, "the early report is kept")
    await lab.until_status(event.id, "delivered")
    assert len(sent_to(carriers, to)) == 1


@pytest.mark.usefixtures("replica")
async def test_words_from_before_an_opt_out_do_not_leave_any_more(
    lab: Lab, carriers: CarrierSimulator
) -> None:
    to, conversation = number(), uuid.uuid4()
    opted_out = root_event(
        OptOutChanged(opted_out=True, channel="sms", epoch=3),
        id=uuid.uuid4(), source="/test", tenant=lab.tenant, conversation_id=conversation,
        time=lab.send("").time,
    )  # fmt: skip
    await lab.publish(opted_out)

    async def fenced() -> bool:
        return bool(lab.query("SELECT 1 FROM fences WHERE conversation_id = %s", conversation))

    await eventually(fenced, "the fence stands")
    late = lab.send("still selling", to=to, conversation=conversation, epoch=2)
    last = lab.send("You are unsubscribed.", to=to, conversation=conversation, epoch=3)
    await lab.publish(late, last)
    await lab.until_status(last.id, "delivered")
    assert lab.status_of(late.id) == ("failed", "stale_epoch")
    assert [message.body for message in sent_to(carriers, to)] == ["You are unsubscribed."]


@pytest.mark.usefixtures("replica")
async def test_a_carrier_that_stays_away_is_given_up(lab: Lab) -> None:
    event = lab.send("nobody listens", to=number())
    await lab.publish(event)
    await lab.until_status(event.id, "failed")
    assert lab.status_of(event.id) == ("failed", "gave_up")


async def test_a_process_killed_after_the_carrier_took_it_does_not_send_again(lab: Lab) -> None:
    for running in lab.replicas:
        running.end()
    # The breaker of a fresh process is closed.
    crashing = lab.start(crash_at="ingest:after_carrier_accept:1")
    async with lab.carriers() as carriers:
        to = number()
        event = lab.send("not twice", to=to)
        await lab.publish(event)
        assert await asyncio.to_thread(crashing.process.wait, 30) == -signal.SIGKILL
        assert len(sent_to(carriers, to)) == 1
        # As if the lease had run out long ago.
        with_lease = "UPDATE ingest.jobs SET leased_until = now() - interval '1 s' RETURNING 1"
        assert await asyncio.to_thread(lab.query, with_lease)
        await asyncio.to_thread(lab.start)
        await lab.until_status(event.id, "delivered")
        assert len(sent_to(carriers, to)) == 1
        told = [("accepted", None), ("sent", None), ("delivered", None)]
        await published(lab, event.id, *told)
