"""Counts webhook requests by what became of them."""

from collections.abc import Awaitable, Callable
from functools import wraps

from segue_common.runtime.problems import Problem
from starlette.requests import Request
from starlette.responses import Response

from segue_ingest import metrics

Endpoint = Callable[[Request], Awaitable[Response]]

_RESULTS = {
    400: "malformed", 403: "forged", 404: "unknown", 413: "too_large", 422: "malformed",
    429: "too_many", 503: "unavailable",
}  # fmt: skip


def count(provider: str, kind: str, status: int) -> None:
    """A request that was answered with a problem of this status."""
    metrics.WEBHOOKS.labels(provider, kind, _RESULTS.get(status, str(status))).inc()


def counted(provider: str, kind: str) -> Callable[[Endpoint], Endpoint]:
    """Wraps an endpoint so that each of its requests is counted once."""

    def wrap(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)  # a trace names the code that served a request
        async def count(request: Request) -> Response:
            result = "failed"
            try:
                response = await endpoint(request)
                result = "taken"
                return response
            except Problem as problem:
                result = _RESULTS.get(problem.status, str(problem.status))
                raise
            finally:
                metrics.WEBHOOKS.labels(provider, kind, result).inc()

        return count

    return wrap
