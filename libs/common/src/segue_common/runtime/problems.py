"""Errors over HTTP: `application/problem+json` (RFC 9457), without internals."""

import logging
from collections.abc import Mapping

from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

log = logging.getLogger(__name__)

TITLES = {
    400: "Malformed request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found",
    405: "Method not allowed", 409: "Conflict", 413: "Too large", 422: "Not valid",
    429: "Too many requests", 500: "Internal error", 503: "Unavailable",
}  # fmt: skip
RETRY_AFTER_SECONDS = "5"


class Problem(Exception):
    """An answer that tells the caller what is wrong; `field` names what was not valid."""

    def __init__(
        self, status: int, detail: str, *, field: str | None = None, retry_after: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.retry_after = retry_after or (RETRY_AFTER_SECONDS if status in (429, 503) else None)


def kind_of(status: int) -> tuple[str, str]:
    """The `type` and the `title` of a status."""
    title = TITLES.get(status, "Error")
    return f"urn:segue:problem:{title.lower().replace(' ', '-')}", title


def problem_body(
    status: int, detail: str, field: str | None = None, **more: JsonValue
) -> dict[str, JsonValue]:
    """The body of a problem document; `more` are members of its own."""
    kind, title = kind_of(status)
    body: dict[str, JsonValue] = {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    return {**body, **({"field": field} if field else {}), **more}


def body_response(
    status: int, body: object, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A problem's body as a response."""
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def problem_response(problem: Problem) -> Response:
    """The problem as a response."""
    headers = {"Retry-After": problem.retry_after} if problem.retry_after else None
    body = problem_body(problem.status, problem.detail, problem.field)
    return body_response(problem.status, body, headers)


async def _known(_: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return problem_response(error)


async def _http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem_response(Problem(error.status_code, str(error.detail)))


async def _unknown(_: Request, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return problem_response(Problem(500, "Something went wrong on our side."))


def exception_handlers() -> Mapping[type[Exception], object]:
    """For Starlette's `exception_handlers`."""
    return {Problem: _known, HTTPException: _http, Exception: _unknown}
