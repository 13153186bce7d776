"""What is on its way to an answer, as the broker tells it for all processes."""

from dataclasses import dataclass

from segue_common.events import Topic
from segue_common.events.topics import (
    INBOUND,
    OUTBOUND,
    REPLIES,
    TURNS_BOOKING,
    TURNS_SALES,
    TURNS_SUPPORT,
)
from segue_common.runtime.group_offsets import GroupOffsets

# The stations that a message passes until its answer leaves, and who works there.
STATIONS: dict[Topic, str] = {
    INBOUND: "router", TURNS_SALES: "qualifier", TURNS_BOOKING: "booking",
    TURNS_SUPPORT: "support", REPLIES: "router", OUTBOUND: "ingest",
}  # fmt: skip


@dataclass(frozen=True)
class Backlog:
    """Records that are not handled yet, and those that ever were, all stations together; and how
    many processes let messages in."""

    waiting: int
    handled: int
    replicas: int


async def read_backlog(offsets: GroupOffsets) -> Backlog:
    """Look now; raises Kafka's errors."""
    ends = await offsets.ends(STATIONS)
    waiting = handled = 0
    for topic, service in STATIONS.items():
        for place, done in (await offsets.committed(service, topic)).items():
            waiting += max(ends.get(place, 0) - done, 0)
            handled += done
    return Backlog(waiting, handled, await offsets.members("ingest", OUTBOUND))
