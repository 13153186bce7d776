"""The form of a telling, and the function that each event type gives its own case."""

from dataclasses import dataclass
from functools import singledispatch

from segue_common.events import EventData


@dataclass(frozen=True)
class Telling:
    """Who did what; `details` are lines that say more."""

    who: str
    text: str
    details: tuple[str, ...] = ()


@singledispatch
def tell(data: EventData) -> Telling:
    """What the event's payload tells; pass a masked copy to keep personal data out."""
    return Telling("segue", data.TYPE)
