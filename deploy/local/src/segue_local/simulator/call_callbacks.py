"""The forms that Twilio posts about a call, one call's callbacks strictly after each other."""

import asyncio
import math
from email.utils import format_datetime

from segue_local.simulator.carrier import Carrier
from segue_local.simulator.live_call import Callback, CallRequest
from segue_local.simulator.people import Unreachable
from segue_local.simulator.records import CallRecord, Moment
from segue_local.simulator.relay_caller import RelayOutcome

FormList = list[tuple[str, str]]

SIP_CODES = {"busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}


def base_form(call: CallRecord) -> FormList:
    """What every voice webhook says of its call."""
    form = [
        ("CallSid", call.sid),
        ("AccountSid", call.account_sid),
        ("From", call.from_),
        ("To", call.to),
        ("Caller", call.from_),
        ("Called", call.to),
        ("CallStatus", call.status),
        ("ApiVersion", "2010-04-01"),
        ("Direction", call.direction),
    ]
    for side in ("From", "To", "Caller", "Called"):
        form.append((f"{side}Country", "US"))
    if call.answered_by:
        form.append(("AnsweredBy", call.answered_by))
    return form


def relay_form(call: CallRecord, outcome: RelayOutcome) -> FormList:
    """What `<Connect action>` is told when a ConversationRelay session is over."""
    form = [
        *base_form(call),
        ("SessionId", outcome.session_id),
        ("SessionStatus", outcome.status),
        ("SessionDuration", str(outcome.seconds)),
    ]
    if outcome.handoff_data is not None:
        form.append(("HandoffData", outcome.handoff_data))
    if outcome.error_code is not None:
        form.append(("ErrorCode", str(outcome.error_code)))
        form.append(("ErrorMessage", outcome.error or ""))
    return form


def detection_form(call: CallRecord, milliseconds: int) -> FormList:
    return [
        ("CallSid", call.sid),
        ("AccountSid", call.account_sid),
        ("AnsweredBy", call.answered_by or "unknown"),
        ("MachineDetectionDuration", str(milliseconds)),
    ]


class CallCallbacks:
    """Posts a call's callbacks in order without holding up the call itself."""

    def __init__(self, carrier: Carrier, call: CallRecord, request: CallRequest) -> None:
        self._carrier = carrier
        self._call = call
        self._request = request
        self._sequence = 0
        self._last: asyncio.Task[None] | None = None

    def event(self, event: str, status: str, sip_code: str | None = None) -> None:
        """Reports one of initiated, ringing, answered, completed, if it was asked for."""
        callback = self._request.status_callback
        sequence, self._sequence = self._sequence, self._sequence + 1
        if callback is None or event not in self._request.events:
            return
        form = [field for field in base_form(self._call) if field[0] != "CallStatus"]
        form += [
            ("CallStatus", status),
            ("Timestamp", format_datetime(Moment.now().wall)),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(sequence)),
        ]
        if event == "completed":
            form += self._ending(status, sip_code)
        self._chain(callback, form)

    def detected(self, milliseconds: int) -> None:
        if self._request.detection_callback is not None:
            self._chain(self._request.detection_callback, detection_form(self._call, milliseconds))

    async def all_posted(self) -> None:
        if self._last is not None:
            await asyncio.wait({self._last})

    def _ending(self, status: str, sip_code: str | None) -> FormList:
        seconds = self._call.seconds
        form = [("CallDuration", str(seconds)), ("Duration", str(math.ceil(seconds / 60)))]
        code = sip_code or SIP_CODES.get(status, "200")
        return [*form, ("SipResponseCode", code)]

    def _chain(self, callback: Callback, form: FormList) -> None:
        self._last = self._carrier.background.start(self._post_after(self._last, callback, form))

    async def _post_after(
        self, before: asyncio.Task[None] | None, callback: Callback, form: FormList
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        token = self._carrier.lines.token(self._call.account_sid)
        await self._carrier.poster.post_form(callback.url, form, token, callback.method)


def sip_code_of(pick_up: object) -> str | None:
    return str(pick_up.sip_code) if isinstance(pick_up, Unreachable) else None
