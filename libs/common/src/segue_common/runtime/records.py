"""Kafka records as Segue writes and reads them: key, value and headers."""

from collections.abc import Sequence
from typing import Protocol

from segue_common.runtime.tracing import HEADER, well_formed

CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"
Headers = list[tuple[str, bytes]]


class Record(Protocol):
    """A record as a consumer gets it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


def headers_of(traceparent: object) -> Headers:
    """The headers of an event's record."""
    headers: Headers = [("content-type", CONTENT_TYPE)]
    if isinstance(traceparent, str):
        headers.append((HEADER, traceparent.encode()))
    return headers


def traceparent_of(record: Record) -> str | None:
    """The trace context of a record, if it has a well-formed one."""
    for name, value in record.headers:
        if name == HEADER:
            return well_formed(value.decode("latin-1"))
    return None
