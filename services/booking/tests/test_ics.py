from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from segue_booking.domain.bookings import NOBODY, Booking, State
from segue_booking.domain.ics import MAX_OCTETS, ics
from segue_booking.domain.span import Span

START = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("America/New_York"))
MEETING = Booking(
    booking_id=UUID("0b1c7a52-6f0e-5a53-9d54-0d3fdc0c2b11"),
    tenant="acme-dental",
    conversation_id=None,
    service="consult",
    meeting=Span(START, START + timedelta(minutes=30)),
    resources=("chair-1",),
    time_zone="America/New_York",
    state=State.BOOKED,
    source="chat",
    contact=NOBODY,
    revision=2,
    created_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
    changed_at=datetime(2026, 10, 2, 9, 30, tzinfo=UTC),
    booked_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
    hold_expires_at=None,
    previous=None,
)


def unfolded(feed: str) -> list[str]:
    """The content lines, put together again as section 3.1 of RFC 5545 says."""
    assert feed.endswith("\r\n")
    return feed.replace("\r\n ", "").split("\r\n")[:-1]


def unescaped(value: str) -> str:
    plain, characters = "", iter(value)
    for character in characters:
        if character == "\\":
            character = next(characters)
            character = "\n" if character == "n" else character
        plain += character
    return plain


def value_of(feed: str, name: str) -> str:
    (value,) = [
        line.removeprefix(f"{name}:") for line in unfolded(feed) if line.startswith(f"{name}:")
    ]
    return value


def test_a_meeting_reads_as_the_standard_says():
    assert unfolded(ics("Chair 1", [(MEETING, "Consultation: Ann, new patient")])) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Segue//Booking//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Chair 1",
        "BEGIN:VEVENT",
        "UID:0b1c7a52-6f0e-5a53-9d54-0d3fdc0c2b11",
        "DTSTAMP:20261002T093000Z",
        "CREATED:20261001T080000Z",
        "LAST-MODIFIED:20261002T093000Z",
        "SEQUENCE:2",
        "DTSTART:20261102T150000Z",
        "DTEND:20261102T153000Z",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "SUMMARY:Consultation: Ann\\, new patient",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancelled_meeting_stays_in_the_feed_as_cancelled_and_free():
    feed = ics("Chair 1", [(replace(MEETING, state=State.CANCELLED), "Consultation")])
    assert value_of(feed, "STATUS") == "CANCELLED"
    assert value_of(feed, "TRANSP") == "TRANSPARENT"


def test_an_empty_calendar_is_still_a_calendar():
    lines = unfolded(ics("Chair 1", []))
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "BEGIN:VEVENT" not in lines


# Without surrogates, which no text on the wire can hold.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t;,\\"é漢🦷'))


@given(texts)
def test_any_summary_comes_back_whole_from_short_lines(summary):
    feed = ics("Chair 1", [(MEETING, summary)])
    assert unescaped(value_of(feed, "SUMMARY")) == summary
    assert all(len(line.encode()) <= MAX_OCTETS for line in feed.split("\r\n"))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_summary_can_add_a_line_of_its_own(summary):
    plain = unfolded(ics("Chair 1", [(MEETING, "")]))
    assert len(unfolded(ics("Chair 1", [(MEETING, summary)]))) == len(plain)
