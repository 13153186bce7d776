"""Who is who: from what a channel says about a sender to their contact and conversation."""

import asyncio
from collections.abc import Sequence

from segue_common.runtime.database import Pool

from segue_ingest import metrics
from segue_ingest.adapters.identity_cache import IdentityCache
from segue_ingest.domain.addresses import Identity
from segue_ingest.store import identities as store
from segue_ingest.store.identities import Known, Party

DEADLINE_SECONDS = 5.0


class WhoIsWho:
    """Looks in Valkey first; Postgres decides."""

    def __init__(self, pool: Pool, cache: IdentityCache) -> None:
        self._pool = pool
        self._cache = cache

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
        async with asyncio.timeout(DEADLINE_SECONDS), self._pool.connection() as conn:
            found = await store.resolve(conn, tenant, identities, known)
        metrics.IDENTITY_LOOKUPS.labels("database").inc()
        await self._cache.put(tenant, identities, found)
        return found.party
