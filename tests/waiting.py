"""Waiting for what comes about by itself, and a port of one's own."""

import asyncio
import inspect
import socket
from collections.abc import Awaitable, Callable

import pytest

DEADLINE = 45.0


async def eventually(
    check: Callable[[], Awaitable[object] | object],
    what: str | Callable[[], str],
    seconds: float = DEADLINE,
) -> None:
    """Return once `check` says something true; the test fails where it doesn't in time."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = check()
                if await found if inspect.isawaitable(found) else found:
                    return
                await asyncio.sleep(0.03)
    except TimeoutError:
        pytest.fail(f"not within {seconds:g} s: {what if isinstance(what, str) else what()}")


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
