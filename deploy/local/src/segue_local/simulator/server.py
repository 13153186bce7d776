"""A uvicorn server inside the caller's event loop, which can also hang up on a client."""

import asyncio
import contextlib
import socket
from collections.abc import Generator

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "segue.transport"


class _HangUpProtocol(HttpToolsProtocol):
    """Puts the transport where a handler can reach it: ASGI has no word for a dropped line."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


def drop_connection(request: Request) -> None:
    """Closes the client's connection at once, without an answer."""
    transport = request.scope["extensions"][TRANSPORT]["transport"]
    transport.abort()


class _Server(uvicorn.Server):
    """Leaves signals to the process that it runs in and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.listening.set()


class InProcessServer:
    """Serves an ASGI app on a loopback port; port 0 takes a free one."""

    def __init__(self, app: ASGIApp, host: str, port: int, websockets: bool = False) -> None:
        self._socket = socket.create_server((host, port), backlog=1024)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        config = uvicorn.Config(
            app,
            http=_HangUpProtocol,
            ws="auto" if websockets else "none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.listening.wait()

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()
