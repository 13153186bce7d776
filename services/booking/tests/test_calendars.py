from datetime import date, timedelta

import pytest
from segue_booking.calendars import calendar_of, calendars_of
from segue_common.tenants import Tenant, TenantError


def test_a_tenant_file_becomes_a_calendar(practice: Tenant) -> None:
    calendar = calendars_of({"acme": practice})["acme"]
    (service,) = calendar.services
    assert (service.length, service.requires) == (timedelta(minutes=30), (("chair-1",),))
    assert calendar.closed == {date(2026, 6, 5)}
    assert calendar.zone.key == "America/New_York"


def test_a_service_may_need_one_of_each_group_and_have_hours_of_its_own(practice: Tenant) -> None:
    exam = {
        "id": "exam", "name": "Exam", "minutes": 45, "requires": [["dr-a", "dr-b"], ["room"]],
        "buffer_after": 10, "hours": {"sat": "10:00-12:00"},
    }  # fmt: skip
    tenant = Tenant.model_validate(practice.model_dump() | {"services": [exam]})
    (service,) = calendar_of(tenant).services
    assert service.requires == (("dr-a", "dr-b"), ("room",))
    assert service.buffer_after == timedelta(minutes=10)
    assert service.hours is not None


@pytest.mark.parametrize("hours", [{"monday": "09:00-17:00"}, {"mon": "17:00-09:00"}])
def test_hours_that_cannot_be_read_are_an_error_of_the_tenant(practice: Tenant, hours) -> None:
    tenant = Tenant.model_validate(practice.model_dump() | {"hours": hours})
    with pytest.raises(TenantError, match="tenant acme: hours"):
        calendar_of(tenant)
