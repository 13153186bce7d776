"""Requests as steps of a trace: the caller's, if it names one, or a new one."""

from starlette.types import ASGIApp, Receive, Scope, Send

from segue_common.runtime.tracing import HEADER, step, well_formed

_HEADER = HEADER.encode()
# What probes and Prometheus ask every few seconds is nobody's trace.
_QUIET = ("/health/", "/metrics")


class TraceRequests:
    """ASGI middleware. A socket's frames begin traces of their own: a socket lives for hours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        with step(scope["method"], "server", parent=_parent(scope)) as request:
            try:
                await self._app(scope, receive, send)
            finally:
                request.name = f"{scope['method']} {_server_of(scope)}"


def _server_of(scope: Scope) -> str:
    """The code that served it: a path holds IDs, so there would be endlessly many names."""
    endpoint = scope.get("endpoint")
    return str(getattr(endpoint, "__name__", type(endpoint).__name__))


def _parent(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == _HEADER:
            return well_formed(value.decode("latin-1"))
    return None
