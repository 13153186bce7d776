"""Puts crm-sync together: what it reads, where it writes, and the contacts over HTTP."""

from collections.abc import Mapping

from segue_common.events import (
    CallAnswered,
    CallEnded,
    CallHeldBack,
    CallPlaced,
    EventData,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    Topic,
)
from segue_common.events.topics import BOOKINGS, CALLS, LEADS
from segue_common.runtime.service import Definition, Platform
from segue_common.runtime.settings import ConfigurationError
from segue_common.tenants import Tenant

from segue_crm_sync.adapters.webhook import Webhook, check_url
from segue_crm_sync.pushing import PUSH, Pusher
from segue_crm_sync.routes import crm_routes
from segue_crm_sync.syncing import Syncer

HANDLES: dict[Topic, frozenset[type[EventData]]] = {
    LEADS: frozenset({LeadUpdated, LeadQualified}),
    BOOKINGS: frozenset({MeetingBooked, MeetingMoved, MeetingCancelled}),
    CALLS: frozenset({CallHeldBack, CallPlaced, CallAnswered, CallEnded}),
}


async def build(platform: Platform) -> Definition:
    """Crm-sync's definition."""
    _check(platform.tenants)
    out = Webhook()
    platform.resources.push_async_callback(out.aclose)
    pusher = Pusher(platform.service, platform.pool, platform.tenants, platform.clock, out)
    return Definition(
        handler=Syncer(platform.tenants).handle,
        handles=HANDLES,
        unhurried=HANDLES,
        runners={PUSH: pusher.run},
        routes=crm_routes(platform.pool, platform.tenants, platform.settings.internal_token),
    )


def _check(tenants: Mapping[str, Tenant]) -> None:
    for tenant in tenants.values():
        if tenant.crm.url is not None and (wrong := check_url(tenant.crm.url)):
            raise ConfigurationError(f"tenant {tenant.tenant}: {wrong}")
