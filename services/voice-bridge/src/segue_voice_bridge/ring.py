"""The jobs that talk to the carrier: ring, hang up, ask what became of a call."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Pool
from segue_common.runtime.jobs import Done, Job, Outcome, Retry, Unknown
from segue_common.tenants import Tenant

from segue_voice_bridge.adapters.errors import CarrierBusy, CarrierRefused, CarrierSilent
from segue_voice_bridge.adapters.twilio_calls import SETTLES, CarrierCall, Carriers
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.gate import Allowed, gate
from segue_voice_bridge.domain.happenings import CallProgressed, NotRung, Rang, RingFailed
from segue_voice_bridge.domain.orders import CallOrder, HangUpOrder, RingOrder
from segue_voice_bridge.domain.progress import OVER
from segue_voice_bridge.store import calls, desks, silenced

LONGEST_WAIT_SECONDS = 30
INQUIRE_EVERY = timedelta(seconds=60)
# Who is being talked to gets a goodbye before the line is cut.
GOODBYE = timedelta(seconds=10)
TALKING = "in-progress"


class Dialler:
    """Places each call at most once, whatever happens between us and the carrier."""

    def __init__(
        self,
        service: str,
        pool: Pool,
        tenants: Mapping[str, Tenant],
        carriers: Carriers,
        clock: Clock,
    ) -> None:
        self._service = service
        self._pool = pool
        self._tenants = tenants
        self._carriers = carriers
        self._clock = clock

    async def ring(self, job: Job) -> Outcome:
        """Ask the carrier first where an earlier try may have reached it; then the gate again,
        on what is known at this moment; only then ring."""
        order = RingOrder.model_validate_json(job.payload)
        try:
            if found := await self._found_at_carrier(job, order):
                return self._rang(order, found)
            if not await self._may_ring(job, order):
                return Done((NotRung(call_id=order.call_id),))
            if await silenced.is_silenced(self._pool, job.tenant, order.phone):
                return Done((NotRung(call_id=order.call_id, silenced=True),))
            await calls.claim(self._pool, order.call_id)
            placed = await self._carriers.of(job.tenant).place(order.call_id, order.phone)
        except CarrierBusy as error:
            return Retry(self._later(job), str(error))
        except CarrierSilent as error:
            return Unknown(max(self._later(job), self._clock() + SETTLES), str(error))
        except CarrierRefused as error:
            failed = RingFailed(call_id=order.call_id, detail=str(error), permanent=error.permanent)
            return Done((failed,))
        reached(self._service, "after_carrier_accept")
        return self._rang(order, placed)

    async def hang_up(self, job: Job) -> Outcome:
        """End a call whose leave has ended, if it isn't over by itself. Whoever is being talked to,
        which the carrier knows first, gets time for a goodbye."""
        order = HangUpOrder.model_validate_json(job.payload)
        row = await calls.find(self._pool, order.call_id)
        desk = await desks.read(self._pool, job.conversation_id)
        if not _in_hand(desk, order) or row is None or row.provider_call_id is None:
            return Done()
        said_by = order.leave_ended_at and order.leave_ended_at + GOODBYE
        carrier = self._carriers.of(job.tenant)
        try:
            if said_by and self._clock() < said_by:
                seen = await carrier.fetch(row.provider_call_id)
                if seen.status == TALKING:
                    return Retry(said_by, "there is time for a goodbye")
            await carrier.hang_up(row.provider_call_id)
        except (CarrierBusy, CarrierSilent) as error:
            return Retry(self._later(job), str(error))
        except CarrierRefused:
            return Done()
        return Done()

    async def inquire(self, job: Job) -> Outcome:
        """Ask what became of a call, as its callback may have been lost."""
        order = CallOrder.model_validate_json(job.payload)
        row = await calls.find(self._pool, order.call_id)
        desk = await desks.read(self._pool, job.conversation_id)
        if not _in_hand(desk, order) or row is None or row.provider_call_id is None:
            return Done()
        again = self._clock() + INQUIRE_EVERY
        try:
            seen = await self._carriers.of(job.tenant).fetch(row.provider_call_id)
        except (CarrierBusy, CarrierSilent) as error:
            return Retry(again, str(error))
        except CarrierRefused as error:
            return Done((_progress(order, row.provider_call_id, "failed", detail=str(error)),))
        if seen.status not in OVER:
            return Retry(again, "still in progress")
        return Done((_progress(order, row.provider_call_id, seen.status, seconds=seen.seconds),))

    async def _found_at_carrier(self, job: Job, order: RingOrder) -> str | None:
        """The carrier's ID of the call, where an earlier try has placed it."""
        row = await calls.find(self._pool, order.call_id)
        if row is None or row.claimed_at is None:
            return None
        if row.provider_call_id is not None:
            return row.provider_call_id
        listed = await self._carriers.of(job.tenant).placed_since(order.phone, row.claimed_at)
        known = await calls.known_to_us(self._pool, [call.provider_call_id for call in listed])
        ours: list[CarrierCall] = [c for c in listed if c.provider_call_id not in known]
        return ours[-1].provider_call_id if ours else None

    async def _may_ring(self, job: Job, order: RingOrder) -> bool:
        desk = await desks.read(self._pool, job.conversation_id)
        if not _in_hand(desk, order) or desk.call is None or desk.call.revoked is not None:
            return False
        return gate(desk, self._tenants[job.tenant], self._clock()) == Allowed(order.phone)

    def _rang(self, order: RingOrder, provider_call_id: str) -> Done:
        return Done(
            (
                Rang(
                    call_id=order.call_id,
                    provider_call_id=provider_call_id,
                    accepted_at=self._clock(),
                ),
            )
        )

    def _later(self, job: Job) -> datetime:
        wait = min(2 ** (job.attempt - 1), LONGEST_WAIT_SECONDS)
        return self._clock() + timedelta(seconds=wait)


def _in_hand(desk: Desk, order: RingOrder | CallOrder) -> bool:
    return desk.call is not None and desk.call.call_id == order.call_id


def _progress(
    order: CallOrder, provider_call_id: str, status: str, *, seconds: int | None = None,
    detail: str = "",
) -> CallProgressed:  # fmt: skip
    return CallProgressed.model_validate(
        {
            "call_id": order.call_id,
            "provider_call_id": provider_call_id,
            "status": status,
            "seconds": seconds,
            "detail": detail,
        }
    )
