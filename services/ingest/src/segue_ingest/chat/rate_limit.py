"""How much one session or network address may do, counted in Valkey for all processes."""

import hashlib
from collections import Counter
from datetime import datetime

from redis.asyncio import Redis

from segue_ingest.adapters.best_effort import BestEffort

WINDOW_SECONDS = 60
MOST_KEYS = 50_000


class RateLimit:
    """Counts per minute of the clock; while Valkey is away each process counts for itself."""

    def __init__(self, valkey: BestEffort) -> None:
        self._valkey = valkey
        self._own: Counter[str] = Counter()

    async def wait(self, what: str, who: str, most: int, now: datetime) -> int | None:
        """Count one more; None if it is within `most`, else the seconds until it may be again."""
        seconds = int(now.timestamp())
        who_key = hashlib.sha256(who.encode(errors="replace")).hexdigest()[:24]
        key = f"segue:rate:{what}:{who_key}:{seconds // WINDOW_SECONDS}"
        count = await self._valkey.run(lambda redis: _count(redis, key))
        if count is None:
            count = self._count_here(key)
        return None if count <= most else WINDOW_SECONDS - seconds % WINDOW_SECONDS

    def _count_here(self, key: str) -> int:
        if len(self._own) >= MOST_KEYS:
            self._own.clear()
        self._own[key] += 1
        return self._own[key]


async def _count(redis: Redis, key: str) -> int:
    async with redis.pipeline(transaction=False) as pipe:
        pipe.incr(key)
        pipe.expire(key, WINDOW_SECONDS * 2)
        count, _ = await pipe.execute()
    return int(count)
