"""One ConversationRelay session, played from Twilio's side for the person on the phone."""

import asyncio
import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from segue_local.simulator.agent_voice import AgentVoice, Utterance
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.people import (
    Action,
    Attention,
    Dtmf,
    HangUp,
    Interrupt,
    Say,
    Silence,
)
from segue_local.simulator.records import CallRecord
from segue_local.simulator.relay_frames import (
    BadFrame,
    EndFrame,
    Frame,
    LanguageFrame,
    PlayFrame,
    SendDigitsFrame,
    TextFrame,
    read_frame,
)
from segue_local.simulator.sids import new_sid
from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio
from segue_local.simulator.twiml import Relay

BAD_FRAME = 64107
CANNOT_CONNECT = 64102
SOCKET_LOST = 64105
CONNECT_TIMEOUT = 5.0


@dataclass(frozen=True)
class RelayOutcome:
    """How the session ended: `ended` by the server, `completed` by the person, or `failed`."""

    session_id: str
    status: Literal["ended", "completed", "failed"]
    seconds: int = 0
    handoff_data: str | None = None
    error_code: int | None = None
    error: str | None = None


class RelayCaller:
    """A session, and at the same time the person's `PhoneLine` while it lasts."""

    def __init__(
        self, carrier: Carrier, call: CallRecord, relay: Relay, attention: Attention
    ) -> None:
        self._carrier = carrier
        self._call = call
        self._relay = relay
        self._attention = attention
        self._session_id = new_sid("VX")
        self._lang = relay.attributes.get("language", attention.person.lang)
        self._voice = AgentVoice(
            self._heard, self._hearing, chars_per_second=attention.person.chars_per_second
        )
        self._turns: asyncio.Queue[str | list[Action]] = asyncio.Queue()
        self._over: asyncio.Future[RelayOutcome] = asyncio.get_running_loop().create_future()
        self._socket: ClientConnection | None = None
        self._began = asyncio.get_running_loop().time()

    async def run(self) -> RelayOutcome:
        """Connects, talks, and returns when either side has ended the session."""
        token = self._carrier.lines.token(self._call.account_sid)
        headers = {TWILIO_HEADER: sign_twilio(token, self._relay.url)}
        url = self._carrier.ingress.connect_url(self._relay.url)
        try:
            async with connect(
                url,
                additional_headers=headers,
                user_agent_header="TwilioProxy/1.1",
                open_timeout=CONNECT_TIMEOUT,
                close_timeout=1,
            ) as socket:
                self._socket = socket
                return await self._converse()
        except (WebSocketException, OSError, TimeoutError) as error:
            return self._failed(CANNOT_CONNECT, f"cannot connect: {type(error).__name__}")

    async def _converse(self) -> RelayOutcome:
        await self._send(self._setup())
        greeting = self._relay.attributes.get("welcomeGreeting")
        if greeting:
            may_cut = self._relay.flag("welcomeGreetingInterruptible", default=True)
            self._voice.add(greeting, last=True, interruptible=may_cut, preemptible=False)
        if self._attention.person.hello:
            self._turns.put_nowait([Say(self._attention.person.hello)])
        async with contextlib.AsyncExitStack() as stack:
            for work in (self._listen(), self._voice.play(), self._behave()):
                task = asyncio.create_task(work)
                stack.push_async_callback(_ended, task)
                task.add_done_callback(self._note_failure)
            return await self._over

    def _setup(self) -> dict[str, object]:
        call = self._call
        return {
            "type": "setup",
            "sessionId": self._session_id,
            "accountSid": call.account_sid,
            "parentCallSid": "",
            "callSid": call.sid,
            "from": call.from_,
            "to": call.to,
            "forwardedFrom": "",
            "callType": "PSTN",
            "callerName": "",
            "direction": call.direction,
            "callStatus": "IN_PROGRESS" if call.direction != "inbound" else "RINGING",
            "customParameters": self._relay.parameters,
        }

    # What the server sends

    async def _listen(self) -> None:
        socket = self._connected()
        try:
            async for raw in socket:
                try:
                    await self._take(read_frame(raw))
                except BadFrame as bad:
                    await self._complain(str(bad))
        except ConnectionClosed:
            pass
        self._finish(self._failed(SOCKET_LOST, "the server closed the WebSocket"))

    async def _take(self, frame: Frame) -> None:
        self._call.frames.append(frame.model_dump(exclude_none=True))
        match frame:
            case TextFrame():
                self._voice.add(
                    frame.token, frame.last, self._may_cut(frame), frame.preemptible or False
                )
            case PlayFrame():
                self._voice.add(
                    f"[plays {frame.source}]",
                    True,
                    self._may_cut(frame),
                    frame.preemptible or False,
                )
            case LanguageFrame():
                self._lang = frame.transcriptionLanguage or self._lang
            case SendDigitsFrame():
                pass
            case EndFrame():
                await self._voice.silence()  # what has been said is heard before the line closes
                self._finish(self._outcome("ended", handoff_data=frame.handoffData))

    def _may_cut(self, frame: TextFrame | PlayFrame) -> bool:
        if frame.interruptible is not None:
            return frame.interruptible
        return self._relay.flag("interruptible", default=True)

    async def _complain(self, reason: str) -> None:
        self._call.bad_frames.append(reason)
        self._carrier.problem(BAD_FRAME, reason, self._call.sid)
        await self._send({"type": "error", "description": f"{BAD_FRAME} invalid message: {reason}"})

    # What the person hears and does

    async def _hearing(self, utterance: Utterance) -> None:
        due = self._attention.interrupts(utterance.heard)
        if due is None:
            return
        interruption, then = due
        if utterance.interruptible:
            await self._speak_over(interruption)
            self._turns.put_nowait(then)
        else:
            self._turns.put_nowait([Say(interruption.text), *then])

    async def _heard(self, text: str) -> None:
        self._call.says("agent", text)
        self._carrier.calls.changed(self._call)
        self._turns.put_nowait(text)

    async def _behave(self) -> None:
        while True:
            turn = await self._turns.get()
            if isinstance(turn, list):
                await self._do(turn)
            elif self._attention.person.on_heard is not None:
                await self._attention.person.on_heard(self, turn)
            else:
                await self._do(self._attention.reacts_to(turn))

    async def _do(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Say():
                    await self.say(action.text)
                case Dtmf():
                    await self.dtmf(action.digits)
                case Interrupt():
                    await self._speak_over(action)
                case Silence():
                    await asyncio.sleep(action.seconds)
                case HangUp():
                    await self.hang_up()

    async def _speak_over(self, interruption: Interrupt) -> None:
        await self._cut_agent(interruption.after_chars)
        await self._prompt(interruption.text)

    async def _cut_agent(self, at: int | None = None) -> None:
        cut = self._voice.cut(at)
        if cut is None:
            return
        self._call.says("agent", cut.heard, cut=True)
        milliseconds: int | str = cut.milliseconds
        if self._carrier.timing.interrupt_duration_as_text:
            milliseconds = str(milliseconds)
        await self._send(
            {
                "type": "interrupt",
                "utteranceUntilInterrupt": cut.heard,
                "durationUntilInterruptMs": milliseconds,
            }
        )

    # The person's line

    async def say(self, text: str) -> None:
        """Speaks; over the agent if it is speaking and lets itself be interrupted."""
        speaking = self._voice.current
        if speaking is not None and speaking.heard and speaking.interruptible:
            await self._cut_agent()
        await self._prompt(text)

    async def dtmf(self, digits: str) -> None:
        for digit in digits:
            await self._send({"type": "dtmf", "digit": digit})

    async def hang_up(self) -> None:
        self._finish(self._outcome("completed"))

    async def _prompt(self, text: str) -> None:
        self._call.says("person", text)
        self._carrier.calls.changed(self._call)
        if self._relay.flag("partialPrompts", default=False):
            half = text[: len(text) // 2]
            await self._send(self._prompt_frame(half, last=False))
        await self._send(self._prompt_frame(text, last=True))

    def _prompt_frame(self, text: str, last: bool) -> dict[str, object]:
        return {"type": "prompt", "voicePrompt": text, "lang": self._lang, "last": last}

    # The session

    async def _send(self, frame: dict[str, object]) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self._connected().send(json.dumps(frame))

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            raise RuntimeError("the relay is not connected")
        return self._socket

    def _finish(self, outcome: RelayOutcome) -> None:
        if not self._over.done():
            self._over.set_result(outcome)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self._over.done():
            self._over.set_exception(error)

    def _outcome(
        self,
        status: Literal["ended", "completed", "failed"],
        handoff_data: str | None = None,
        error_code: int | None = None,
        error: str | None = None,
    ) -> RelayOutcome:
        seconds = round(asyncio.get_running_loop().time() - self._began)
        return RelayOutcome(self._session_id, status, seconds, handoff_data, error_code, error)

    def _failed(self, code: int, error: str) -> RelayOutcome:
        if not self._over.done():
            self._carrier.problem(code, error, self._call.sid)
        return self._outcome("failed", error_code=code, error=error)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task
