"""One aiohttp session per remote side, and what its failures mean for a message in hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from segue_common.runtime.tracing import step

from segue_ingest.adapters.carrier import (
    CONNECT_SECONDS,
    DEADLINE_SECONDS,
    NoAnswer,
    TryLater,
)

CONNECTIONS = 100


def make_session() -> aiohttp.ClientSession:
    """A session that waits no longer than a job may; must be made inside a running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        timeout=aiohttp.ClientTimeout(total=DEADLINE_SECONDS, sock_connect=CONNECT_SECONDS),
    )


@asynccontextmanager
async def told_apart() -> AsyncIterator[None]:
    """Turns connection failures into the two cases that matter: before or after sending."""
    try:
        with step("carrier request", "client"):
            async with asyncio.timeout(DEADLINE_SECONDS):
                yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise TryLater(type(error).__name__, ailing=True) from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise NoAnswer(type(error).__name__) from error
