"""Telling a library's cancelled future from the cancelling of our own task."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class GivenUp(ConnectionError):
    """What was waited for has been cancelled by whoever was to bring it."""


@contextmanager
def strays_told() -> Iterator[None]:
    """A `CancelledError` that nobody has asked this task for becomes `GivenUp`.

    aiokafka cancels futures of its own when a connection or a group is lost. To whoever awaits them
    that looks like an end of the task, which no supervisor would start again.
    """
    try:
        yield
    except asyncio.CancelledError as stray:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise GivenUp("a library has given up what was waited for") from stray
