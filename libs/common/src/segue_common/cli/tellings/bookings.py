"""Offers, holds and meetings: what their events tell."""

from segue_common.cli.tellings.telling import Telling, tell
from segue_common.cli.tellings.words import (
    moment_words,
    plain,
    slot_words,
    slots_words,
    wish_words,
)
from segue_common.events import (
    BookingRefused,
    BookingWanted,
    CancellationWanted,
    HoldReleased,
    MeetingBooked,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    SlotsOffered,
    SlotsWanted,
)

CALENDAR = "calendar"


@tell.register
def _(data: SlotsWanted) -> Telling:
    service = f" for {data.service}" if data.service else ""
    return Telling("call", f"asks for slots{service}", tuple(map(wish_words, data.wishes)))


@tell.register
def _(data: BookingWanted) -> Telling:
    return Telling("call", f"asks to book {data.service}, {moment_words(data.starts_at)}")


@tell.register
def _(data: CancellationWanted) -> Telling:
    return Telling("call", "asks to cancel the meeting")


@tell.register
def _(data: SlotsOffered) -> Telling:
    fits = "as wished" if data.as_wished else "the nearest to what was wished"
    if not data.slots:
        return Telling(CALENDAR, "has nothing to offer")
    return Telling(CALENDAR, f"offers {len(data.slots)}, {fits}", slots_words(data.slots))


@tell.register
def _(data: BookingRefused) -> Telling:
    return Telling(CALENDAR, f"refuses: {plain(data.reason)}", slots_words(data.alternatives))


@tell.register
def _(data: MeetingHeld) -> Telling:
    return Telling(CALENDAR, f"holds {slot_words(data.slot)} until {moment_words(data.expires_at)}")


@tell.register
def _(data: HoldReleased) -> Telling:
    return Telling(CALENDAR, f"lets the held slot go: {data.reason}")


@tell.register
def _(data: MeetingBooked) -> Telling:
    return Telling(CALENDAR, f"booked {slot_words(data.slot)}, by {data.by}")


@tell.register
def _(data: MeetingMoved) -> Telling:
    return Telling(
        CALENDAR,
        f"moved to {slot_words(data.slot)}, by {data.by}",
        (f"was {slot_words(data.previous)}",),
    )


@tell.register
def _(data: MeetingCancelled) -> Telling:
    return Telling(CALENDAR, f"cancelled {slot_words(data.slot)}, by {data.by}")
