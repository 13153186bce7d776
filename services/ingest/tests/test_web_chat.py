"""The widget's side: nothing is lost, doubled or out of order, whatever the line does."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from ingest_lab import DEADLINE, Lab, Replica
from segue_common.events import (
    DeliveryUpdated,
    MessageReceived,
    OwnershipChanged,
    root_event,
)
from segue_common.events.topics import DELIVERY, INBOUND
from waiting import eventually

pytestmark = pytest.mark.usefixtures("replica")
SITE = {"Origin": "https://acme.example"}
Frame = dict[str, Any]


class Socket:
    """A widget's end of a socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.frames: list[Frame] = []

    async def say(self, text: str, client_id: str | None = None) -> str:
        client_id = client_id or uuid.uuid4().hex
        await self._socket.send_json({"type": "say", "client_id": client_id, "text": text})
        return client_id

    async def send(self, text: str) -> None:
        await self._socket.send_str(text)

    async def close(self) -> None:
        await self._socket.close()

    async def until(self, **fields: object) -> Frame:
        """The first frame, seen already or not, with these fields."""
        try:
            async with asyncio.timeout(DEADLINE):
                while True:
                    for frame in self.frames:
                        if fields.items() <= frame.items():
                            return frame
                    self.frames.append(await self._socket.receive_json())
        except (TimeoutError, TypeError):
            pytest.fail(f"no {fields}; frames: {self.frames}")

    def messages(self) -> list[tuple[int, str, str]]:
        return [
            (frame["number"], frame["role"], frame["text"])
            for frame in self.frames
            if frame["type"] == "message"
        ]


class Visitor:
    """Somebody with the widget open."""

    def __init__(self, lab: Lab, http: aiohttp.ClientSession, session: Frame) -> None:
        self.lab = lab
        self.http = http
        self.token: str = session["token"]
        self.conversation = uuid.UUID(session["conversation_id"])

    @asynccontextmanager
    async def socket(self, after: int = 0, replica: Replica | None = None) -> AsyncIterator[Socket]:
        base = replica.socket_url if replica else self.lab.public_url.replace("http", "ws")
        url = f"{base}/v1/{self.lab.tenant}/chat?token={self.token}&after={after}"
        async with self.http.ws_connect(url, headers=SITE) as socket:
            yield Socket(socket)

    async def answered(self, *texts: str) -> None:
        await self.lab.publish(
            *(self.lab.send(t, channel="web", conversation=self.conversation) for t in texts)
        )


async def visit(lab: Lab, http: aiohttp.ClientSession) -> Visitor:
    async with http.post(f"{lab.here}/chat/sessions", headers=SITE) as answer:
        assert answer.status == 200
        return Visitor(lab, http, await answer.json())


