"""Twilio's list responses: newest first, filtered by number and time, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from segue_local.simulator.api_errors import ApiRefusal

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


class Listed(Protocol):
    @property
    def sid(self) -> str: ...


R = TypeVar("R", bound=Listed)


def rfc2822(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)


@dataclass(frozen=True)
class Span:
    """Instants from `first` to `last`, both included, at the API's resolution of one second."""

    first: datetime | None = None
    last: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        second = moment.replace(microsecond=0)
        return (self.first is None or second >= self.first) and (
            self.last is None or second <= self.last
        )


def span_of(query: QueryParams, name: str) -> Span:
    """Reads `Name=` (a day or an instant), `Name>=` and `Name<=` as the API does."""
    exact, after, before = query.get(name), query.get(f"{name}>"), query.get(f"{name}<")
    if exact:
        return Span(_start(exact), _end(exact))
    return Span(_start(after) if after else None, _end(before) if before else None)


def _start(text: str) -> datetime:
    return _parse(text, time.min)


def _end(text: str) -> datetime:
    return _parse(text, time.max).replace(microsecond=0)


def _parse(text: str, day_time: time) -> datetime:
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), day_time, UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ApiRefusal(20001, "not a date") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def page_of(
    newest_first: Sequence[R],
    query: QueryParams,
    path: str,
    key: str,
    body: Callable[[R], dict[str, object]],
) -> dict[str, object]:
    """One page; the token names the last record seen, so records that arrive meanwhile don't
    shift the pages after it."""
    size = min(max(int(query.get("PageSize", DEFAULT_PAGE)), 1), LARGEST_PAGE)
    page = int(query.get("Page", 0))
    start = _after_token(newest_first, query.get("PageToken"))
    shown = newest_first[start : start + size]
    more = start + size < len(newest_first)
    kept = {k: v for k, v in query.items() if k not in {"Page", "PageToken", "PageSize"}}
    first = f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': 0})}"
    following = None
    if more:
        token = {"PageSize": size, "Page": page + 1, "PageToken": f"PA{shown[-1].sid}"}
        following = f"{path}?{urlencode({**kept, **token})}"
    return {
        key: [body(record) for record in shown],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "uri": f"{path}?{urlencode(dict(query))}",
        "first_page_uri": first,
        "previous_page_uri": None,
        "next_page_uri": following,
    }


def _after_token(newest_first: Sequence[Listed], token: str | None) -> int:
    if not token:
        return 0
    for position, record in enumerate(newest_first):
        if f"PA{record.sid}" == token:
            return position + 1
    raise ApiRefusal(20001, "unknown PageToken")
