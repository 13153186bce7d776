"""Valkey as a helper that may be away: bounded waits, and a pause after each failure."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")

# Postgres answers in a few milliseconds: waiting longer for the cache would be no help.
WAIT_SECONDS = 0.2
PAUSE_SECONDS = 1.0


class BestEffort:
    """Runs commands that nothing depends on."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._paused_until = 0.0

    async def run(self, command: Callable[[Redis], Awaitable[T]]) -> T | None:
        """The command's answer, or None if Valkey didn't give one in time."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await command(self._redis)
        except (RedisError, OSError, TimeoutError):
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            return None