async def test_what_is_said_is_acknowledged_numbered_and_on_the_broker(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        client_id = await socket.say("Hello, do you do implants?")
        ack = await socket.until(type="ack", client_id=client_id)
        frame = await socket.until(type="message", number=1)
        assert frame["role"] == "lead"
        assert frame["message_id"] == ack["message_id"]
        assert frame["client_id"] == client_id
        (event,) = await lab.events(INBOUND, visitor.conversation)
        assert isinstance(event.data, MessageReceived)
        assert (str(event.id), event.data.channel) == (ack["message_id"], "web")
        await visitor.answered("We do.")
        assert (await socket.until(type="message", number=2))["role"] == "agent"


async def test_a_resent_message_is_the_same_message(lab: Lab, http: aiohttp.ClientSession) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        for _ in range(3):
            await socket.say("once", "c-1")
        await socket.say("twice", "c-2")
        await socket.until(type="ack", client_id="c-2")
        await socket.until(type="message", number=2)
    async with visitor.socket() as socket:
        await socket.say("once", "c-1")
        await socket.until(type="ack", client_id="c-1")
        await socket.until(type="message", number=2)
        assert [text for _, _, text in socket.messages()] == ["once", "twice"]
    events = await lab.events(INBOUND, visitor.conversation)
    assert [e.data.text for e in events if isinstance(e.data, MessageReceived)] == ["once", "twice"]


async def test_after_a_reconnect_everything_above_the_number_comes_again_in_order(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        await socket.say("one")
        await visitor.answered("two")
        await socket.until(number=2)
    await visitor.answered("three", "four")
    async with visitor.socket(after=2) as socket:
        await visitor.answered("five")
        await socket.until(number=5)
        assert socket.messages() == [
            (3, "agent", "three"), (4, "agent", "four"), (5, "agent", "five"),
        ]  # fmt: skip
    async with visitor.socket() as socket:
        await socket.until(number=5)
        assert [number for number, _, _ in socket.messages()] == [1, 2, 3, 4, 5]


async def test_a_session_is_resumed_with_its_token_and_only_with_it(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        await socket.say("remember me")
        await socket.until(number=1)
    url = f"{lab.here}/chat/sessions"
    async with http.post(url, json={"token": visitor.token}) as answer:
        resumed = await answer.json()
    assert resumed["conversation_id"] == str(visitor.conversation)
    assert resumed["messages_after"] == 1
    async with http.post(url, json={"token": visitor.token + "x"}) as answer:
        assert (await answer.json())["conversation_id"] != str(visitor.conversation)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{lab.here}/chat?token=x")
    assert refused.value.status == 403


async def test_only_the_tenants_sites_may_use_the_widget(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    evil = {"Origin": "https://evil.example"}
    url = f"{lab.here}/chat/sessions"
    assert (await http.post(url, headers=evil)).status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{lab.here}/chat?token={visitor.token}", headers=evil)
    async with http.options(url, headers=SITE) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == SITE["Origin"]
    assert (await http.post(url, headers={"Origin": lab.public_url})).status == 200


async def test_a_bad_frame_is_answered_and_the_socket_stays_open(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        await socket.send("nonsense")
        assert (await socket.until(type="error"))["status"] == 400
        await socket.send(json.dumps({"type": "say", "client_id": "c", "text": ""}))
        assert (await socket.until(type="error", client_id="c"))["status"] == 422
        client_id = await socket.say("still here")
        await socket.until(type="ack", client_id=client_id)


async def test_who_says_too_much_is_told_to_wait(lab: Lab, http: aiohttp.ClientSession) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        for n in range(125):  # whichever minute each falls into
            await socket.say(f"message {n}", f"c-{n}")
        refused = await socket.until(type="error", status=429)
        assert 0 < refused["retry_after"] <= 60


async def test_an_answer_is_delivered_once_a_socket_has_it(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    await visitor.answered("you will see this")

    async def updates() -> list[str]:
        events = await lab.events(DELIVERY, visitor.conversation)
        return [e.data.status for e in events if isinstance(e.data, DeliveryUpdated)]

    async def accepted() -> bool:
        return await updates() == ["accepted"]

    async def delivered() -> bool:
        return await updates() == ["accepted", "delivered"]

    await eventually(accepted, "the message is accepted")
    for _ in range(2):
        async with visitor.socket() as socket:
            await socket.until(number=1)
            await eventually(delivered, "the message is delivered, once")


async def test_the_lead_is_told_when_a_person_answers(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    async with visitor.socket() as socket:
        await socket.until(type="status", answered_by="agent")
        taken_over = root_event(
            OwnershipChanged(owner="person", person="Kim", epoch=1),
            id=uuid.uuid4(), source="/test", tenant=lab.tenant,
            conversation_id=visitor.conversation, time=lab.send("").time,
        )  # fmt: skip
        await lab.publish(taken_over)
        await socket.until(type="status", answered_by="person")


async def test_after_a_takeover_the_agents_late_words_do_not_show(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    visitor = await visit(lab, http)
    release = root_event(
        OwnershipChanged(owner="agent", epoch=2),
        id=uuid.uuid4(), source="/test", tenant=lab.tenant,
        conversation_id=visitor.conversation, time=lab.send("").time,
    )  # fmt: skip
    await lab.publish(release)

    async def fenced() -> bool:
        query = "SELECT 1 FROM fences WHERE conversation_id = %s"
        return bool(lab.query(query, visitor.conversation))

    await eventually(fenced, "the fence stands")
    web = {"to": "visitor", "channel": "web", "conversation": visitor.conversation}
    late = lab.send("still selling", epoch=0, **web)
    person = lab.send("Back to the desk now.", epoch=1, speaker="person", **web)
    await lab.publish(late, person)
    async with visitor.socket() as socket:
        await socket.until(text="Back to the desk now.")
        assert [text for _, _, text in socket.messages()] == ["Back to the desk now."]
    assert lab.status_of(late.id) == ("failed", "stale_epoch")


async def test_sockets_on_two_replicas_show_the_same_chat(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    other = await asyncio.to_thread(lab.start)
    try:
        visitor = await visit(lab, http)
        async with visitor.socket() as here, visitor.socket(replica=other) as there:
            for n in range(10):
                await (here if n % 2 else there).say(f"said {n}", f"c-{n}")
                await (here if n % 2 else there).until(type="ack", client_id=f"c-{n}")
                await visitor.answered(f"answered {n}")
            await here.until(number=20)
            await there.until(number=20)
            assert here.messages() == there.messages()
            assert [number for number, _, _ in here.messages()] == list(range(1, 21))
    finally:
        other.end()


async def test_the_widget_and_its_page_are_served_safely(
    lab: Lab, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{lab.here}/embed.js") as answer:
        assert answer.content_type == "text/javascript"
        assert "innerHTML" not in await answer.text()
    async with http.get(f"{lab.here}/chat/page") as answer:
        assert "Acme &lt;Dental&gt;" in await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
