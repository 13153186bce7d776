"""What a domain decides: its new state, the events that follow, and the work to be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from segue_common.events import EventData, Model

S = TypeVar("S")

TIMER = "timer"


@dataclass(frozen=True)
class NewJob:
    """Work to do outside a transaction, once, at `due_at` or at once.

    Jobs of one `lane` are done one at a time, in the order they were written. A second job of
    the same `kind` and `key` replaces the first. What can be done at once is shared out fairly
    among the `holder`s of jobs, by default the tenants.
    """

    kind: str
    key: str
    payload: Model
    due_at: datetime | None = None
    lane: str | None = None
    holder: str | None = None


def timer(key: str, due_at: datetime, data: EventData) -> NewJob:
    """A job that hands `data` to the service's own handler when it is due."""
    return NewJob(kind=TIMER, key=key, payload=data, due_at=due_at)


@dataclass(frozen=True)
class Decision(Generic[S]):
    """The outcome of one event: all of it is written in one transaction, or none."""

    state: S
    events: tuple[EventData, ...] = ()
    jobs: tuple[NewJob, ...] = ()
    cancelled_jobs: tuple[tuple[str, str], ...] = ()
