"""Callers who come at once are taken in many in a round of the event loop."""

import asyncio
import socket

import uvicorn
import uvloop
from segue_common.runtime.listening import ACCEPTED_AT_ONCE, listening_sockets
from waiting import free_port

CALLERS = ACCEPTED_AT_ONCE * 3


async def _ignored(*_: object) -> None: ...


async def rounds_until_taken(port: int) -> int:
    """How many rounds of the loop it takes until all are in who called before the first."""
    taken: list[asyncio.BaseTransport] = []

    class Line(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.append(transport)

    loop = asyncio.get_running_loop()
    sockets = listening_sockets(uvicorn.Config(_ignored, host="127.0.0.1", port=port))
    servers = [await loop.create_server(Line, sock=one) for one in sockets]
    callers = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(CALLERS)]
    rounds = 0
    async with asyncio.timeout(20):
        while len(taken) < CALLERS:
            await asyncio.sleep(0)
            rounds += 1
    for caller in callers:
        caller.close()
    for server in servers:
        server.close()
    return rounds


def test_a_caller_does_not_wait_a_round_for_each_who_came_before() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(rounds_until_taken(free_port())) < CALLERS / 3
