"""Sends contacts' records to the tenants' own CRMs: the job's runner."""

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from segue_common.decisions import NewJob
from segue_common.events import LeadSynced, Model, SyncFailed
from segue_common.runtime.clock import Clock
from segue_common.runtime.crash_points import reached
from segue_common.runtime.database import Pool
from segue_common.runtime.jobs import Done, Job, Outcome, Retry
from segue_common.tenants import Tenant

from segue_crm_sync import metrics
from segue_crm_sync.adapters.webhook import Accepted, Down, Refused, Webhook
from segue_crm_sync.domain.gate import TenantGate
from segue_crm_sync.domain.record import Record
from segue_crm_sync.domain.retrying import next_try
from segue_crm_sync.store import pushes
from segue_crm_sync.store.contacts import load_record

PUSH = "push"
ADAPTER = "webhook"


class Push(Model):
    """Work: bring the tenant's CRM to this revision of the contact, or a newer one."""

    contact_id: UUID
    revision: int


def push(tenant: str, contact_id: UUID, revision: int) -> NewJob:
    """The job; one contact's are done one after the other."""
    lane = f"{tenant}/{contact_id}"
    work = Push(contact_id=contact_id, revision=revision)
    return NewJob(PUSH, f"{lane}/{revision}", work, lane=lane)


class Pusher:
    """Runs push jobs. What is sent is always the newest revision, so that the jobs of those in
    between find nothing left to do."""

    def __init__(
        self, service: str, pool: Pool, tenants: Mapping[str, Tenant], clock: Clock, out: Webhook
    ) -> None:
        self._service = service
        self._pool = pool
        self._tenants = tenants
        self._clock = clock
        self._out = out
        self._gates: defaultdict[str, TenantGate] = defaultdict(TenantGate)

    async def run(self, job: Job) -> Outcome:
        """The runner. An interrupted try is repeated under its idempotency key."""
        wanted = Push.model_validate_json(job.payload)
        tenant = self._tenants[job.tenant]
        if tenant.crm.adapter != ADAPTER:
            return Done()
        record = await self._outstanding(tenant, wanted)
        if record is None:
            return Done()
        gate = self._gates[tenant.tenant]
        if wait := gate.enter(time.monotonic()):
            metrics.HELD_BACK.labels(tenant.tenant).inc()
            return Retry(self._clock() + timedelta(seconds=wait), "the CRM is busy or down")
        started, failed = time.monotonic(), True
        try:
            outcome = await self._send(tenant, record)
            failed = isinstance(outcome[0], Down)
        finally:
            gate.leave(time.monotonic(), time.monotonic() - started, failed=failed)
        return self._concluded(tenant, record, *outcome)

    async def _outstanding(self, tenant: Tenant, wanted: Push) -> Record | None:
        """The newest record, unless the CRM has what was wanted already."""
        async with self._pool.connection() as conn:
            record = await load_record(conn, tenant.tenant, wanted.contact_id)
            sent = await pushes.sent_revision(conn, tenant.tenant, wanted.contact_id)
        return record if sent < wanted.revision else None

    async def _send(self, tenant: Tenant, record: Record) -> tuple[Accepted | Refused | Down, int]:
        async with self._pool.connection() as conn:
            tries = await pushes.claim(conn, tenant.tenant, record.contact_id, record.revision)
        url, secret = tenant.crm.url, tenant.crm.secret
        if url is None or secret is None:
            return Refused("crm.url and crm.secret are not set"), tries
        outcome = await self._out.send(url, secret, record, self._clock())
        if isinstance(outcome, Accepted):
            reached(self._service, "after_carrier_accept")
        return outcome, tries

    def _concluded(
        self, tenant: Tenant, record: Record, outcome: Accepted | Refused | Down, tries: int
    ) -> Outcome:
        metrics.PUSHES.labels(tenant.tenant, type(outcome).__name__.lower()).inc()
        match outcome:
            case Accepted():
                synced = LeadSynced(
                    adapter=ADAPTER, record_id=str(record.contact_id),
                    contact_id=record.contact_id, revision=record.revision, stage=record.stage,
                )  # fmt: skip
                return Done((synced,))
            case Refused(reason=reason):
                return Done((_failed(record, reason),))
            case Down(reason=reason, retry_after=retry_after):
                at = next_try(self._clock(), tries, retry_after)
                if at is None:
                    return Done((_failed(record, f"{reason}, {tries} tries"),))
                return Retry(at, reason)


def _failed(record: Record, reason: str) -> SyncFailed:
    return SyncFailed(adapter=ADAPTER, revision=record.revision, reason=reason)
