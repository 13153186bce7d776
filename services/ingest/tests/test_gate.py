"""What is turned away at the door costs nothing behind it, and only who is over their share is."""

import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from segue_common.tenants import Tenant
from segue_ingest.admission import WAITS, Admission
from segue_ingest.domain.pace import LEAST
from segue_ingest.http.gate import Entrance, Gate
from starlette.types import Message, Receive, Scope, Send

ENTRANCE = Entrance("/v1/{tenant}/messages", "carrier", "message")
TENANTS = {name: Tenant(tenant=name, name=name, time_zone="UTC") for name in ("flood", "quiet")}


class Inside:
    """What stands behind the gate: says 403, as to whoever has not signed."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await receive()
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Caller:
    """Posts to the gate; `bodies_read` counts how often somebody wanted to hear more of it."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.bodies_read = 0

    async def asks(self, path: str, method: str = "POST") -> tuple[int, dict[str, str], bytes]:
        answer: list[MutableMapping[str, Any]] = []

        async def receive() -> Message:
            self.bodies_read += 1
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            answer.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": []}
        await self._gate(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in answer[0]["headers"]}
        return answer[0]["status"], headers, answer[1]["body"]


@pytest.fixture
def admission() -> Admission:
    return Admission(most_seconds=2.0, at_once=LEAST * 2)


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def caller(admission: Admission, inside: Inside) -> Caller:
    return Caller(Gate(inside, admission, TENANTS, (ENTRANCE,)))


def fill(admission: Admission, tenant: str) -> None:
    """Take so much of a tenant's that there is no more room for it."""
    with admission.admitted(tenant, LEAST):
        pass


async def test_a_webhook_without_room_is_refused_with_its_body_unread(
    admission: Admission, caller: Caller, inside: Inside
) -> None:
    fill(admission, "flood")
    for _ in range(50):
        status, headers, body = await caller.asks("/v1/flood/messages")
        assert status == 429
        assert int(headers["retry-after"]) in WAITS
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["type"] == "urn:segue:problem:too-many-requests"
    assert caller.bodies_read == 0
    assert inside.asked == []


async def test_other_tenants_come_in_beside_it(
    admission: Admission, caller: Caller, inside: Inside
) -> None:
    fill(admission, "flood")
    await caller.asks("/v1/quiet/messages")
    assert inside.asked == ["/v1/quiet/messages"]


async def test_whoever_cant_sign_cant_have_a_tenant_refused(
    admission: Admission, caller: Caller, inside: Inside
) -> None:
    statuses = [(await caller.asks("/v1/quiet/messages"))[0] for _ in range(LEAST * 4)]
    assert set(statuses) == {403}
    assert admission.refused("quiet") is None


async def test_only_where_providers_post_messages_is_anybody_turned_away(
    admission: Admission, caller: Caller, inside: Inside
) -> None:
    fill(admission, "flood")
    asked = [
        ("/v1/flood/status", "POST"),
        ("/v1/flood/messages", "GET"),
        ("/v1/new/messages", "POST"),
    ]
    assert {(await caller.asks(*one))[0] for one in asked} == {403}
    assert inside.asked == [path for path, _ in asked]
