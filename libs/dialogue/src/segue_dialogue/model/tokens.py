"""How many tokens a tenant may use in a day, counted by all processes together."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from segue_dialogue.model.metrics import BUDGET_LOST

if TYPE_CHECKING:
    from redis.asyncio import Redis

WAIT_SECONDS = 0.25
PAUSE_SECONDS = 5.0
_KEPT = timedelta(days=2)
# A count that was lost is no lower than what this process has seen of it.
_ADD = """
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1]))
used = used + tonumber(ARGV[2])
redis.call('SET', KEYS[1], used, 'EX', ARGV[3])
return used
"""


class TenantTokens:
    """Counts in Valkey, so that all processes share one budget.

    While Valkey is away each process goes on from the last count it saw, with its own use added:
    so the day's budget can be exceeded at most once per process, and nobody waits. When Valkey
    comes back empty, the first process to count restores what it knew.
    """

    def __init__(
        self, redis: "Redis | None", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._paused_until = float("-inf")
        self._seen: dict[tuple[str, date], int] = {}

    async def add(self, tenant: str, day: date, tokens: int) -> int:
        """Count tokens, or none; the day's total for the tenant."""
        key = (tenant, day)
        self._forget_before(day)
        total = await self._shared(key, tokens)
        if total is None:
            total = self._seen.get(key, 0) + tokens
            if self._redis is not None:
                BUDGET_LOST.inc()
        # While the answer was awaited, others of this process may have counted more.
        self._seen[key] = max(total, self._seen.get(key, 0))
        return self._seen[key]

    async def _shared(self, key: tuple[str, date], tokens: int) -> int | None:
        if self._redis is None or self._clock() < self._paused_until:
            return None
        from redis.exceptions import RedisError

        name = f"segue:model:tokens:{key[0]}:{key[1].isoformat()}"
        seen, kept = self._seen.get(key, 0), int(_KEPT.total_seconds())
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                answer = cast(
                    "Awaitable[str]",
                    self._redis.eval(_ADD, 1, name, str(seen), str(tokens), str(kept)),
                )
                return int(await answer)
        except (RedisError, OSError, TimeoutError):
            self._paused_until = self._clock() + PAUSE_SECONDS
            return None

    def _forget_before(self, day: date) -> None:
        old = [key for key in self._seen if key[1] < day - _KEPT]
        for key in old:
            del self._seen[key]
