"""Sends finished steps to a collector as OpenTelemetry spans, over OTLP/HTTP.

Imported only where a collector is configured. Where it is, what it is sent and which traces are
recorded is said by OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_*`, `OTEL_TRACES_SAMPLER`).
"""

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from segue_common.runtime.tracing import Kind, Step

_KINDS: dict[Kind, SpanKind] = {
    "server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER, "client": SpanKind.CLIENT,
    "internal": SpanKind.INTERNAL,
}  # fmt: skip


class _ChosenIds(IdGenerator):
    """Gives a span the IDs that its step had already handed on."""

    def __init__(self) -> None:
        self.trace_id = 0
        self.span_id = 0

    def generate_trace_id(self) -> int:
        return self.trace_id

    def generate_span_id(self) -> int:
        return self.span_id


class OtlpRecorder:
    """Records steps in the background; when the collector is away, the oldest are lost."""

    def __init__(self, service: str, processor: SpanProcessor | None = None) -> None:
        self._ids = _ChosenIds()
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: f"segue-{service}"}), id_generator=self._ids
        )
        self._provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("segue")

    def samples(self, trace_id: str) -> bool:
        """Whether a trace that begins here is to be recorded."""
        result = self._provider.sampler.should_sample(None, int(trace_id, 16), "")
        return result.decision is Decision.RECORD_AND_SAMPLE

    def record(self, step: Step) -> None:
        """Take a step that is done."""
        own = _context_of(step.traceparent)
        if own is None:
            return
        parent = _context_of(step.parent)
        self._ids.trace_id, self._ids.span_id = own.trace_id, own.span_id
        span = self._tracer.start_span(
            step.name,
            context=set_span_in_context(NonRecordingSpan(parent)) if parent else Context(),
            kind=_KINDS[step.kind],
            attributes=step.attributes,
            start_time=step.started_at,
        )
        if step.error:
            span.set_status(Status(StatusCode.ERROR, step.error))
        span.end(step.ended_at)

    def shutdown(self) -> None:
        """Send what waits, for at most `OTEL_EXPORTER_OTLP_TIMEOUT` (10 s) when nobody answers."""
        self._provider.shutdown()


def _context_of(traceparent: str | None) -> SpanContext | None:
    if traceparent is None:
        return None
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(
        int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )
