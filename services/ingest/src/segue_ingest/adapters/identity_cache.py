"""Remembers parties in Valkey, so that a known sender costs no database round trip.

A resolution that changed something replaces what is remembered; one that only read writes only
where there is nothing, so that a slow reader doesn't put an older answer back.
"""

import hashlib
from collections.abc import Sequence

from pydantic import ValidationError
from redis.asyncio import Redis
from segue_common.runtime.gathering import Gathering

from segue_ingest.adapters.best_effort import BestEffort
from segue_ingest.domain.addresses import Identity
from segue_ingest.store.parties import Known, Party, Resolution, has_all

KEEP_SECONDS = 600
MOST_AT_ONCE = 500


class IdentityCache:
    """One entry per identity; keys are digests, so that no number stands in a key."""

    def __init__(self, valkey: BestEffort) -> None:
        self._valkey = valkey
        self._reading = Gathering(self._read, MOST_AT_ONCE)

    async def get(self, tenant: str, identities: Sequence[Identity], known: Known) -> Party | None:
        """The party, if all identities are remembered as its own and nothing is to be added."""
        keys = [_key(tenant, identity) for identity in identities]
        parties = [_parse(value) for value in await self._reading.ask(keys)]
        first = parties[0] if parties else None
        if first is None or any(party != first for party in parties):
            return None
        return first if has_all(first.contact, identities, known) else None

    async def _read(self, keys: Sequence[str]) -> Sequence[bytes | str | None]:
        values = await self._valkey.run(lambda redis: redis.mget(keys))
        return values or [None] * len(keys)

    async def put(self, found: Sequence[tuple[str, Sequence[Identity], Resolution]]) -> None:
        """Remember resolutions that have been committed, each with its tenant and identities."""

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                for tenant, identities, resolution in found:
                    value = resolution.party.model_dump_json()
                    for identity in identities:
                        key = _key(tenant, identity)
                        pipe.set(key, value, ex=KEEP_SECONDS, nx=not resolution.changed)
                await pipe.execute()

        if found:
            await self._valkey.run(write)


def _key(tenant: str, identity: Identity) -> str:
    name = f"{tenant}\n{identity.kind}\n{identity.value}"
    return f"segue:who:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _parse(value: bytes | str | None) -> Party | None:
    try:
        return None if value is None else Party.model_validate_json(value)
    except ValidationError:
        return None
