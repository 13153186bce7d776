"""The REST side, spoken to by the provider's own client library."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from segue_local.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_TOKEN,
    CarrierSimulator,
    DeliveryFault,
    RestFault,
)
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

OURS = "+15005550006"
THEIRS = "+15551230001"
TWIML = "<Response><Hangup/></Response>"


def sync_client(sim: CarrierSimulator) -> Client:
    client = Client(DEFAULT_ACCOUNT, DEFAULT_TOKEN)
    client.api.base_url = sim.url
    return client


@contextlib.asynccontextmanager
async def async_client(sim: CarrierSimulator) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        client = Client(DEFAULT_ACCOUNT, DEFAULT_TOKEN, http_client=http)
        client.api.base_url = sim.url
        yield client


@pytest.fixture
async def sim() -> AsyncIterator[CarrierSimulator]:
    async with CarrierSimulator() as simulator:
        yield simulator


async def test_both_clients_create_fetch_and_list_a_message(sim: CarrierSimulator) -> None:
    def with_the_sync_client() -> str:
        client = sync_client(sim)
        created = client.messages.create(to=THEIRS, from_=OURS, body="first")
        assert created.status == "queued"
        assert client.messages(created.sid).fetch().body == "first"
        return created.sid

    first = await asyncio.to_thread(with_the_sync_client)
    async with async_client(sim) as client:
        second = await client.messages.create_async(to=THEIRS, from_=OURS, body="second")
        listed = await client.messages.list_async(to=THEIRS)
    assert [m.sid for m in listed] == [second.sid, first]
    assert [m.body for m in sim.messages] == ["first", "second"]
    assert sim.messages[0].at.monotonic < sim.messages[1].at.monotonic


async def test_a_list_follows_its_pages_and_filters_by_time_and_number(
    sim: CarrierSimulator,
) -> None:
    async with async_client(sim) as client:
        for index in range(7):
            await client.messages.create_async(to=THEIRS, from_=OURS, body=str(index))
        await client.messages.create_async(to="+15551230002", from_=OURS, body="other")
        now = datetime.now(UTC)
        paged = await client.messages.list_async(to=THEIRS, page_size=3)
        assert [m.body for m in paged] == list("6543210")
        minute = timedelta(minutes=1)
        assert len(await client.messages.list_async(date_sent_after=now - minute)) == 8
        assert await client.messages.list_async(date_sent_after=now + minute) == []
        assert await client.messages.list_async(date_sent_before=now - minute) == []


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"to": "12", "from_": OURS, "body": "x"}, 400, 21211),
        ({"to": "+15005550001", "from_": OURS, "body": "x"}, 400, 21211),
        ({"to": THEIRS, "body": "x"}, 400, 21603),
        ({"to": THEIRS, "from_": OURS}, 400, 21602),
        ({"to": THEIRS, "from_": OURS, "body": "x" * 1601}, 400, 21617),
        ({"to": f"whatsapp:{THEIRS}", "from_": OURS, "body": "x"}, 400, 63007),
        ({"to": THEIRS, "from_": OURS, "body": "x", "status_callback": "nope"}, 400, 21609),
    ],
)
async def test_a_message_that_twilio_would_refuse_is_refused_with_its_code(
    sim: CarrierSimulator, fields: dict[str, str], status: int, code: int
) -> None:
    async with async_client(sim) as client:
        with pytest.raises(TwilioRestException) as refused:
            await client.messages.create_async(**fields)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert sim.messages == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "12", "from_": OURS, "twiml": TWIML}, 21211),
        ({"to": THEIRS, "from_": "me", "twiml": TWIML}, 21212),
        ({"to": THEIRS, "from_": OURS}, 21205),
        ({"to": THEIRS, "from_": OURS, "twiml": "x" * 4001}, 20001),
        ({"to": THEIRS, "from_": OURS, "twiml": TWIML, "machine_detection": "Maybe"}, 20001),
    ],
)
async def test_a_call_that_twilio_would_refuse_is_refused_with_its_code(
    sim: CarrierSimulator, fields: dict[str, str], code: int
) -> None:
    async with async_client(sim) as client:
        with pytest.raises(TwilioRestException) as refused:
            await client.calls.create_async(**fields)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert sim.calls == []


async def test_a_wrong_token_or_account_is_refused(sim: CarrierSimulator) -> None:
    async with AsyncTwilioHttpClient() as http:
        for sid, token in ((DEFAULT_ACCOUNT, "wrong"), ("AC" + "1" * 32, DEFAULT_TOKEN)):
            client = Client(sid, token, http_client=http)
            client.api.base_url = sim.url
            with pytest.raises(TwilioRestException) as refused:
                await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
            assert (refused.value.status, refused.value.code) == (401, 20003)
    assert sim.messages == []


async def test_an_unknown_resource_is_not_found(sim: CarrierSimulator) -> None:
    async with async_client(sim) as client:
        for fetch in (client.messages("SM1").fetch_async, client.calls("CA1").fetch_async):
            with pytest.raises(TwilioRestException) as missing:
                await fetch()
            assert (missing.value.status, missing.value.code) == (404, 20404)


async def test_the_next_requests_fail_as_asked_and_then_work_again(sim: CarrierSimulator) -> None:
    sim.fault(
        RestFault("error", times=2, status=503),
        RestFault("rate_limit", retry_after=7),
        RestFault("reject", code=30007),
    )
    async with async_client(sim) as client:
        seen = []
        for _ in range(5):
            try:
                await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
                seen.append((201, 0))
            except TwilioRestException as refused:
                seen.append((refused.status, refused.code))
    assert seen == [(503, 20500), (503, 20500), (429, 20429), (400, 30007), (201, 0)]
    assert len(sim.messages) == 1


async def test_a_rate_limit_says_when_to_come_back(sim: CarrierSimulator) -> None:
    sim.fault(RestFault("rate_limit", retry_after=7, on="calls"))
    url = f"{sim.url}/2010-04-01/Accounts/{DEFAULT_ACCOUNT}/Calls.json"
    auth = aiohttp.BasicAuth(DEFAULT_ACCOUNT, DEFAULT_TOKEN)
    form = {"To": THEIRS, "From": OURS, "Twiml": TWIML}
    async with aiohttp.ClientSession() as http, http.post(url, data=form, auth=auth) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


async def test_a_fault_strikes_only_its_resource_and_number(sim: CarrierSimulator) -> None:
    sim.fault(RestFault("error", on="calls"), RestFault("error", to="+15551239999"))
    async with async_client(sim) as client:
        await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
    assert len(sim.messages) == 1


async def test_a_hanging_request_is_not_done(sim: CarrierSimulator) -> None:
    sim.fault(RestFault("hang"))
    async with async_client(sim) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
    assert sim.messages == []


async def test_a_lost_answer_is_found_by_asking_the_carrier(sim: CarrierSimulator) -> None:
    sim.fault(RestFault("lose_response", on="messages"), RestFault("lose_response", on="calls"))
    before = datetime.now(UTC)
    async with async_client(sim) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.messages.create_async(to=THEIRS, from_=OURS, body="did it?")
        with pytest.raises(aiohttp.ClientError):
            await client.calls.create_async(to=THEIRS, from_=OURS, twiml=TWIML)
        messages = await client.messages.list_async(to=THEIRS, date_sent_after=before)
        calls = await client.calls.list_async(to=THEIRS, start_time_after=before)
    assert [m.body for m in messages] == ["did it?"]
    assert [c.sid for c in calls] == [sim.calls[0].sid]
    assert sim.messages[0].answer_lost
    assert sim.calls[0].answer_lost


async def test_a_message_the_phone_refuses_ends_undelivered_with_its_code(
    sim: CarrierSimulator,
) -> None:
    sim.fault(DeliveryFault(to=THEIRS, code=30003))
    async with async_client(sim) as client:
        sent = await client.messages.create_async(to=THEIRS, from_=OURS, body="x")
        record = sim.messages[0]
        await sim.message_ledger.until(
            THEIRS, lambda: record if record.status == "undelivered" else None, 5
        )
        fetched = await client.messages(sent.sid).fetch_async()
    assert (fetched.status, fetched.error_code) == ("undelivered", 30003)


async def test_memory_is_bounded_when_asked() -> None:
    async with CarrierSimulator(max_records=3) as sim, async_client(sim) as client:
        for index in range(5):
            await client.messages.create_async(to=THEIRS, from_=OURS, body=str(index))
        assert [m.body for m in sim.messages] == ["2", "3", "4"]
        assert len(await client.messages.list_async(to=THEIRS)) == 3
