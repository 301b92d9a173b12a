"""Traces of answers by OpenTelemetry: a span for each answer and one for each of its steps.

Off unless one of OpenTelemetry's own variables names where traces go. A span tells how long a step took and
what came of it; no question, answer or name of a paper is in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace

from footnote.rag.events import Done, Event, Step
from footnote.rag.settings import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def start_tracing() -> bool:
    """Sends traces where OTEL_TRACES_EXPORTER or OTEL_EXPORTER_OTLP_ENDPOINT say; returns whether it does.

    OpenTelemetry reads its other variables (OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS,
    OTEL_TRACES_SAMPLER …) itself. Raises SettingsError for an exporter or a protocol that isn't offered.
    """
    name = _variable("OTEL_TRACES_EXPORTER") or ("otlp" if _variable(*_ENDPOINTS) else "none")
    if name == "none" or _variable("OTEL_SDK_DISABLED").lower() == "true":
        return False
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create()
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):  # no variable names it
        resource = resource.merge(Resource({SERVICE_NAME: "footnote"}))
    provider = TracerProvider(resource=resource)  # ends with the process, and sends what is left
    provider.add_span_processor(BatchSpanProcessor(_exporter(name)))
    trace.set_tracer_provider(provider)
    return True


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        import sys

        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)  # standard output is for answers
    if name != "otlp":
        raise SettingsError(f"OTEL_TRACES_EXPORTER: {name!r} isn't offered: set otlp, console or none")
    if (protocol := _variable(*_PROTOCOLS) or "grpc") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    raise SettingsError(
        f"OTEL_EXPORTER_OTLP_PROTOCOL: {protocol!r} isn't offered: set grpc (usually at port 4317)"
    )


def _variable(*names: str) -> str:
    return next((value for name in names if (value := os.environ.get(name, "").strip())), "")


class AnswerSpan:
    """The span of one answer."""

    def __init__(self, tracer: trace.Tracer, span: Span) -> None:
        self._tracer, self._span = tracer, span

    def see(self, event: Event) -> None:
        """Makes a span of a step that ended; notes what the answer came to."""
        if isinstance(event, Step) and event.seconds is not None:
            end = time.time_ns()
            parent = trace.set_span_in_context(self._span)
            begun = end - int(event.seconds * 1e9)
            self._tracer.start_span(event.name, parent, start_time=begun).end(end)
        elif isinstance(event, Done):
            self._note(event)

    def _note(self, done: Done) -> None:
        answer = done.answer
        self._span.set_attributes(
            {
                "footnote.status": answer.status,
                "footnote.kind": answer.kind,
                "footnote.mode": answer.mode,
                "footnote.claims": len(answer.claims),
                "footnote.citations": len(answer.citations),
                "footnote.warnings": [warning.kind for warning in answer.warnings],
            }
        )
        if answer.model:
            self._span.set_attribute("gen_ai.request.model", answer.model)
        if usage := answer.usage:
            self._span.set_attribute("gen_ai.usage.input_tokens", usage.prompt_tokens)
            self._span.set_attribute("gen_ai.usage.output_tokens", usage.completion_tokens)


@contextmanager
def answer_span() -> Iterator[AnswerSpan]:
    """A span for the answer that is made within this context; show it each event.

    It isn't made the current one: events of an answer may be read in several contexts.
    """
    tracer = trace.get_tracer("footnote")
    span = tracer.start_span("footnote.answer")
    try:
        yield AnswerSpan(tracer, span)
    except Exception as error:
        # The error's text may repeat the question.
        span.set_status(trace.StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        span.end()
