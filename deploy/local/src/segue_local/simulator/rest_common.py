"""What every Twilio REST endpoint does first: credentials, the form, the fault in its way."""

import asyncio
import base64
import binascii
import hmac
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from segue_local.simulator.api_errors import ApiRefusal, error_response
from segue_local.simulator.faults import FaultPlan, Resource, RestFault
from segue_local.simulator.lines import Lines
from segue_local.simulator.server import drop_connection


class Form:
    """A posted form; a name may be repeated."""

    def __init__(self, body: bytes) -> None:
        self._values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in parse_qsl(body.decode(), keep_blank_values=True):
            self._values[name].append(value)

    def get(self, name: str) -> str | None:
        values = self._values.get(name)
        return values[-1] if values and values[-1] else None

    def all(self, name: str) -> list[str]:
        return [value for value in self._values.get(name, ()) if value]

    def number(self, name: str, default: float) -> float:
        value = self.get(name)
        if value is None:
            return default
        try:
            return float(value)
        except ValueError:
            raise ApiRefusal(20001, f"{name} is not a number") from None


def require_account(request: Request, lines: Lines) -> str:
    """The account of the path, whose SID and token must be the basic-auth credentials."""
    account: str = request.path_params["account"]
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiRefusal(20003) from None
    expected = lines.accounts.get(user)
    if scheme.lower() != "basic" or expected is None or user != account:
        raise ApiRefusal(20003)
    if not hmac.compare_digest(expected.encode(), password.encode()):
        raise ApiRefusal(20003)
    return account


Handler = Callable[[Request], Awaitable[Response]]


def refusals_answered(handler: Handler) -> Handler:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except ApiRefusal as refusal:
            return error_response(refusal.code, detail=refusal.detail)

    return answered


class Loseable(Protocol):
    answer_lost: bool


async def under_faults(
    request: Request,
    plan: FaultPlan,
    resource: Resource,
    to: str,
    create: Callable[[], tuple[Loseable, JSONResponse]],
) -> Response:
    """Creates the resource, unless a fault strikes before it or its answer after it."""
    fault = plan.strike(resource, to)
    if fault is None:
        return create()[1]
    if fault.kind == "error":
        return error_response(20500, status=fault.status)
    if fault.kind == "rate_limit":
        return error_response(20429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "reject":
        return error_response(fault.code)
    if fault.kind == "lose_response":
        create()[0].answer_lost = True
    return await silence(request, fault)


async def silence(request: Request, fault: RestFault) -> Response:
    """No answer until the client gives up or the fault's seconds are over; then a dead line."""
    try:
        async with asyncio.timeout(fault.silent_for):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        drop_connection(request)
    return Response(status_code=500)
