"""The life of one call: dial, ring, answer, follow the TwiML, hang up, report."""

import asyncio

from segue_local.simulator.call_callbacks import (
    CallCallbacks,
    base_form,
    relay_form,
    sip_code_of,
)
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.live_call import (
    CallOver,
    CallRedirected,
    LiveCall,
    TwimlSource,
)
from segue_local.simulator.records import Moment
from segue_local.simulator.relay_caller import RelayCaller, RelayOutcome
from segue_local.simulator.ringing import ring, verdict
from segue_local.simulator.twiml import (
    BadTwiml,
    Hangup,
    Pause,
    Redirect,
    Reject,
    Relay,
    Speak,
    Verb,
    verbs_of,
)
from segue_local.simulator.webhooks import ONCE

NO_TWIML = 11200
BAD_TWIML = 12100


class CallFlow:
    def __init__(self, carrier: Carrier, live: LiveCall) -> None:
        self._carrier = carrier
        self._live = live
        self._call = live.record
        self._callbacks = CallCallbacks(carrier, live.record, live.request)

    async def outbound(self, slot: float = 0.0) -> None:
        """A call placed through the API; it leaves the carrier's queue after `slot` seconds."""
        status = "completed"
        try:
            await self._live.unless_cut(asyncio.sleep(slot))
            await self._dial()
            await self._picked_up()
            await self._follow(self._live.request.source)
        except CallOver as over:
            status = over.status
        await self._finish(status)

    async def inbound(self) -> None:
        """A call by the person; it is answered by the first verb that makes a sound."""
        status = "completed"
        self._become("ringing")
        try:
            await self._follow(self._live.request.source)
        except CallOver as over:
            status = over.status
        await self._finish(status)

    async def _dial(self) -> None:
        self._callbacks.event("initiated", "initiated")
        await self._live.unless_cut(asyncio.sleep(self._carrier.timing.ring))
        self._become("ringing")
        self._callbacks.event("ringing", "ringing")
        await self._live.unless_cut(ring(self._live))

    async def _picked_up(self) -> None:
        self._answer()
        self._callbacks.event("answered", "in-progress")
        if self._live.request.detection is None:
            return
        if self._live.request.detect_aside:
            self._carrier.background.start(self._detect())
        else:
            await self._live.unless_cut(self._detect())

    def _answer(self) -> None:
        self._call.started = Moment.now()
        self._become("in-progress")
        loop = asyncio.get_running_loop()
        loop.call_later(self._live.request.time_limit, self._time_is_up)

    def _time_is_up(self) -> None:
        if self._call.ended is None:
            self._carrier.background.start(self._live.end_by_api())

    async def _detect(self) -> None:
        seconds = self._carrier.timing.detection
        await asyncio.sleep(seconds)
        if self._call.ended is None:
            self._call.answered_by = verdict(self._live.request, self._live.attention.person)
            self._callbacks.detected(round(seconds * 1000))

    async def _follow(self, source: TwimlSource) -> None:
        """Runs one document after another until there is nothing more to do."""
        following: TwimlSource | None = source
        while following is not None:
            try:
                document = await self._live.unless_cut(self._document(following))
                following = await self._run(document)
            except CallRedirected as redirected:
                following = redirected.source
            except BadTwiml as bad:
                self._carrier.problem(BAD_TWIML, str(bad), self._call.sid)
                raise CallOver("completed" if self._call.started else "failed") from None

    async def _document(self, source: TwimlSource) -> str:
        if source.document is not None:
            return source.document
        for url in filter(None, (source.url, source.fallback_url)):
            token = self._carrier.lines.token(self._call.account_sid)
            answer = await self._carrier.poster.post_form(
                url, base_form(self._call), token, source.method, ONCE
            )
            if answer.ok:
                return answer.body
            self._carrier.problem(NO_TWIML, f"HTTP {answer.status} from {url}", self._call.sid)
        raise CallOver("completed" if self._call.started else "failed")

    async def _run(self, document: str) -> TwimlSource | None:
        for verb in verbs_of(document):
            if self._call.started is None and not isinstance(verb, Reject | Redirect):
                self._answer()
            following = await self._perform(verb)
            if following is not None:
                return following
        return None

    async def _perform(self, verb: Verb) -> TwimlSource | None:
        match verb:
            case Speak():
                self._call.says("agent", verb.text)
                self._carrier.calls.changed(self._call)
                rate = self._live.attention.person.chars_per_second
                await self._live.unless_cut(asyncio.sleep(len(verb.text) / rate if rate else 0))
            case Pause():
                await self._live.unless_cut(asyncio.sleep(verb.seconds))
            case Hangup():
                raise CallOver("completed")
            case Reject():
                raise CallOver("busy" if verb.reason == "busy" else "no-answer")
            case Redirect():
                return TwimlSource(url=verb.url, method=verb.method)
            case Relay():
                return await self._connect(verb)
        return None

    async def _connect(self, relay: Relay) -> TwimlSource | None:
        """A relay session; then the action's TwiML, or the next verb when there is no action."""
        self._call.parameters = relay.parameters
        self._call.relay = relay.attributes
        caller = RelayCaller(self._carrier, self._call, relay, self._live.attention)
        self._live.relay = caller
        try:
            outcome = await self._live.unless_cut(caller.run())
        finally:
            self._live.relay = None
        self._call.session_status = outcome.status
        self._call.handoff_data = outcome.handoff_data
        gone = outcome.status == "completed"
        if gone:
            self._call.ended = Moment.now()
            self._become("completed")
        following = await self._report_relay(relay, outcome) if relay.action else None
        if gone:
            raise CallOver("completed")
        return following

    async def _report_relay(self, relay: Relay, outcome: RelayOutcome) -> TwimlSource:
        answer = await self._carrier.poster.post_form(
            relay.action or "",
            relay_form(self._call, outcome),
            self._carrier.lines.token(self._call.account_sid),
            relay.action_method,
            ONCE,
        )
        if not answer.ok:
            self._carrier.problem(NO_TWIML, f"HTTP {answer.status} from action", self._call.sid)
            raise CallOver("completed")
        return TwimlSource(document=answer.body.strip() or "<Response/>")

    def _become(self, status: str) -> None:
        self._call.becomes(status)
        self._carrier.calls.changed(self._call)

    async def _finish(self, status: str) -> None:
        self._call.ended = self._call.ended or Moment.now()
        if self._call.status != status:
            self._become(status)
        sip_code = sip_code_of(self._live.attention.person.pick_up) if status == "failed" else None
        self._callbacks.event("completed", status, sip_code)
        await self._callbacks.all_posted()
        self._call.finished = True
        self._carrier.calls.changed(self._call)
