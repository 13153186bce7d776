"""The calendars that tenant files describe."""

from collections.abc import Mapping
from datetime import timedelta

from segue_common.tenants import BookableService, Tenant, TenantError

from segue_booking.domain.calendar import Calendar, CalendarError, Service, groups
from segue_booking.domain.hours import HoursError, WeeklyHours


def calendars_of(tenants: Mapping[str, Tenant]) -> dict[str, Calendar]:
    """The calendar of each tenant; raises `TenantError` where one contradicts itself."""
    return {name: calendar_of(tenant) for name, tenant in tenants.items()}


def calendar_of(tenant: Tenant) -> Calendar:
    """The tenant's calendar; raises `TenantError`."""
    rules = tenant.booking
    try:
        return Calendar(
            tenant=tenant.tenant,
            zone=tenant.zone,
            hours=WeeklyHours.parse(tenant.hours),
            services=tuple(_service(service) for service in tenant.services),
            closed=frozenset(rules.closed),
            step=timedelta(minutes=rules.step_minutes),
            notice=timedelta(minutes=rules.notice_minutes),
            horizon_days=rules.horizon_days,
            hold=timedelta(minutes=rules.hold_minutes),
        )
    except (CalendarError, HoursError) as error:
        raise TenantError(f"tenant {tenant.tenant}: {error}") from error


def _service(service: BookableService) -> Service:
    return Service(
        id=service.id,
        name=service.name,
        length=timedelta(minutes=service.minutes),
        requires=groups(service.resources, service.requires),
        buffer_before=timedelta(minutes=service.buffer_before),
        buffer_after=timedelta(minutes=service.buffer_after),
        hours=WeeklyHours.parse(service.hours) if service.hours else None,
    )
