"""The open sockets of this process, and the wake-ups that reach them from any process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError
from segue_common.runtime.database import Pool
from segue_common.runtime.processor import TRANSIENT

from segue_ingest.adapters.best_effort import BestEffort
from segue_ingest.store import web_messages

log = logging.getLogger(__name__)

CHANNEL = "segue:chat:news"
# While Valkey is away, what other processes wrote is found this soon.
SWEEP_SECONDS = 3.0
PRESENT_SECONDS = 15
AGAIN_SECONDS = 1.0
# Thousands of commands in one go would keep every socket waiting while they are put together.
TOLD_AT_ONCE = 200


@dataclass(eq=False)
class Listener:
    """One socket; `last` is the highest number that it was given."""

    conversation_id: UUID
    last: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Hub:
    """Wakes sockets. What they then send, they read from the database."""

    def __init__(self, pool: Pool, redis: Redis, valkey: BestEffort) -> None:
        self._pool = pool
        self._redis = redis
        self._valkey = valkey
        self._listeners: defaultdict[UUID, set[Listener]] = defaultdict(set)

    def join(self, conversation_id: UUID, last: int) -> Listener:
        listener = Listener(conversation_id, last)
        self._listeners[conversation_id].add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        others = self._listeners[listener.conversation_id]
        others.discard(listener)
        if not others:
            del self._listeners[listener.conversation_id]

    def wake(self, conversation_ids: Collection[UUID]) -> None:
        """Have the local sockets of these conversations look for news."""
        for conversation_id in conversation_ids:
            for listener in self._listeners.get(conversation_id, ()):
                listener.wake.set()

    async def listen(self) -> None:
        """Take wake-ups from other processes, as long as the service runs."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    self.wake(list(self._listeners))  # what was missed before subscribing
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self.wake([UUID(bytes=message["data"])])
            except (RedisError, OSError, TimeoutError, ValueError) as error:
                log.warning("news of other processes are waited for", exc_info=error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def sweep(self) -> None:
        """Find by a slow look what no wake-up told, and say who is there."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            open_now = list(self._listeners)
            if not open_now:
                continue
            try:
                newest = await web_messages.last_numbers(self._pool, open_now)
            except TRANSIENT as error:
                log.warning("chats can't be looked through now", exc_info=error)
                continue
            for conversation_id, number in newest.items():
                for listener in self._listeners.get(conversation_id, ()):
                    if listener.last < number:
                        listener.wake.set()
            await self._say_present(open_now)

    async def _say_present(self, conversations: Sequence[UUID]) -> None:
        for first in range(0, len(conversations), TOLD_AT_ONCE):
            some = conversations[first : first + TOLD_AT_ONCE]
            await self._valkey.run(partial(_write_present, conversations=some))


async def _write_present(redis: Redis, conversations: Collection[UUID]) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for conversation_id in conversations:
            pipe.set(presence_key(conversation_id), b"1", ex=PRESENT_SECONDS)
        await pipe.execute()


def presence_key(conversation_id: UUID) -> str:
    """The key in Valkey that exists while the conversation has a socket open anywhere."""
    return f"segue:chat:present:{conversation_id}"
