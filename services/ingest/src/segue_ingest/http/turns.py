"""Webhooks begin a few at a time, tenants in turn, however many have arrived at once."""

import asyncio
from collections import deque

# What is begun in one round of the event loop. Everything that is under way in the process, a
# message being taken or a delivery, goes one step further in a round: what takes fifteen steps
# takes fifteen rounds, and these many requests' work in each.
EACH_ROUND = 8


class Turns:
    """A queue per tenant: whoever has few requests waiting is behind few."""

    def __init__(self, each_round: int = EACH_ROUND) -> None:
        self._each_round = each_round
        self._left = each_round
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def take(self, tenant: str) -> None:
        """Returns when it is this request's turn: at once, unless this round's are taken."""
        if self._left == self._each_round:
            asyncio.get_running_loop().call_soon(self._next_round)
        if self._left:
            self._left -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(tenant, deque()).append(turn)
        await turn

    def _next_round(self) -> None:
        self._left = self._each_round
        while self._left and self._waiting:
            self._next_of(next(iter(self._waiting)))
        if self._left < self._each_round:
            asyncio.get_running_loop().call_soon(self._next_round)

    def _next_of(self, tenant: str) -> None:
        waiting = self._waiting.pop(tenant)
        turn = waiting.popleft()
        if not turn.done():
            turn.set_result(None)
            self._left -= 1
        if waiting:
            # Behind all others who wait.
            self._waiting[tenant] = waiting
