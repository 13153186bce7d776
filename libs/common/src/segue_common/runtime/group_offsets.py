"""How far consumer groups have come in their topics, and how many they are, as the broker tells."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from segue_common.events import Topic
from segue_common.runtime.consumer import group_of
from segue_common.runtime.kafka import connection_options, make_admin
from segue_common.runtime.settings import KafkaSettings

# The place of a group's members in the protocol's DescribeGroups response, in all its versions.
_MEMBERS = 5


class GroupOffsets:
    """Asks the broker; a member of no group itself. Its methods raise Kafka's errors."""

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        self._admin = make_admin(settings)
        self._consumer = AIOKafkaConsumer(**connection_options(settings), client_id=client_id)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._admin.close)
            await self._admin.start()
            stack.push_async_callback(self._consumer.stop)
            await self._consumer.start()
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def ends(self, topics: Collection[Topic]) -> dict[TopicPartition, int]:
        """Where each partition of these topics ends: the offset of its next record."""
        places = [
            TopicPartition(topic.name, number)
            for topic in topics
            for number in range(topic.partitions)
        ]
        found: dict[TopicPartition, int] = await self._consumer.end_offsets(places)
        return found

    async def committed(self, service: str, topic: Topic) -> dict[TopicPartition, int]:
        """How far a service has come, of the partitions in which it has ever committed."""
        found = await self._admin.list_consumer_group_offsets(group_of(service, topic))
        return {place: max(meta.offset, 0) for place, meta in found.items()}

    async def members(self, service: str, topic: Topic) -> int:
        """How many processes of a service share a topic; 0 where none does."""
        described = await self._admin.describe_consumer_groups([group_of(service, topic)])
        return sum(len(group[_MEMBERS]) for answer in described for group in answer.groups)

    async def groups(self) -> set[str]:
        """The groups that anybody is in or has committed for."""
        return {name for name, _ in await self._admin.list_consumer_groups()}
