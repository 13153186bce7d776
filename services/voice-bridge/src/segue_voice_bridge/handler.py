"""Folds a batch into desks, and keeps the calls and sessions that go with them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from segue_common.decisions import Decision
from segue_common.events import CallEnded, CallHeldBack, CallPlaced, Event, EventData
from segue_common.runtime.states import fold
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant

from segue_voice_bridge import metrics
from segue_voice_bridge.adapters.wake_ups import WakeUps
from segue_voice_bridge.domain import orders
from segue_voice_bridge.domain.agent import Session
from segue_voice_bridge.domain.desk import decide
from segue_voice_bridge.domain.desk_state import Call, Desk
from segue_voice_bridge.domain.happenings import TurnTaken
from segue_voice_bridge.domain.opening import open_session
from segue_voice_bridge.domain.silence import Silenced, Word, words_on_numbers
from segue_voice_bridge.store import calls, sessions, silenced
from segue_voice_bridge.store.desks import DESKS


class Handler:
    """The service's one handler of events."""

    def __init__(self, tenants: Mapping[str, Tenant], wake_ups: WakeUps) -> None:
        self._tenants = tenants
        self._wake_ups = wake_ups

    async def __call__(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        """Events of a tenant that has no file any more change nothing."""
        known = [event for event in events if event.tenant in self._tenants]
        touched: dict[UUID, tuple[UUID, str, Call]] = {}
        opened: list[Session] = []
        woken: set[UUID] = set()
        said: list[tuple[str, UUID, Word]] = []

        def take(desk: Desk, event: Event[EventData]) -> Decision[Desk]:
            tenant = self._tenants[event.tenant]
            decision = decide(desk, event, tenant, work.now)
            after = decision.state
            said.extend(
                (event.tenant, event.subject, word)
                for word in words_on_numbers(desk, event.data, decision.events)
            )
            if after.call is not None and after.call != desk.call:
                touched[after.call.call_id] = (event.subject, event.tenant, after.call)
                if _news(after.call) != _news(desk.call):
                    woken.add(after.call.call_id)
            if after.call is not None and _begins(desk, after):
                opened.append(open_session(after, after.call, tenant))
            if isinstance(event.data, TurnTaken):
                opened.append(event.data.session)
            return decision

        await fold(work, known, DESKS, lambda _: Desk(), take)
        await calls.save(work.conn, list(touched.values()))
        await sessions.save(work.conn, opened)
        silenced.save(work, said)
        await self._cut_elsewhere(work, known, said)
        for call_id in woken:
            work.after_commit.append(self._wake_ups.after_commit(call_id))
        self._count(work)

    async def _cut_elsewhere(
        self,
        work: Transaction,
        causes: Sequence[Event[EventData]],
        said: Sequence[tuple[str, UUID, Word]],
    ) -> None:
        """A number that is stopped in one conversation may be ringing for another one."""
        for tenant, conversation, word in said:
            if not isinstance(word, Silenced):
                continue
            cause = next(event for event in reversed(causes) if event.subject == conversation)
            for other in await calls.conversations_ringing(work.conn, tenant, word.phone):
                if other != conversation:
                    work.schedule(orders.cut(word.phone, other, work.now), _for(cause, other))

    def _count(self, work: Transaction) -> None:
        for outgoing in work.outgoing:
            data, tenant = outgoing.event.data, outgoing.event.tenant
            if isinstance(data, CallEnded):
                metrics.CALLS_ENDED.labels(tenant, data.outcome).inc()
            elif isinstance(data, CallHeldBack):
                metrics.HELD_BACK.labels(tenant, data.reason).inc()
            elif isinstance(data, CallPlaced) and data.seconds_since_allowed is not None:
                metrics.SPEED_TO_LEAD.labels(tenant).observe(data.seconds_since_allowed)
                if data.seconds_since_allowed > self._tenants[tenant].callback.within_seconds:
                    metrics.CALLS_LATE.labels(tenant).inc()


def _for(cause: Event[EventData], conversation: UUID) -> Event[EventData]:
    """The cause as that of what happens in another conversation."""
    return cause.model_copy(update={"subject": conversation})


def _begins(before: Desk, after: Desk) -> bool:
    """Whether what the agent will open with is to be composed now: once the carrier has the call,
    and again if the lead writes in another language while it rings."""
    call = after.call
    if call is None or not call.placed:
        return False
    if before.call is None or not before.call.placed:
        return True
    return not call.answered and after.language != before.language


def _news(call: Call | None) -> tuple[object, ...]:
    """What a live session would want to know; its own turns are no news to it."""
    if call is None:
        return ()
    return (call.offer, call.refusal, call.booked_request, call.answered_by, call.revoked)
