"""The gate: who may be rung, when, and what is said of those who may not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_common.events import Contact, Meeting, Slot
from segue_common.tenants import Tenant
from segue_voice_bridge.domain.calling_hours import is_open, next_opening
from segue_voice_bridge.domain.desk_state import Desk, Qualification
from segue_voice_bridge.domain.gate import Allowed, HeldBack, gate
from segue_voice_bridge.domain.numbers import may_be_rung, zones_of

ID = UUID(int=1)
# Ten in the morning in New York.
NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)
NEW_YORK, MADRID_OR_CANARIES = "+12125550123", "+34612345678"


def tenant(**callback: object) -> Tenant:
    channel = {"account_sid": "AC1", "auth_token": "t", "voice_from": "+15005550006"}
    return Tenant.model_validate(
        {
            "tenant": "acme",
            "name": "Acme",
            "time_zone": "America/New_York",
            "channels": {"twilio": channel},
            "callback": callback,
        }
    )


def lead(**changes: object) -> Qualification:
    values: dict[str, object] = {
        "id": ID, "epoch": 1, "consent": "granted", "language": "en",
        "topic": "", "facts": (), **changes,
    }  # fmt: skip
    return Qualification.model_validate(values)


def desk(phone: str | None = NEW_YORK, **changes: object) -> Desk:
    contact = Contact(contact_id=ID, phone=phone)
    return Desk(contact=contact, qualification=lead(), epoch=1).model_copy(update=changes)


def meeting() -> Meeting:
    slot = Slot(
        service="consult", service_name="Consultation", starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30), time_zone="UTC",
    )  # fmt: skip
    return Meeting(booking_id=ID, slot=slot)


def test_a_lead_who_agreed_is_rung_in_their_daytime() -> None:
    assert gate(desk(), tenant(), NOW) == Allowed(NEW_YORK)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (desk(opted_out=True), "opted_out"),
        (desk(owner="person"), "person_has_it"),
        (desk(meeting=meeting()), "already_booked"),
        (desk(phone=None), "no_number"),
        (desk(phone="2125550123"), "no_number"),
        (desk(phone="+1212"), "no_number"),
        (desk(phone="+19005550123"), "no_number"),
        (desk(qualification=lead(consent="unknown")), "no_consent"),
        (desk(qualification=lead(consent="denied")), "no_consent"),
        (desk(consent="denied", consent_epoch=2), "no_consent"),
        (desk(epoch=2), "stale_epoch"),
        (desk(qualification=lead(attempts=3)), "attempts_used"),
    ],
)
def test_a_lead_is_held_back(held: Desk, reason: str) -> None:
    assert gate(held, tenant(), NOW) == HeldBack(reason)  # type: ignore[arg-type]


def test_a_business_that_rings_nobody_rings_nobody() -> None:
    assert gate(desk(), tenant(enabled=False), NOW) == HeldBack("disabled")


def test_consent_may_be_implied_by_policy_but_not_against_the_leads_word() -> None:
    implied = tenant(consent="implied")
    unasked, refused = lead(consent="unknown"), lead(consent="denied")
    assert gate(desk(qualification=unasked), implied, NOW) == Allowed(NEW_YORK)
    assert gate(desk(qualification=refused), implied, NOW) == HeldBack("no_consent")


def test_a_consent_renews_a_qualification_of_an_older_epoch() -> None:
    agreed = desk(epoch=3, consent="granted", consent_epoch=3)
    assert gate(agreed, tenant(), NOW) == Allowed(NEW_YORK)


def test_the_number_that_the_consent_named_is_rung() -> None:
    named = desk(consent="granted", consent_epoch=1, consent_phone="+16465550188")
    assert gate(named, tenant(), NOW) == Allowed("+16465550188")


def test_outside_their_hours_a_lead_is_rung_when_they_open() -> None:
    night = datetime(2025, 11, 24, 4, tzinfo=UTC)
    morning = datetime(2025, 11, 24, 8, tzinfo=ZoneInfo("America/New_York"))
    assert gate(desk(), tenant(), night) == HeldBack("outside_hours", morning)
    assert gate(desk(), tenant(), morning) == Allowed(NEW_YORK)


def test_a_number_of_several_zones_must_be_in_hours_in_all_of_them() -> None:
    """A Spanish mobile may be on the Canaries, an hour behind Madrid."""
    eight_in_madrid = datetime(2025, 11, 24, 7, tzinfo=UTC)
    held = gate(desk(phone=MADRID_OR_CANARIES), tenant(), eight_in_madrid)
    assert held == HeldBack("outside_hours", eight_in_madrid + timedelta(hours=1))


def test_a_number_without_a_known_zone_is_on_the_business_clock() -> None:
    assert zones_of("+15555550123", "America/New_York") == ("America/New_York",)


def test_numbers_that_cost_or_cant_be_reached_are_not_rung() -> None:
    assert may_be_rung("+447700900123")
    assert not may_be_rung("+449098790000")
    assert not may_be_rung("call me")
    assert not may_be_rung("")


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(
        ["+12125550123", "+34612345678", "+61491570156", "+18005550123", "+551155501234"]
    ),
)
@settings(deadline=None)
def test_what_opens_next_is_open_and_nothing_was_before(minutes: int, phone: str) -> None:
    now, hours = NOW + timedelta(minutes=minutes), tenant().callback.call_hours
    zones = zones_of(phone, "UTC")
    opening = next_opening(now, zones, hours)
    assert opening is not None
    assert is_open(opening, zones, hours)
    earlier = now
    while earlier < opening:
        assert not is_open(earlier, zones, hours)
        earlier += timedelta(minutes=30)
