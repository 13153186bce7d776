"""A slot: a meeting's time with the very resources that it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from segue_booking.domain.calendar import Service
from segue_booking.domain.span import Busy, Span


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """`meeting` is what the person is told; `span` is what the resources are taken for."""

    meeting: Span
    span: Span
    service: str
    resources: tuple[str, ...]

    @property
    def start(self) -> datetime:
        """When the meeting starts, UTC."""
        return self.meeting.start

    @property
    def end(self) -> datetime:
        """When the meeting ends, UTC."""
        return self.meeting.end


def place(service: Service, start: datetime, busy: Busy) -> Slot | None:
    """The slot at `start`, if everything that the service needs is free together."""
    meeting = Span(start, start + service.length)
    span = service.around(meeting)
    chosen = _one_of_each(service.requires, lambda resource: busy.free(resource, span))
    return None if chosen is None else Slot(meeting, span, service.id, chosen)


def _one_of_each(
    groups: Sequence[Sequence[str]], free: Callable[[str], bool], used: frozenset[str] = frozenset()
) -> tuple[str, ...] | None:
    """The first choice in the written order that gives each group a free resource of its own."""
    if not groups:
        return ()
    for resource in groups[0]:
        if resource in used or not free(resource):
            continue
        rest = _one_of_each(groups[1:], free, used | {resource})
        if rest is not None:
            return (resource, *rest)
    return None
