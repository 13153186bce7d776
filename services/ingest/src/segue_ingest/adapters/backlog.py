"""How many messages are on their way to an answer, as the broker tells it for all processes."""

from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from segue_common.events import Topic
from segue_common.events.topics import (
    INBOUND,
    OUTBOUND,
    REPLIES,
    TURNS_BOOKING,
    TURNS_SALES,
    TURNS_SUPPORT,
)
from segue_common.runtime.consumer import group_of
from segue_common.runtime.kafka import connection_options, make_admin
from segue_common.runtime.settings import KafkaSettings

# The stations that a message passes until its answer leaves, and who works there.
STATIONS: dict[Topic, str] = {
    INBOUND: "router", TURNS_SALES: "qualifier", TURNS_BOOKING: "booking",
    TURNS_SUPPORT: "support", REPLIES: "router", OUTBOUND: "ingest",
}  # fmt: skip


class Backlog:
    """Reads how far each station lags behind."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._admin = make_admin(settings)
        self._consumer = AIOKafkaConsumer(
            **connection_options(settings), client_id="segue-ingest-backlog"
        )
        self._places = [
            TopicPartition(topic.name, number)
            for topic in STATIONS
            for number in range(topic.partitions)
        ]

    async def __aenter__(self) -> Self:
        await self._admin.start()
        await self._consumer.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._admin.close()
        await self._consumer.stop()

    async def read(self) -> tuple[int, int]:
        """Records that are not handled yet, and those that ever were, all stations together;
        raises Kafka's errors."""
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(self._places)
        waiting = handled = 0
        for topic, service in STATIONS.items():
            group = group_of(service, topic)
            for place, done in (await self._admin.list_consumer_group_offsets(group)).items():
                waiting += max(ends.get(place, 0) - max(done.offset, 0), 0)
                handled += max(done.offset, 0)
        return waiting, handled
