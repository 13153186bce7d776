"""The sockets on which a service listens."""

import socket

import uvicorn

# So many connections are taken in a round of the event loop. uvloop takes one per socket and round
# (libuv does, since 1.46): behind a few hundred callers at once, each of whom has a request that
# makes rounds longer, the next one would wait for seconds before anybody knows who they are.
ACCEPTED_AT_ONCE = 32


def listening_sockets(config: uvicorn.Config) -> list[socket.socket]:
    """One bound socket under many descriptors: they share its queue of callers, and each takes its
    next one. Ends the process where the address can't be had."""
    listener = config.bind_socket()
    return [listener, *(listener.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]
