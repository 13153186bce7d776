"""Promising a call: at once, or for the next hours in which calls are allowed."""

from datetime import datetime, timedelta

from segue_common.tenants import Tenant

from segue_qualifier.domain.move import Line, Move
from segue_qualifier.domain.scene import Scene


def promise(phone: str, scene: Scene) -> Move:
    """Tell the lead that we ring, and when."""
    opens = next_opening(scene.tenant, scene.now)
    if opens is None:
        line = Line("sales.consent.granted", {"phone": phone})
    else:
        line = Line("sales.call_later", {"phone": phone, "slot": opens})
    return Move("promise_call", lines=(line,), promises_call=True)


def next_opening(tenant: Tenant, now: datetime) -> datetime | None:
    """When the tenant's call hours begin next, in its own zone; None inside them."""
    hours, local = tenant.callback.call_hours, now.astimezone(tenant.zone)
    if hours.start <= local.time() < hours.end:
        return None
    day = local.date() if local.time() < hours.start else local.date() + timedelta(days=1)
    return datetime.combine(day, hours.start, tenant.zone)
