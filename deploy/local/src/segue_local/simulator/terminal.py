"""A terminal as the lead's phone: typed lines are written or spoken, what comes is shown."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Literal

import httpx

from segue_local.simulator.control_client import POLL_SECONDS, ControlClient, SeenCall
from segue_local.simulator.control_models import PersonRequest, SayRequest
from segue_local.simulator.people import WhenTold

INTRODUCTION = """You are the lead at {number}. Type to write; replies appear as they come.
/call rings the company; on a call, type to speak, /keys 12# presses keys, /hangup ends it.
/quit leaves."""

ON_THE_LINE = frozenset({"queued", "ringing", "in-progress"})


class LeadTerminal:
    """While a call is up, typed lines are spoken into it; otherwise they are chat messages."""

    def __init__(
        self,
        control: ControlClient,
        tenant: str,
        channel: Literal["sms", "whatsapp", "meta"],
        number: str,
        name: str,
        show: Callable[[str], None],
    ) -> None:
        self._control = control
        self._tenant = tenant
        self._channel = channel
        self._number = number
        self._name = name
        self._show = show
        self._call: SeenCall | None = None

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Until /quit or the end of the lines."""
        await self._control.person(PersonRequest(number=self._number, pick_up=WhenTold()))
        self._show(INTRODUCTION.format(number=self._number))
        # What was before is looked up first: a call placed at once must not count as old.
        seen = [message.order for message in await self._control.messages(self._number)]
        rung = [call.order for call in await self._control.calls(self._number)]
        watching = [
            asyncio.create_task(self._watch(work))
            for work in (
                self._watch_messages(max(seen, default=0)),
                self._watch_calls(max(rung, default=0)),
            )
        ]
        try:
            async for line in lines:
                if line.strip() == "/quit":
                    break
                await self._typed(line.strip())
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def _typed(self, line: str) -> None:
        if not line:
            return
        try:
            if self._call is not None:
                await self._on_call(self._call, line)
            elif line == "/call":
                await self._control.call_in(self._number, self._tenant)
            else:
                await self._write(line)
        except httpx.HTTPError as error:
            self._show(f"  (not done: {error})")

    async def _write(self, text: str) -> None:
        said = SayRequest(text=text, tenant=self._tenant, channel=self._channel, name=self._name)
        status = await self._control.say(self._number, said)
        if not 200 <= status < 300:
            self._show(f"  (not delivered: the system answered {status or 'nothing'})")

    async def _on_call(self, call: SeenCall, line: str) -> None:
        ringing = call.status in {"queued", "ringing"} and call.direction != "inbound"
        if line in {"/hangup", "/decline"}:
            await self._control.hang_up(call.sid)
        elif ringing:
            await self._control.answer(call.sid)
        elif line.startswith("/keys "):
            await self._control.dtmf(call.sid, line.removeprefix("/keys ").strip())
        else:
            await self._control.speak(call.sid, line)

    async def _watch(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except httpx.HTTPError as error:
            self._show(f"  (the simulator is gone: {error})")

    async def _watch_messages(self, last: int) -> None:
        while True:
            for message in await self._control.messages(self._number, last, POLL_SECONDS):
                self._show(f"< {message.body}")
                last = message.order

    async def _watch_calls(self, last: int) -> None:
        while True:
            for call in await self._control.calls(self._number, last, POLL_SECONDS):
                last = call.order
                await self._follow(call)

    async def _follow(self, call: SeenCall) -> None:
        """Shows one call from its first ring to its end."""
        told, status = 0, ""
        while True:
            self._call = call if call.status in ON_THE_LINE else None
            if call.status != status:
                self._show(f"* {_announcement(call)}")
                status = call.status
            for utterance in call.transcript[told:]:
                if utterance.who == "agent":
                    self._show(f"< {utterance.text}{' -' if utterance.cut else ''}")
            told = len(call.transcript)
            if call.finished:
                break
            call = await self._control.call(call.sid, told, status, POLL_SECONDS)


def _announcement(call: SeenCall) -> str:
    match call.status:
        case "ringing" if call.direction != "inbound":
            return "Your phone rings. Press a key and Enter to answer, or /decline."
        case "in-progress":
            return "You are on the phone."
        case "completed":
            return f"The call is over ({call.seconds} s)."
        case other:
            return f"Call: {other}."
