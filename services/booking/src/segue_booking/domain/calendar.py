"""What a business offers and when: services, the resources they need, hours and limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from segue_booking.domain.hours import WeeklyHours
from segue_booking.domain.span import Span

DEFAULT_STEP = timedelta(minutes=30)
# Long enough that nobody is booked while they still have to be told of it.
DEFAULT_NOTICE = timedelta(minutes=60)
DEFAULT_HORIZON_DAYS = 60
# A chat answer takes minutes; a slot kept much longer is lost to others.
DEFAULT_HOLD = timedelta(minutes=10)

NOTHING = timedelta(0)


class CalendarError(ValueError):
    """A calendar definition that contradicts itself; says where."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that can be taken once at a time: a person, a room, a chair."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """Something to book.

    `requires` holds groups of resource IDs; a slot needs one of each group, all of them at once
    and no resource twice. `[[dr-a, dr-b], [room-1]]` is either doctor together with the room.
    Buffers are time around the meeting in which its resources are taken too; they may lie
    outside the opening hours. `hours`, where given, stand in place of the business's.
    """

    id: str
    name: str
    length: timedelta
    requires: tuple[tuple[str, ...], ...]
    buffer_before: timedelta = NOTHING
    buffer_after: timedelta = NOTHING
    hours: WeeklyHours | None = None

    def __post_init__(self) -> None:
        if self.length <= NOTHING:
            raise CalendarError(f"service {self.id}: minutes must be more than 0")
        if min(self.buffer_before, self.buffer_after) < NOTHING:
            raise CalendarError(f"service {self.id}: a buffer can't be negative")
        if not self.requires or not all(self.requires):
            raise CalendarError(f"service {self.id}: needs at least one resource in each group")

    @property
    def resources(self) -> tuple[str, ...]:
        """Every resource that it may take, sorted."""
        return tuple(sorted({resource for group in self.requires for resource in group}))

    def around(self, meeting: Span) -> Span:
        """The meeting with its buffers: what is taken."""
        return Span(meeting.start - self.buffer_before, meeting.end + self.buffer_after)

    def reach(self, window: Span) -> Span:
        """All the time that slots starting in `window` may take: what to know the busy times of."""
        return self.around(Span(window.start, window.end + self.length))

    def preferring(self, resources: Sequence[str]) -> "Service":
        """The same service, trying these resources first: a moved meeting keeps its people."""
        return replace(
            self,
            requires=tuple(
                tuple(sorted(group, key=lambda name: name not in resources))
                for group in self.requires
            ),
        )


def groups(
    resources: Iterable[str], requires: Iterable[Iterable[str]]
) -> tuple[tuple[str, ...], ...]:
    """What a tenant file writes, as groups: `resources` is any one of them, `requires` one of each.

    A service writes one or the other; with both, `resources` must only list what `requires` uses.
    """
    any_of = tuple(dict.fromkeys(resources))
    one_of_each = tuple(tuple(dict.fromkeys(group)) for group in requires)
    if not one_of_each:
        return (any_of,)
    if unused := set(any_of) - {name for group in one_of_each for name in group}:
        raise CalendarError(f"resources {', '.join(sorted(unused))} are in no group of `requires`")
    return one_of_each


@dataclass(frozen=True, slots=True)
class Calendar:
    """A tenant's calendar.

    `step` is the distance of slot starts from each opening on; `notice` the least time between
    now and a start; `horizon_days` the last local day that can be booked, counted from today.
    """

    tenant: str
    zone: ZoneInfo
    hours: WeeklyHours
    services: tuple[Service, ...] = ()
    resources: tuple[Resource, ...] = ()
    closed: frozenset[date] = frozenset()
    step: timedelta = DEFAULT_STEP
    notice: timedelta = DEFAULT_NOTICE
    horizon_days: int = DEFAULT_HORIZON_DAYS
    hold: timedelta = DEFAULT_HOLD

    def __post_init__(self) -> None:
        if self.step <= NOTHING or self.hold <= NOTHING:
            raise CalendarError("step_minutes and hold_minutes must be more than 0")
        if self.notice < NOTHING or self.horizon_days < 0:
            raise CalendarError("notice_minutes and horizon_days can't be negative")
        if len({service.id for service in self.services}) < len(self.services):
            raise CalendarError("two services have the same id")
        known = {resource.id for resource in self.resources}
        for service in self.services:
            if known and (unknown := set(service.resources) - known):
                raise CalendarError(f"service {service.id}: no resource {', '.join(unknown)}")

    def service(self, service_id: str) -> Service | None:
        """The service of that ID, if it is offered."""
        return next((service for service in self.services if service.id == service_id), None)
