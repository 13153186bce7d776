"""Tells the replica that holds a live call that there is news at its desk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import redis.exceptions
from redis.asyncio import Redis

log = logging.getLogger(__name__)

CHANNEL = "segue:voice:news"
BACKOFF_SECONDS = 1.0


class WakeUps:
    """Redis pub/sub. A lost message only means that the session looks a moment later by itself."""

    def __init__(self, redis: "Redis", woken: Callable[[UUID], None]) -> None:
        self._redis = redis
        self._woken = woken

    def after_commit(self, call_id: UUID) -> Callable[[], Awaitable[None]]:
        """Wake the session wherever it is."""

        async def wake() -> None:
            self._woken(call_id)
            try:
                await self._redis.publish(CHANNEL, str(call_id))
            except (redis.exceptions.RedisError, OSError) as error:
                log.warning("other replicas can't be woken", exc_info=error)

        return wake

    async def listen(self) -> None:
        """Pass on what other replicas tell, until cancelled."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._woken(UUID(message["data"].decode()))
            except (redis.exceptions.RedisError, OSError) as error:
                log.warning("wake-ups wait for Redis", exc_info=error)
            await asyncio.sleep(BACKOFF_SECONDS)
