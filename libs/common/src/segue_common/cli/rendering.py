"""Events as lines for people: pure, the same for `segue timeline`, `segue tail` and the demo."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from segue_common.cli.tellings import Telling, tell
from segue_common.events import DeliveryUpdated, Event, EventData, MessageReceived
from segue_common.events.personal import masked_copy

WIDTH = 100
WHO_WIDTH = 13
TIME_WIDTH = 9
INDENT = " " * (TIME_WIDTH + WHO_WIDTH + 4)


def telling_of(event: Event[EventData], *, show_pii: bool) -> Telling:
    """What the event tells, personal data masked unless asked."""
    return tell(event.data if show_pii else masked_copy(event.data))


def event_lines(event: Event[EventData], since: datetime, *, show_pii: bool = False) -> list[str]:
    """The event as it stands in a timeline, with the time since `since`; long words wrap."""
    telling = telling_of(event, show_pii=show_pii)
    head = f"{elapsed(event.time - since):>{TIME_WIDTH}}  {telling.who[:WHO_WIDTH]:{WHO_WIDTH}}  "
    lines = _wrapped(head, telling.text)
    for detail in telling.details:
        lines += _wrapped(f"{INDENT}· ", detail)
    return lines


def timeline_lines(
    events: Iterable[Event[EventData]], *, show_pii: bool = False, everything: bool = False
) -> Iterator[str]:
    """A whole conversation; routine steps are left out unless `everything` is asked."""
    listed = list(events)
    since = start_of(listed)
    for event in listed:
        if since is not None and (everything or not is_routine(event)):
            yield from event_lines(event, since, show_pii=show_pii)


def start_of(events: Iterable[Event[EventData]]) -> datetime | None:
    """When the first message came, or else the first event."""
    listed = list(events)
    messages = [event.time for event in listed if isinstance(event.data, MessageReceived)]
    return min(messages or [event.time for event in listed], default=None)


def is_routine(event: Event[EventData]) -> bool:
    """Whether it is a step on the way of a delivery, which says little as long as all goes well."""
    return isinstance(event.data, DeliveryUpdated) and event.data.status in ("accepted", "sent")


def elapsed(time: timedelta) -> str:
    """`+0:07.3` minutes and seconds, `+2:03:07` from an hour on, `+3d 2:03` from a day on."""
    seconds = time.total_seconds()
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    whole = int(seconds)
    if whole >= 86_400:
        return f"{sign}{whole // 86_400}d {whole % 86_400 // 3600}:{whole % 3600 // 60:02}"
    if whole >= 3600:
        return f"{sign}{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
    tenths = int(seconds * 10)
    return f"{sign}{tenths // 600}:{tenths % 600 // 10:02}.{tenths % 10}"


def printable(text: str) -> str:
    """The text on one line and without control characters, which a terminal would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        printable(text) or "-",
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
