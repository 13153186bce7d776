"""The ConversationRelay socket: the carrier's frames in, the agent's words out."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from segue_common.runtime.clock import Clock
from segue_common.runtime.database import Pool
from segue_common.runtime.logs import current_conversation
from segue_common.runtime.problems import Problem, problem_response
from segue_common.tenants import Tenant
from segue_common.webhooks.twilio import socket_is_signed
from segue_dialogue.model import TurnModel, count_use
from starlette.websockets import WebSocket, WebSocketDisconnect

from segue_voice_bridge.adapters import relay_frames as frames
from segue_voice_bridge.addresses import Addresses
from segue_voice_bridge.domain.agent import Input, Session, Turn, VoiceAgent
from segue_voice_bridge.domain.agent.inputs import Connected, Heard, Interrupted, Pressed
from segue_voice_bridge.domain.agent.words import first_words
from segue_voice_bridge.domain.speech import speech_of
from segue_voice_bridge.live.companion import Companion
from segue_voice_bridge.live.floor import Floor
from segue_voice_bridge.live.live_call import LiveCall, Pace
from segue_voice_bridge.live.recording import turn_event
from segue_voice_bridge.live.write_behind import WriteBehind
from segue_voice_bridge.store import calls, desks, sessions

log = logging.getLogger(__name__)

SETUP_SECONDS = 10.0
POLICY_VIOLATION = 1008


@dataclass(frozen=True)
class Relay:
    """Serves the sockets of all calls."""

    pool: Pool
    tenants: Mapping[str, Tenant]
    addresses: Addresses
    agent: VoiceAgent
    floor: Floor
    writing: WriteBehind
    clock: Clock
    pace: Pace
    model: TurnModel | None = None

    async def serve(self, socket: WebSocket) -> None:
        """One socket from the upgrade to its end."""
        if not socket_is_signed(socket, self.tenants, self.addresses.socket("")):
            await _deny(socket, Problem(403, "The signature does not fit the request."))
            return
        row = await calls.find(self.pool, socket.path_params["call"])
        if row is None or row.tenant != socket.path_params["tenant"]:
            await _deny(socket, Problem(404, "There is no such call."))
            return
        await socket.accept()
        current_conversation.set(str(row.conversation_id))
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            if await _is_of(socket, row.provider_call_id):
                await self._talk(socket, row)
            await socket.close()

    async def _talk(self, socket: WebSocket, row: calls.CallRow) -> None:
        session = await self._session(row.call_id)
        if session is None:
            log.error("a call has no session", extra={"fields": {"call_id": str(row.call_id)}})
            return

        def record(event: Input, turn: Turn, before: Session) -> None:
            if turn.model_use is not None:
                count_use("voice", row.tenant, turn.model_use)
            self.writing.put(
                turn_event(
                    event, turn, before, tenant=row.tenant, conversation_id=row.conversation_id,
                    now=self.clock(),
                )
            )  # fmt: skip

        live = LiveCall(
            session,
            agent=self.agent,
            send=socket.send_text,
            read_desk=lambda: desks.read(self.pool, row.conversation_id),
            record=record,
            speech=lambda language: speech_of(language, self.tenants[row.tenant]),
            clock=self.clock,
            pace=self.pace,
            companion=Companion(self.model, self.tenants[row.tenant]) if self.model else None,
        )
        self.floor.enter(live)
        # What the carrier was told to greet with, as the session was when it asked.
        live.put(Connected(first_words(session, self.clock())))
        reading = asyncio.create_task(_read(socket, live))
        try:
            await live.run()
            if live.session.ended:
                # The carrier closes the socket when the last words have been played.
                await reading
        finally:
            reading.cancel()
            self.floor.leave(live)

    async def _session(self, call_id: UUID) -> Session | None:
        return self.floor.session(call_id) or await sessions.load(self.pool, call_id)


async def _read(socket: WebSocket, live: LiveCall) -> None:
    try:
        while True:
            frame = frames.read_frame(await socket.receive_text())
            match frame:
                case frames.Prompt(last=True, voicePrompt=text) if text.strip():
                    live.put(Heard(text))
                case frames.Interrupt(utteranceUntilInterrupt=heard):
                    live.put(Interrupted(heard))
                case frames.Dtmf(digit=digit):
                    live.put(Pressed(digit))
                case frames.Error():
                    log.warning("the carrier refused a frame")
    except (WebSocketDisconnect, RuntimeError, KeyError):
        live.close()


async def _is_of(socket: WebSocket, provider_call_id: str | None) -> bool:
    """Whether the session's first frame names the call that this socket is for."""
    try:
        async with asyncio.timeout(SETUP_SECONDS):
            first = frames.read_frame(await socket.receive_text())
    except (TimeoutError, KeyError):
        return False
    if not isinstance(first, frames.Setup):
        return False
    return provider_call_id is None or first.callSid == provider_call_id


async def _deny(socket: WebSocket, problem: Problem) -> None:
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(problem_response(problem))
    else:
        await socket.close(POLICY_VIOLATION)
