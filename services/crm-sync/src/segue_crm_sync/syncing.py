"""Writes events into the built-in CRM, and sees to it that the tenant's own one follows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from segue_common.events import Event, EventData, LeadSynced, SyncFailed
from segue_common.runtime.states import StateTable
from segue_common.runtime.transaction import Transaction
from segue_common.tenants import Tenant

from segue_crm_sync import metrics
from segue_crm_sync.domain.deal import Deal, apply
from segue_crm_sync.pushing import push
from segue_crm_sync.store import contacts, pushes

BUILT_IN = "builtin"


class Syncer:
    """Handles batches of events."""

    def __init__(self, tenants: Mapping[str, Tenant]) -> None:
        self._tenants = tenants
        self._deals = StateTable("deals", Deal)

    async def handle(self, work: Transaction, events: Sequence[Event[EventData]]) -> None:
        """Apply a batch. What a push came to is published, everything else changes a deal."""
        facts = [event for event in events if not await _is_result(work, event)]
        if not facts:
            return
        deals = await self._deals.load(work.conn, {event.subject for event in facts})
        applied: dict[UUID, Event[EventData]] = {}
        activities = []
        for event in facts:
            after = apply(deals.get(event.subject) or Deal(), event)
            if after is not None:
                deals[event.subject] = after
                applied[event.subject] = event
                activities.append(event)
        changed = {one: (event.tenant, deals[one]) for one, event in applied.items()}
        await self._deals.save(work.conn, changed)
        await contacts.add_activities(work.conn, activities)
        # In one order everywhere, so that batches that share contacts can't wait for each other.
        for one in sorted(applied, key=lambda one: (str(deals[one].contact_id), one)):
            await self._pass_on(work, applied[one], deals[one])

    async def _pass_on(self, work: Transaction, cause: Event[EventData], deal: Deal) -> None:
        if deal.contact_id is None:
            # A call or a meeting that came before the lead: it shows as soon as the lead does.
            return
        revision = await contacts.upsert(work.conn, cause.tenant, deal)
        metrics.CHANGES.labels(cause.tenant).inc()
        if self._tenants[cause.tenant].crm.adapter == BUILT_IN:
            synced = LeadSynced(
                adapter=BUILT_IN, record_id=str(deal.contact_id), contact_id=deal.contact_id,
                revision=revision, stage=deal.stage,
            )  # fmt: skip
            work.emit(synced, cause)
        else:
            work.schedule(push(cause.tenant, deal.contact_id, revision), cause)


async def _is_result(work: Transaction, event: Event[EventData]) -> bool:
    """Take in what a push came to."""
    match event.data:
        case LeadSynced(contact_id=contact_id, revision=revision):
            await pushes.mark_sent(work.conn, event.tenant, contact_id, revision)
        case SyncFailed():
            pass
        case _:
            return False
    work.publish(event)
    return True
