"""Reads what comes over HTTP; what is not valid is a `Problem` that names the field."""

from datetime import datetime, time
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, ValidationError
from segue_common.runtime.problems import Problem
from segue_common.webhooks import requests
from starlette.requests import Request

MAX_BODY_BYTES = 64_000

M = TypeVar("M", bound="Body")


class Body(BaseModel):
    """A request's JSON; unknown fields are errors, since they are typos."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def read_body(request: Request, kind: type[M]) -> tuple[M, bytes]:
    """The body as a model, and its bytes. 400 if it isn't JSON, 413 too large, 422 not valid."""
    raw = await requests.read_body(request, MAX_BODY_BYTES)
    try:
        return kind.model_validate_json(raw), raw
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] == "json_invalid":
            raise Problem(400, "The body is not JSON.") from None
        field = ".".join(map(str, first["loc"])) or "body"
        message = first["msg"].removeprefix("Value error, ")
        raise Problem(422, f"{field}: {message}", field=field) from None


def zone_named(name: str, field: str) -> ZoneInfo:
    """The time zone of that name; 422 if there is none."""
    if name not in available_timezones():
        raise Problem(422, f"{field}: not a time zone such as America/New_York.", field=field)
    return ZoneInfo(name)


def moment_in(request: Request, field: str, zone: ZoneInfo) -> datetime | None:
    """A query parameter that is a date (its midnight in `zone`) or a time with an offset."""
    text = request.query_params.get(field)
    if not text:
        return None
    try:
        # A plus sign that nobody escaped arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise Problem(
            422, f"{field}: write a date or a time such as 2026-06-02T09:00:00Z.", field=field
        ) from None
    if moment.tzinfo is None:
        if moment.time() != time():
            raise Problem(422, f"{field}: the time needs an offset or Z.", field=field)
        moment = moment.replace(tzinfo=zone)
    return moment


def uuid_in(request: Request, name: str) -> UUID:
    """A path parameter that is an ID; 404 if it can't be one."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise Problem(404, "There is no such booking.") from None
