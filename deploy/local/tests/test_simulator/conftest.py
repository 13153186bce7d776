"""A small system under test: it checks every signature and holds a trivial relay conversation."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from segue_local.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_TOKEN,
    CarrierSimulator,
    MetaNumber,
    RetryPolicy,
    TenantLine,
)
from segue_local.simulator.server import InProcessServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from twilio.request_validator import RequestValidator

APP_SECRET = "meta-app-secret"
VERIFY_TOKEN = "meta-verify-token"

Relay = Callable[["FakeSystem", WebSocket], Coroutine[Any, Any, None]]


async def echo_relay(system: "FakeSystem", socket: WebSocket) -> None:
    """Repeats every prompt in two tokens, and ends when the person says goodbye."""
    async for text in socket.iter_text():
        frame = json.loads(text)
        system.relay_frames.append(frame)
        if frame["type"] == "prompt" and frame["last"]:
            said = frame["voicePrompt"]
            if said == "goodbye":
                await socket.send_json({"type": "end", "handoffData": '{"why": "goodbye"}'})
                continue
            await socket.send_json({"type": "text", "token": "You said ", "last": False})
            await socket.send_json({"type": "text", "token": said, "last": True})


@dataclass
class FakeSystem:
    """`posts` holds (path, form) of every webhook whose signature held."""

    public_url: str = ""
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    meta_posts: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    failing: int = 0
    twiml: str = ""
    after_relay: str = "<Response/>"
    relay: Relay = echo_relay
    relay_frames: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        twilio = "/v1/{tenant}/twilio"
        return Starlette(
            routes=[
                Route("/v1/{tenant}/meta/webhook", self.meta, methods=["GET", "POST"]),
                WebSocketRoute(twilio + "/relay/{call}", self.relay_socket),
                Route(twilio + "/{rest:path}", self.twilio, methods=["POST"]),
            ]
        )

    def forms(self, ending: str) -> list[dict[str, str]]:
        return [form for path, form in self.posts if path.endswith(ending)]

    def statuses(self, ending: str, name: str) -> list[str]:
        return [form[name] for form in self.forms(ending)]

    async def twilio(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        signature = request.headers.get("x-twilio-signature", "")
        url = self.public_url + request.url.path
        if not RequestValidator(DEFAULT_TOKEN).validate(url, form, signature):
            self.forged += 1
            return Response(status_code=403)
        if self.failing:
            self.failing -= 1
            return Response(status_code=503, headers={"Retry-After": "1"})
        self.posts.append((request.url.path, form))
        if request.url.path.endswith(("/twiml", "/voice")):
            return Response(self.twiml, media_type="text/xml")
        if request.url.path.endswith("/relay-ended"):
            return Response(self.after_relay, media_type="text/xml")
        return Response("<Response/>", media_type="text/xml")

    async def relay_socket(self, socket: WebSocket) -> None:
        signed = self.public_url.replace("http", "ws", 1) + socket.url.path
        signature = socket.headers.get("x-twilio-signature", "")
        if not RequestValidator(DEFAULT_TOKEN).validate(signed, {}, signature):
            self.forged += 1
            await socket.close()
            return
        await socket.accept()
        try:
            await self.relay(self, socket)
        except WebSocketDisconnect:
            return

    async def meta(self, request: Request) -> Response:
        if request.method == "GET":
            if request.query_params["hub.verify_token"] != VERIFY_TOKEN:
                return Response(status_code=403)
            return PlainTextResponse(request.query_params["hub.challenge"])
        body = await request.body()
        expected = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        if request.headers.get("x-hub-signature-256") != f"sha256={expected}":
            self.forged += 1
            return Response(status_code=403)
        self.meta_posts.append(json.loads(body))
        return JSONResponse({})


META = MetaNumber("100200300", "meta-access-token", APP_SECRET, VERIFY_TOKEN)


@pytest.fixture
async def system() -> AsyncIterator[FakeSystem]:
    fake = FakeSystem()
    server = InProcessServer(fake.app(), "127.0.0.1", 0, websockets=True)
    fake.public_url = server.url
    fake.twiml = (
        f'<Response><Connect action="{server.url}/v1/acme/twilio/calls/c1/relay-ended">'
        f'<ConversationRelay url="{server.url.replace("http", "ws", 1)}/v1/acme/twilio/relay/c1"'
        ' welcomeGreeting="Hello, this is Acme." language="en-US">'
        '<Parameter name="conversation" value="42"/></ConversationRelay></Connect></Response>'
    )
    await server.start()
    yield fake
    await server.stop()


@pytest.fixture
async def sim(system: FakeSystem) -> AsyncIterator[CarrierSimulator]:
    async with CarrierSimulator(
        tenants=[TenantLine("acme", DEFAULT_ACCOUNT, meta=META)],
        system_url=system.public_url,
        retry=RetryPolicy(attempts=4, first=0.01),
    ) as simulator:
        yield simulator
