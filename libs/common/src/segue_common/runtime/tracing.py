"""Traces across all hops: W3C trace context in records, jobs and requests, and spans of the work.

Spans are made only where `OTEL_EXPORTER_OTLP_ENDPOINT` says whom to send them to. Elsewhere a
trace passes through as it came, so that it holds together for whoever does record it.
"""

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, Protocol
from uuid import UUID

from segue_common.events import Event, EventData

HEADER = "traceparent"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# https://www.w3.org/TR/trace-context/#traceparent-header; an ID of zeros alone is none.
_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Kind = Literal["server", "consumer", "client", "internal"]
Attributes = dict[str, str | int | bool]


@dataclass
class Step:
    """A piece of work; `traceparent` is for what follows from it. Its name and attributes hold
    no text and no number of a person. Times are nanoseconds since 1970."""

    name: str
    kind: Kind
    parent: str | None
    traceparent: str | None
    attributes: Attributes = field(default_factory=dict)
    error: str | None = None
    started_at: int = 0
    ended_at: int = 0


class Recorder(Protocol):
    """Takes the steps that are done."""

    def samples(self, trace_id: str) -> bool: ...
    def record(self, step: Step) -> None: ...
    def shutdown(self) -> None: ...


_recorder: Recorder | None = None
_current: ContextVar[str | None] = ContextVar("current_trace", default=None)


def configure(service: str) -> None:
    """Record this process's steps, if the environment names a collector."""
    if any(os.environ.get(name) for name in ENDPOINTS):
        # The SDK takes its time to import, and memory.
        from segue_common.runtime.trace_export import OtlpRecorder

        record_with(OtlpRecorder(service))


def record_with(recorder: Recorder | None) -> None:
    """Give every step that is done to `recorder`; None ends that."""
    global _recorder
    _recorder = recorder


def shutdown() -> None:
    """Send what has not been sent yet."""
    if _recorder is not None:
        _recorder.shutdown()


def well_formed(text: str) -> str | None:
    """The trace context that a neighbour sent, if it is one."""
    return text if _FORM.fullmatch(text) else None


def new_trace() -> str:
    """The traceparent of something that starts a trace of its own."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def current() -> str | None:
    """The traceparent of what is under way here."""
    return _current.get()


def entering_trace() -> str | None:
    """The traceparent of a message that enters Segue: that of the request which brings it. None
    where spans are made and nothing has begun the trace: the first that is made is its root."""
    current = _current.get()
    return current if current or _recorder else new_trace()


@contextmanager
def step(
    name: str,
    kind: Kind = "internal",
    *,
    parent: str | None = None,
    attributes: Attributes | None = None,
) -> Iterator[Step]:
    """Work that is a step of `parent`, or of what is under way; steps within it are its own.

    A parent that is no trace context, as a row of the database may hold, counts as none.
    """
    parent = (parent and well_formed(parent)) or _current.get()
    recorder = _recorder
    traceparent = _next(recorder, parent) if recorder else parent
    done = Step(name, kind, parent, traceparent, attributes or {}, started_at=time.time_ns())
    token = _current.set(traceparent)
    try:
        yield done
    except BaseException as error:
        done.error = type(error).__name__
        raise
    finally:
        _current.reset(token)
        if recorder:
            _record(recorder, done)


@contextmanager
def handling(
    service: str, arrivals: Iterable[tuple[Event[EventData], str | None]], fresh: set[UUID]
) -> Iterator[Mapping[UUID, str | None]]:
    """Events that are handled together: one step each; gives the traceparent of what each brings.

    A step's ID comes from the service and the event. If a crash loses the step after its outputs
    got out, the repeat that follows records it again, and they don't hang in the air.
    """
    recorder = _recorder
    parents = {event.id: given for event, given in arrivals}
    if recorder is None:
        yield parents
        return
    steps = {
        event.id: _handled(recorder, service, event, parents[event.id], event.id in fresh)
        for event, _ in arrivals
    }
    try:
        yield {event_id: done.traceparent for event_id, done in steps.items()}
    except BaseException as error:
        for done in steps.values():
            # What it would have brought is undone: nothing follows from this step.
            done.traceparent = _next(recorder, done.traceparent)
            done.error = type(error).__name__
        raise
    finally:
        for done in steps.values():
            _record(recorder, done)


def _handled(
    recorder: Recorder, service: str, event: Event[EventData], parent: str | None, is_new: bool
) -> Step:
    own = blake2b(f"{service}/{event.id}".encode(), digest_size=8).hexdigest()
    attributes: Attributes = {
        "segue.service": service,
        "segue.conversation_id": str(event.subject),
        "segue.tenant": event.tenant,
        "segue.event_id": str(event.id),
    }
    if event.data.TOPIC:
        attributes["messaging.destination.name"] = event.data.TOPIC.name
    if not is_new:
        attributes["segue.repeated"] = True
    # A root's trace ID too, so that a repeat belongs to the trace that its first began.
    root = blake2b(event.id.bytes, digest_size=16).hexdigest() if parent is None else None
    traceparent = _next(recorder, parent, span_id=own, trace_id=root)
    return Step(event.type, "consumer", parent, traceparent, attributes, started_at=time.time_ns())


def _next(
    recorder: Recorder,
    parent: str | None,
    *,
    span_id: str | None = None,
    trace_id: str | None = None,
) -> str:
    """A traceparent for a step after `parent`; without one, for the first of a trace."""
    own = span_id or secrets.token_hex(8)
    if parent is not None:
        return f"{parent[:36]}{own}{parent[52:]}"
    trace = trace_id or secrets.token_hex(16)
    return f"00-{trace}-{own}-{'01' if recorder.samples(trace) else '00'}"


def _record(recorder: Recorder, done: Step) -> None:
    # The last bit says that whoever began the trace wants it recorded.
    if done.traceparent and int(done.traceparent[-2:], 16) & 1:
        done.ended_at = time.time_ns()
        recorder.record(done)
