"""A second small service for the tests of traces: answers each delivery with a release."""

import sys
from collections.abc import Sequence

from segue_common.events import DeliveryUpdated, Event, EventData, ReleaseRequested
from segue_common.events.topics import DELIVERY
from segue_common.runtime.service import Definition, Platform, run_service
from segue_common.runtime.transaction import Transaction


async def handle(work: Transaction, events: Sequence[Event[EventData]]) -> None:
    for event in events:
        work.emit(ReleaseRequested(person="relay"), event)


async def build(_: Platform) -> Definition:
    return Definition(handler=handle, handles={DELIVERY: frozenset({DeliveryUpdated})})


if __name__ == "__main__":
    sys.exit(run_service("router", build))
