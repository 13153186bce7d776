"""The carrier's webhooks: what to do with a call, and what became of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from segue_common.events import Contact, Event, EventData, derived_id, root_event, root_id
from segue_common.fields import InvalidField, needed
from segue_common.runtime.clock import Clock
from segue_common.runtime.database import Pool
from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from segue_common.webhooks.requests import fields_are_checked
from segue_common.webhooks.twilio import signed_form
from segue_dialogue.phrasing import phrasebook
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from segue_voice_bridge.adapters import twiml
from segue_voice_bridge.adapters.ingest import Caller, Ingest, IngestUnavailable, NumberWithheld
from segue_voice_bridge.adapters.relay_frames import outcome_of
from segue_voice_bridge.addresses import Addresses
from segue_voice_bridge.domain.agent.words import first_words
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.happenings import (
    AnswererKnown,
    CalledIn,
    CallProgressed,
    CarrierStatus,
    RelayClosed,
)
from segue_voice_bridge.domain.progress import MOST_RECONNECTS, Answerer
from segue_voice_bridge.domain.speech import speech_of
from segue_voice_bridge.live.floor import Floor
from segue_voice_bridge.live.recording import SOURCE
from segue_voice_bridge.live.write_behind import WriteBehind
from segue_voice_bridge.store import calls, desks, sessions

PROVIDER = "twilio-voice"
Endpoint = Callable[[Request], Awaitable[Response]]
_STATUSES: TypeAdapter[CarrierStatus] = TypeAdapter(CarrierStatus)


@dataclass(frozen=True)
class Webhooks:
    """Answers the carrier; every report is written before it is acknowledged."""

    pool: Pool
    tenants: Mapping[str, Tenant]
    addresses: Addresses
    ingest: Ingest
    floor: Floor
    writing: WriteBehind
    clock: Clock

    def routes(self) -> list[Route]:
        base = "/v1/{tenant}/twilio"
        call = base + "/calls/{call:uuid}"
        return [
            Route(path, _checked(endpoint), methods=["POST"])
            for path, endpoint in (
                (base + "/voice", self.voice),
                (call + "/twiml", self.answered),
                (call + "/status", self.status),
                (call + "/amd", self.detected),
                (call + "/relay-ended", self.relay_ended),
            )
        ]

    async def voice(self, request: Request) -> Response:
        """A lead rings: find out whose conversation it is, and talk."""
        tenant, form = await signed_form(request, self.tenants, self.addresses.public_url)
        sid, phone = needed(form, "CallSid"), needed(form, "From")
        call_id = root_id(tenant.tenant, PROVIDER, sid)
        try:
            caller = await self.ingest.who_is(tenant.tenant, phone)
        except NumberWithheld:
            caller = _stranger(call_id)
        except IngestUnavailable:
            return _xml(self._trouble(tenant, tenant.languages.default))
        data = CalledIn(call_id=call_id, provider_call_id=sid, phone=phone, contact=caller.contact)
        await self.writing.put_through(
            root_event(
                data, id=root_id(tenant.tenant, PROVIDER, f"{sid}:in"), source=SOURCE,
                tenant=tenant.tenant, conversation_id=caller.conversation_id, time=self.clock(),
            )
        )  # fmt: skip
        desk = await desks.read(self.pool, caller.conversation_id)
        if desk.call is None or desk.call.call_id != call_id:
            return _xml(twiml.busy())
        return await self._talk(tenant, call_id, desk)

    async def answered(self, request: Request) -> Response:
        """Somebody has picked up: greet them with what was made ready while it rang."""
        tenant, form, row = await self._call(request)
        desk = await desks.read(self.pool, row.conversation_id)
        if desk.call is not None and desk.call.call_id == row.call_id and not desk.call.placed:
            # They were quicker than the carrier's answer to us, which may even be lost.
            sid = needed(form, "CallSid")
            data = CallProgressed(call_id=row.call_id, provider_call_id=sid, status="in-progress")
            await self._write(tenant, row, data, f"{sid}:answered")
            desk = await desks.read(self.pool, row.conversation_id)
        return await self._talk(tenant, row.call_id, desk)

    async def status(self, request: Request) -> Response:
        """Callbacks come repeated and in any order."""
        tenant, form, row = await self._call(request)
        sid, status = needed(form, "CallSid"), _status(form)
        data = CallProgressed(
            call_id=row.call_id,
            provider_call_id=sid,
            status=status,
            seconds=_whole(form.get("CallDuration")),
            detail=form.get("SipResponseCode", "") if status == "failed" else "",
        )
        await self._write(tenant, row, data, f"{sid}:status:{status}")
        return Response(status_code=204)

    async def detected(self, request: Request) -> Response:
        """The verdict on who picked up."""
        tenant, form, row = await self._call(request)
        verdict = needed(form, "AnsweredBy")
        by: Answerer = "person" if verdict == "human" else "unknown"
        if verdict == "fax" or verdict.startswith("machine"):
            by = "machine"
        data = AnswererKnown(call_id=row.call_id, by=by)
        await self._write(tenant, row, data, f"{needed(form, 'CallSid')}:amd")
        return Response(status_code=204)

    async def relay_ended(self, request: Request) -> Response:
        """The session is over. Where only the line to us broke, go on once with a new one."""
        tenant, form, row = await self._call(request)
        session_id = form.get("SessionId", "")
        lost = form.get("SessionStatus") == "failed"
        data = RelayClosed(
            call_id=row.call_id,
            session_id=session_id,
            lost=lost,
            outcome=outcome_of(form.get("HandoffData")),
            seconds=_whole(form.get("SessionDuration")),
        )
        await self._write(tenant, row, data, f"{needed(form, 'CallSid')}:relay:{session_id}")
        if not lost:
            return _xml(twiml.hang_up())
        desk = await desks.read(self.pool, row.conversation_id)
        if desk.call is None or desk.call.reconnects > MOST_RECONNECTS:
            return _xml(self._trouble(tenant, desk.language or tenant.languages.default))
        return await self._talk(tenant, row.call_id, desk)

    async def _talk(self, tenant: Tenant, call_id: UUID, desk: Desk) -> Response:
        session = self.floor.session(call_id) or await sessions.load(self.pool, call_id)
        call = desk.call
        if session is None or call is None or call.call_id != call_id or session.ended:
            return _xml(twiml.hang_up())
        if call.revoked is not None:
            return _xml(twiml.hang_up())
        return _xml(
            twiml.talk(
                socket=self.addresses.relay(tenant.tenant, call_id),
                after=self.addresses.call(tenant.tenant, call_id, "relay-ended"),
                greeting=first_words(session, self.clock()),
                speech=speech_of(session.language, tenant),
                others=[speech_of(language, tenant) for language in session.languages],
            )
        )

    def _trouble(self, tenant: Tenant, language: str) -> str:
        speech = speech_of(language, tenant)
        words = phrasebook().say("voice.trouble", speech.language, business=tenant.name)
        return twiml.say_and_hang_up(words, speech)

    async def _call(self, request: Request) -> tuple[Tenant, Mapping[str, str], calls.CallRow]:
        tenant, form = await signed_form(request, self.tenants, self.addresses.public_url)
        row = await calls.find(self.pool, request.path_params["call"])
        if row is None or row.tenant != tenant.tenant:
            raise Problem(404, "There is no such call.")
        return tenant, form, row

    async def _write(
        self, tenant: Tenant, row: calls.CallRow, data: EventData, identity: str
    ) -> None:
        event: Event[EventData] = root_event(
            data,
            id=root_id(tenant.tenant, PROVIDER, identity),
            source=SOURCE,
            tenant=tenant.tenant,
            conversation_id=row.conversation_id,
            time=self.clock(),
        )
        await self.writing.put_through(event)


def _stranger(call_id: UUID) -> Caller:
    """A caller whom nothing tells apart from others: this call is a conversation of its own."""
    contact_id = derived_id(call_id, "stranger")
    conversation_id = derived_id(call_id, "conversation")
    return Caller(conversation_id=conversation_id, contact=Contact(contact_id=contact_id))


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def _status(form: Mapping[str, str]) -> CarrierStatus:
    try:
        return _STATUSES.validate_python(needed(form, "CallStatus"))
    except ValidationError as error:
        raise InvalidField("CallStatus", "CallStatus has no known value.") from error


def _checked(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)  # a trace names the code that served a request
    async def checked(request: Request) -> Response:
        with fields_are_checked():
            return await endpoint(request)

    return checked


def _xml(document: str) -> Response:
    return Response(document, media_type="text/xml")
