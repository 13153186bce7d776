"""A call while it lasts: what was asked for, who is on it, and the handles that cut it short."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from segue_local.simulator.people import Attention
from segue_local.simulator.records import CallRecord
from segue_local.simulator.relay_caller import RelayCaller

T = TypeVar("T")

DEFAULT_RING_SECONDS = 60.0  # Twilio's default Timeout
DEFAULT_TIME_LIMIT = 14_400.0


@dataclass(frozen=True)
class TwimlSource:
    """Where the next instructions come from: a document, or a URL to ask."""

    document: str | None = None
    url: str | None = None
    method: str = "POST"
    fallback_url: str | None = None


@dataclass(frozen=True)
class Callback:
    url: str
    method: str = "POST"


@dataclass(frozen=True)
class CallRequest:
    """What `Calls.create` asked for, or a number's configuration for an inbound call."""

    source: TwimlSource
    status_callback: Callback | None = None
    events: frozenset[str] = frozenset({"completed"})
    ring_seconds: float = DEFAULT_RING_SECONDS
    time_limit: float = DEFAULT_TIME_LIMIT
    detection: Literal["Enable", "DetectMessageEnd"] | None = None
    detect_aside: bool = False  # AsyncAmd: the verdict comes by callback, TwiML isn't held up
    detection_callback: Callback | None = None


class CallOver(Exception):
    """The call has ended with this Twilio status."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class CallRedirected(Exception):
    """The call's instructions were replaced through the API."""

    def __init__(self, source: TwimlSource) -> None:
        super().__init__("redirected")
        self.source = source


@dataclass
class LiveCall:
    """Also the person's `PhoneLine`, from ringing to the end."""

    record: CallRecord
    request: CallRequest
    attention: Attention
    relay: RelayCaller | None = None
    told_to_answer: asyncio.Event = field(default_factory=asyncio.Event)
    _cut: "asyncio.Future[CallOver | CallRedirected] | None" = None

    async def unless_cut(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a part of the call; a hang-up or redirection ends it with the exception for it."""
        task = asyncio.ensure_future(work)
        cut = self._cut_short()
        try:
            both: set[asyncio.Future[Any]] = {task, cut}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise self._take_cut()
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    def answer(self) -> None:
        self.told_to_answer.set()

    async def say(self, text: str) -> None:
        if self.relay is None:
            self.record.says("person", text)
        else:
            await self.relay.person.say(text)

    async def dtmf(self, digits: str) -> None:
        if self.relay is not None:
            await self.relay.person.dtmf(digits)

    async def hang_up(self) -> None:
        """The person puts the phone down, or declines a ringing call."""
        self._end("completed" if self.record.started else "busy")

    async def end_by_api(self) -> None:
        """Status=completed or canceled: an unanswered call is cancelled."""
        self._end("completed" if self.record.started else "canceled")

    def redirect(self, source: TwimlSource) -> None:
        self._interrupt(CallRedirected(source))

    def _end(self, status: str) -> None:
        if self.relay is not None:
            self.relay.hang_up()
        else:
            self._interrupt(CallOver(status))

    def _interrupt(self, how: CallOver | CallRedirected) -> None:
        cut = self._cut_short()
        if not cut.done():
            cut.set_result(how)

    def _cut_short(self) -> "asyncio.Future[CallOver | CallRedirected]":
        if self._cut is None:
            self._cut = asyncio.get_running_loop().create_future()
        return self._cut

    def _take_cut(self) -> CallOver | CallRedirected:
        how = self._cut_short().result()
        self._cut = None
        return how
