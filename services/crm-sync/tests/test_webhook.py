"""What is posted to a tenant's CRM, and how its answers are taken."""

import hashlib
import hmac
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from crm_lab import TheirCrm
from pydantic import SecretStr
from segue_crm_sync.adapters.webhook import (
    Accepted,
    Down,
    Outcome,
    Refused,
    Webhook,
    check_url,
    idempotency_key,
)
from segue_crm_sync.domain.deal import Deal
from segue_crm_sync.domain.record import Person, Record, make_record

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = SecretStr("s3cret")


def record(revision: int = 3) -> Record:
    person = Person(
        tenant="acme", contact_id=uuid.UUID(int=7), revision=revision, name="Ana", phone=None,
        email=None,
    )  # fmt: skip
    return make_record(person, [(uuid.UUID(int=8), Deal())], [])


async def post(crm: TheirCrm, *answers: tuple[int, dict[str, str]]) -> Outcome:
    crm.answers = list(answers)
    webhook = Webhook()
    try:
        return await webhook.send(crm.url, SECRET, record(), NOW)
    finally:
        await webhook.aclose()


async def test_the_record_is_posted_with_a_signature_over_time_and_body(
    their_crm: TheirCrm,
) -> None:
    assert await post(their_crm) == Accepted()
    [posted] = their_crm.posted
    stamp, digest = posted.headers["x-segue-signature"].split(",")
    signed = stamp.removeprefix("t=").encode() + b"." + posted.body
    assert digest == "v1=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert stamp == f"t={int(NOW.timestamp())}"
    assert posted.json["name"] == "Ana"
    assert posted.json["revision"] == 3


async def test_a_crm_that_has_the_record_already_has_accepted_it(their_crm: TheirCrm) -> None:
    assert await post(their_crm, (409, {})) == Accepted()


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_a_crm_in_trouble_is_down(their_crm: TheirCrm, status: int) -> None:
    outcome = await post(their_crm, (status, {"Retry-After": "12"}))
    assert outcome == Down(f"HTTP {status}", timedelta(seconds=12))


@pytest.mark.parametrize("status", [400, 401, 404, 422])
async def test_a_crm_that_says_no_has_refused(their_crm: TheirCrm, status: int) -> None:
    assert await post(their_crm, (status, {})) == Refused(f"HTTP {status}")


async def test_a_redirect_is_not_followed(their_crm: TheirCrm) -> None:
    outcome = await post(their_crm, (307, {"Location": their_crm.url}))
    assert outcome == Refused("HTTP 307")
    assert len(their_crm.posted) == 1


async def test_a_crm_that_is_not_there_is_down() -> None:
    webhook = Webhook()
    outcome = await webhook.send("http://127.0.0.1:9/hook", SECRET, record(), NOW)
    await webhook.aclose()
    assert isinstance(outcome, Down)


def test_the_idempotency_key_belongs_to_contact_and_revision() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert idempotency_key(one, 1) == idempotency_key(one, 1)
    assert len({idempotency_key(one, 1), idempotency_key(one, 2), idempotency_key(other, 1)}) == 3


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/hook", "ftp://crm.example", "https://", "https://me:you@crm.example/",
        "http://127.0.0.1.example/", "http://10.0.0.1/",
    ],
)  # fmt: skip
def test_records_go_nowhere_unsafe(url: str) -> None:
    assert check_url(url)


@pytest.mark.parametrize(
    "url", ["https://crm.example/hook", "http://127.0.0.1:8000/", "http://[::1]:8000/"]
)
def test_https_is_fine_and_so_is_loopback(url: str) -> None:
    assert check_url(url) is None
