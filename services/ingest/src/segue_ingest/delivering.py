"""The delivery job: takes words to a carrier, once, however often it is interrupted."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from segue_common.events import DeliveryUpdated
from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Pool
from segue_common.runtime.jobs import Done, Job, Outcome, Retry, Unknown

from segue_ingest import metrics
from segue_ingest.adapters.account_gate import AccountGate
from segue_ingest.adapters.carrier import Carrier, NoAnswer, Refused, TryLater
from segue_ingest.domain.delivery import STALE, Outgoing
from segue_ingest.domain.retrying import next_try, spent
from segue_ingest.latency import time_reply
from segue_ingest.store import deliveries
from segue_ingest.store.fences import Fences

SERVICE = "ingest"
KIND = "deliver"
# A process's clock may be wrong by hours. The carrier's messages that belong to another message
# of ours are told apart by their IDs, not by their time.
CLOCK_MARGIN = timedelta(hours=26)
# However long ago it seems to this process's clock.
LEAST_TRIES = 5

Carriers = Mapping[tuple[str, str], Carrier]


class Courier:
    """Runs delivery jobs; carriers are found by tenant and provider."""

    def __init__(
        self,
        pool: Pool,
        fences: Fences,
        carriers: Carriers,
        gate: AccountGate,
        clock: Clock,
        give_up_after: timedelta,
    ) -> None:
        self._pool = pool
        self._fences = fences
        self._carriers = carriers
        self._gate = gate
        self._clock = clock
        self._give_up_after = give_up_after

    async def deliver(self, job: Job) -> Outcome:
        """One try. An interrupted one before it may have got through: that is asked first."""
        message = Outgoing.model_validate_json(job.payload)
        carrier = self._carriers.get((job.tenant, message.provider))
        if carrier is None:
            return _failed(message, "no_channel")
        if job.interrupted and (
            known := await deliveries.provider_id(self._pool, message.message_id)
        ):
            return _accepted(message, known)
        if not job.interrupted and await self._is_fenced_off(job, message):
            return _failed(message, STALE)
        if closed := self._gate.enter(carrier.account):
            at = self._clock() + timedelta(seconds=closed.seconds)
            return self._again(job, message, at, closed.reason, unknown=job.interrupted)
        well = False
        try:
            outcome, well = await self._attempt(job, message, carrier)
            return outcome
        finally:
            self._gate.leave(carrier.account, well=well)

    async def _attempt(self, job: Job, message: Outgoing, carrier: Carrier) -> tuple[Outcome, bool]:
        """The outcome, and whether the carrier is well."""
        started = time.perf_counter()
        outcome: Outcome
        asking = job.interrupted
        try:
            if asking:
                if found := await self._found(message, carrier):
                    time_reply(message.channel, message.heard_at, self._clock())
                    return _accepted(message, found), True
                if await self._is_fenced_off(job, message):
                    return _failed(message, STALE), True
                asking = False
            provider_id = await carrier.send(message)
        except Refused as error:
            outcome, well, result = _failed(message, error.code), True, "refused"
        except TryLater as error:
            at = next_try(message.queued_at, self._clock(), error.asked)
            outcome = self._again(job, message, at, error.reason, unknown=asking)
            well, result = not error.ailing, "later"
        except NoAnswer as error:
            now = self._clock()
            at = max(next_try(message.queued_at, now), now + carrier.settles)
            outcome = self._again(job, message, at, error.reason, unknown=True)
            well, result = False, "silent"
        else:
            reached(SERVICE, "after_carrier_accept")
            time_reply(message.channel, message.heard_at, self._clock())
            outcome, well, result = _accepted(message, provider_id), True, "accepted"
        spent_seconds = time.perf_counter() - started
        metrics.CARRIER_SECONDS.labels(carrier.provider, result).observe(spent_seconds)
        return outcome, well

    async def _found(self, message: Outgoing, carrier: Carrier) -> str | None:
        """The carrier's ID of this message, if an earlier try has got through."""
        candidates = await carrier.find(message, message.queued_at - CLOCK_MARGIN)
        mine = await deliveries.unclaimed(
            self._pool, carrier.provider, candidates, message.message_id
        )
        return mine[0] if mine else None

    async def _is_fenced_off(self, job: Job, message: Outgoing) -> bool:
        fence = await self._fences.read(job.conversation_id)
        return fence.stops(message.epoch, message.speaker)

    def _again(
        self, job: Job, message: Outgoing, at: datetime, reason: str, *, unknown: bool
    ) -> Outcome:
        """Try again, unless it has been tried long enough; what is unknown stays unknown."""
        if job.attempt >= LEAST_TRIES and spent(
            message.queued_at, self._clock(), self._give_up_after
        ):
            return _failed(message, "gave_up")
        return Unknown(at, reason) if unknown else Retry(at, reason)


def _accepted(message: Outgoing, provider_id: str) -> Done:
    return Done((_update(message, provider_id, None),))


def _failed(message: Outgoing, error: str) -> Done:
    return Done((_update(message, None, error),))


def _update(message: Outgoing, provider_id: str | None, error: str | None) -> DeliveryUpdated:
    return DeliveryUpdated(
        message_id=message.message_id,
        channel=message.channel,
        status="failed" if error else "accepted",
        provider=message.provider,
        provider_message_id=provider_id,
        error=error,
    )
