"""Stretches of absolute time, and which of them are taken for each resource."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is an error, never a guess.

    Everything is compared in UTC because Python compares two times of one zone by their wall
    clocks, which is wrong in the hour that a clock change doubles.
    """
    if moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`start` included, `end` excluded; kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc(self.start))
        object.__setattr__(self, "end", utc(self.end))
        if self.end <= self.start:
            raise ValueError(f"a span ends after it starts, not {self.start} to {self.end}")

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a moment; touching is not sharing."""
        return self.start < other.end and other.start < self.end


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as the fewest spans, in order; spans that touch become one."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)


def covered(span: Span, by: Sequence[Span]) -> bool:
    """Whether `span` lies wholly in one of `by`, which must be merged."""
    after = bisect_left(by, span.start, key=lambda other: other.end)
    while after < len(by) and by[after].start <= span.start:
        if span.end <= by[after].end:
            return True
        after += 1
    return False


@dataclass(frozen=True, slots=True)
class Busy:
    """When each resource is taken, buffers included; an unknown resource is free."""

    taken: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, taken: Iterable[tuple[str, Span]]) -> "Busy":
        """Collect `(resource, span)` pairs in any order, overlapping or not."""
        by_resource: dict[str, list[Span]] = {}
        for resource, span in taken:
            by_resource.setdefault(resource, []).append(span)
        return cls(MappingProxyType({name: merged(s) for name, s in by_resource.items()}))

    def free(self, resource: str, span: Span) -> bool:
        """Whether nothing of `span` is taken for `resource`."""
        spans = self.taken.get(resource, ())
        # Merged spans neither touch nor overlap: the last one to start before the end decides.
        before = bisect_left(spans, span.end, key=lambda other: other.start)
        return before == 0 or spans[before - 1].end <= span.start
