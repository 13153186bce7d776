"""All calls in progress, and the book of who answers which number."""

import asyncio
from collections.abc import Coroutine

from segue_local.simulator.call_flow import CallFlow
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.live_call import CallRequest, LiveCall, TwimlSource
from segue_local.simulator.people import NoAnswer, PhoneBook, PhonePerson
from segue_local.simulator.records import CallRecord
from segue_local.simulator.ringing import who_speaks
from segue_local.simulator.sids import new_sid


class Switchboard:
    """A number that nobody was scripted for rings until the caller gives up."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._live: dict[str, LiveCall] = {}
        self._next_slot = 0.0
        self.people = PhoneBook(stranger=PhonePerson(pick_up=NoAnswer()))

    def live(self, sid: str) -> LiveCall | None:
        return self._live.get(sid)

    def place(self, record: CallRecord, request: CallRequest) -> None:
        """Takes an outbound call into the queue."""
        self._carrier.calls.add(record)
        live = LiveCall(record, request, who_speaks(self.people.take(record.to)))
        flow = CallFlow(self._carrier, live)
        self._carrier.background.start(self._carry(live, flow.outbound(self._slot())))

    def ring_in(self, tenant: str, number: str, person: PhonePerson) -> CallRecord:
        """A call by a person to a tenant's number, which asks the tenant's voice webhook."""
        line = self._carrier.lines.of(tenant)
        record = CallRecord(
            sid=new_sid("CA"),
            account_sid=line.account_sid,
            to=line.number,
            from_=number,
            direction="inbound",
        )
        self._carrier.calls.add(record)
        url = self._carrier.ingress.public(f"/v1/{tenant}/twilio/voice")
        live = LiveCall(record, CallRequest(TwimlSource(url=url)), who_speaks(person))
        flow = CallFlow(self._carrier, live)
        self._carrier.background.start(self._carry(live, flow.inbound()))
        return record

    async def _carry(self, live: LiveCall, flow: Coroutine[None, None, None]) -> None:
        self._live[live.record.sid] = live
        try:
            await flow
        finally:
            del self._live[live.record.sid]

    def _slot(self) -> float:
        """Seconds until the carrier dials, at its calls per second."""
        rate = self._carrier.timing.calls_per_second
        if rate is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        start = max(now, self._next_slot)
        self._next_slot = start + 1 / rate
        return start - now
