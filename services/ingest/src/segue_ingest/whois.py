"""Who is who: from what a channel says about a sender to their contact and conversation."""

import asyncio
from collections.abc import Iterable, Sequence

import psycopg
from segue_common.runtime.database import Pool, single_statements
from segue_common.runtime.gathering import Gathering

from segue_ingest import metrics
from segue_ingest.adapters.identity_cache import IdentityCache
from segue_ingest.domain.addresses import Identity
from segue_ingest.store import identities as store
from segue_ingest.store.parties import Known, Party, Resolution
from segue_ingest.store.strangers import Asked, resolve_all

DEADLINE_SECONDS = 5.0
MOST_AT_ONCE = 200


class WhoIsWho:
    """Looks in Valkey first; Postgres decides, for all who ask at once."""

    def __init__(self, pool: Pool, cache: IdentityCache) -> None:
        self._pool = pool
        self._cache = cache
        self._asking = Gathering(self._together, MOST_AT_ONCE)

    async def resolve(
        self, tenant: str, identities: Sequence[Identity], known: Known | None = None
    ) -> Party:
        """The one party behind identities of one person; a stranger becomes a new contact.

        Raises psycopg's errors or TimeoutError when neither Valkey nor Postgres can tell.
        """
        known = known or Known()
        party = await self._cache.get(tenant, identities, known)
        if party is not None:
            metrics.IDENTITY_LOOKUPS.labels("cache").inc()
            return party
        asked = Asked(tenant, identities, known)
        async with asyncio.timeout(DEADLINE_SECONDS):
            found = (await self._asking.ask([asked]))[0] or await self._alone(asked)
        metrics.IDENTITY_LOOKUPS.labels("database").inc()
        return found.party

    async def _together(self, asked: Sequence[Asked]) -> Sequence[Resolution | None]:
        """Those for whom one question does for all; a round has its own end, whoever waits."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS), single_statements(self._pool) as conn:
                found = await resolve_all(conn, asked)
        except psycopg.DataError:
            # One has something that can't be asked: it must not be everybody's answer.
            return [None] * len(asked)
        await self._remember(zip(asked, found, strict=True))
        return found

    async def _alone(self, asked: Asked) -> Resolution:
        """Who has something new about them, or turns out to be one with somebody else."""
        async with self._pool.connection() as conn:
            found = await store.resolve(conn, asked.tenant, asked.identities, asked.known)
        await self._remember([(asked, found)])
        return found

    async def _remember(self, found: Iterable[tuple[Asked, Resolution | None]]) -> None:
        await self._cache.put(
            [(one.tenant, one.identities, what) for one, what in found if what is not None]
        )
