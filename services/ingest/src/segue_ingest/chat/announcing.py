"""Tells every process, this one first, that a chat has news."""

from collections.abc import Collection
from uuid import UUID

from redis.asyncio import Redis
from segue_common.runtime.transaction import Transaction

from segue_ingest.adapters.best_effort import BestEffort
from segue_ingest.chat.hub import CHANNEL, Hub


class Announcer:
    """Announcements are hints: losing one delays a message until the next sweep."""

    def __init__(self, hub: Hub, valkey: BestEffort) -> None:
        self._hub = hub
        self._valkey = valkey

    def after_commit(self, work: Transaction, conversations: Collection[UUID]) -> None:
        """Announce once the transaction stands."""

        async def tell() -> None:
            self._hub.wake(conversations)
            await self._valkey.run(publish)

        async def publish(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                for conversation_id in conversations:
                    pipe.publish(CHANNEL, conversation_id.bytes)
                await pipe.execute()

        work.after_commit.append(tell)
