"""The order in which bookings wait for each other.

Every change first locks the resources that it may take, all at once and in one fixed order, and
only then touches rows. Two bookings for the same chair queue here instead of meeting in the
exclusion constraint, where two inserts can wait for each other until one is killed. The locks
end with the caller's transaction. A caller that makes several changes in one transaction must
begin with one `lock` of everything that any of them may take.
"""

from collections.abc import Iterable
from hashlib import blake2b

from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus

from segue_booking.store import queries


class OutsideTransaction(RuntimeError):
    """The connection commits every statement by itself, so nothing would hold together."""


async def lock(conn: AsyncConnection[object], resources: Iterable[tuple[str, str]]) -> None:
    """Wait for these `(tenant, resource)` pairs and keep them until the transaction ends."""
    # By key and not by name: two names may share a key, and the order must be that of the locks.
    keys = sorted({_key(tenant, resource) for tenant, resource in resources})
    await conn.execute(queries.LOCK, {"keys": keys})
    if conn.info.transaction_status != TransactionStatus.INTRANS:
        raise OutsideTransaction("bookings are changed inside the caller's transaction")


def _key(tenant: str, resource: str) -> int:
    name = f"segue.booking\0{tenant}\0{resource}"
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
