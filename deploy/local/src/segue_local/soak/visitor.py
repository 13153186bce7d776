"""A visitor of the web chat, who keeps what was not acknowledged and sends it again, as the
widget does."""

import asyncio
import contextlib
from collections.abc import Callable
from uuid import UUID

import aiohttp
from pydantic import BaseModel

from segue_local.soak.plan import Line, Person
from segue_local.soak.witness import Witness

ACK_SECONDS = 8.0
AGAIN_SECONDS = 0.5
LOST = (aiohttp.ClientError, OSError, TimeoutError)


class _Session(BaseModel):
    token: str


class _Frame(BaseModel):
    """What the socket sends, as far as a visitor looks at it."""

    type: str
    client_id: str | None = None
    message_id: UUID | None = None
    number: int = 0
    role: str = ""
    text: str = ""


class Visitor:
    """One widget: a session that outlives its sockets."""

    def __init__(self, person: Person, witness: Witness, url: str, until: float) -> None:
        self._person = person
        self._witness = witness
        self._base = f"{url}/v1/{person.tenant}/chat"
        self._until = until
        self._acks: dict[str, UUID] = {}
        self._news = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def _last(self) -> int:
        shown = self._witness.shown[self._person.number]
        return shown[-1][0] if shown else 0

    @property
    def _answers(self) -> int:
        return sum(role != "lead" for _, role, _ in self._witness.shown[self._person.number])

    async def run(self) -> None:
        """Say every line, each until it is acknowledged or the time is over."""
        timeout = aiohttp.ClientTimeout(total=ACK_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            token = await self._open(http)
            listening = asyncio.create_task(self._listen(http, token))
            try:
                for line in self._person.lines:
                    await self._say(line)
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    def _is_over(self) -> bool:
        return asyncio.get_running_loop().time() > self._until

    async def _open(self, http: aiohttp.ClientSession) -> str:
        while not self._is_over():
            with contextlib.suppress(*LOST):
                async with http.post(f"{self._base}/sessions", json={}) as answer:
                    if answer.ok:
                        return _Session.model_validate_json(await answer.read()).token
            await asyncio.sleep(AGAIN_SECONDS)
        return ""

    async def _listen(self, http: aiohttp.ClientSession, token: str) -> None:
        while True:
            with contextlib.suppress(*LOST):
                query = {"token": token, "after": str(self._last)}
                async with http.ws_connect(self._base, params=query) as socket:
                    self._socket = socket
                    self._news.set()
                    async for frame in socket:
                        self._take(_Frame.model_validate_json(frame.data))
            self._socket = None
            await asyncio.sleep(AGAIN_SECONDS)

    def _take(self, frame: _Frame) -> None:
        if frame.type == "ack" and frame.client_id and frame.message_id:
            self._acks[frame.client_id] = frame.message_id
        elif frame.type == "message":
            seen = (frame.number, frame.role, frame.text)
            self._witness.shown[self._person.number].append(seen)
        self._news.set()

    async def _say(self, line: Line) -> None:
        answers = self._answers
        say = {"type": "say", "client_id": line.id, "text": line.text}
        while line.id not in self._acks and not self._is_over():
            if self._socket is not None:
                with contextlib.suppress(*LOST):
                    await self._socket.send_json(say)
            await self._wait(lambda: line.id in self._acks, ACK_SECONDS / 4)
        if line.id in self._acks:
            self._witness.chatted(self._person, self._acks[line.id], line.text)
            await self._wait(lambda: self._answers > answers, line.patience)

    async def _wait(self, done: Callable[[], bool], seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not done():
                    self._news.clear()
                    await self._news.wait()
