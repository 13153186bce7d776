"""What routes for outsiders do first: find the tenant, read a bounded body, check its fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.requests import HTTPConnection, Request

from segue_common.fields import InvalidField
from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant


def tenant_of(connection: HTTPConnection, tenants: Mapping[str, Tenant]) -> Tenant:
    """The tenant that the path names, or 404."""
    tenant = tenants.get(connection.path_params["tenant"])
    if tenant is None:
        raise Problem(404, "There is no such tenant.")
    return tenant


async def read_body(request: Request, most: int) -> bytes:
    """The body, or 413 as soon as it is known to be longer than `most` bytes."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


@contextmanager
def fields_are_checked() -> Iterator[None]:
    """Answers a field that is missing or wrong with a 422 that names it."""
    try:
        yield
    except InvalidField as error:
        raise Problem(422, error.detail, field=error.field) from error


def _too_large(most: int) -> Problem:
    return Problem(413, f"The body may have {most} bytes.")
