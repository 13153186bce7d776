"""One ConversationRelay session, played from Twilio's side for the person on the phone."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from segue_local.simulator.carrier import Carrier
from segue_local.simulator.people import Attention
from segue_local.simulator.person_on_call import PersonOnCall
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
    """A session; `person` is whoever holds the phone during it."""

    def __init__(
        self, carrier: Carrier, call: CallRecord, relay: Relay, attention: Attention
    ) -> None:
        self._carrier = carrier
        self._call = call
        self._relay = relay
        self._session_id = new_sid("VX")
        self._over: asyncio.Future[RelayOutcome] = asyncio.get_running_loop().create_future()
        self._socket: ClientConnection | None = None
        self._began = asyncio.get_running_loop().time()
        self.person = PersonOnCall(carrier, call, relay, attention, self._send, self.hang_up)

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

    def hang_up(self) -> None:
        self._finish(self._outcome("completed"))

    async def _converse(self) -> RelayOutcome:
        await self._send(self._setup())
        greeting = self._relay.attributes.get("welcomeGreeting")
        if greeting:
            may_cut = self._relay.flag("welcomeGreetingInterruptible", default=True)
            self.person.voice.add(greeting, last=True, interruptible=may_cut, preemptible=False)
        async with contextlib.AsyncExitStack() as stack:
            for work in (self._listen(), self.person.voice.play(), self.person.behave()):
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
                self.person.voice.add(
                    frame.token, frame.last, self._may_cut(frame), frame.preemptible or False
                )
            case PlayFrame():
                self.person.voice.add(
                    f"[plays {frame.source}]",
                    True,
                    self._may_cut(frame),
                    frame.preemptible or False,
                )
            case LanguageFrame():
                self.person.lang = frame.transcriptionLanguage or self.person.lang
            case SendDigitsFrame():
                pass
            case EndFrame():
                # What has been said already is heard before the line closes.
                await self.person.voice.silence()
                self._finish(self._outcome("ended", handoff_data=frame.handoffData))

    def _may_cut(self, frame: TextFrame | PlayFrame) -> bool:
        if frame.interruptible is not None:
            return frame.interruptible
        return self._relay.flag("interruptible", default=True)

    async def _complain(self, reason: str) -> None:
        self._call.bad_frames.append(reason)
        self._carrier.problem(BAD_FRAME, reason, self._call.sid)
        await self._send({"type": "error", "description": f"{BAD_FRAME} invalid message: {reason}"})

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
