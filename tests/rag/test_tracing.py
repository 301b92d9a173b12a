"""Traces by OpenTelemetry: off by default, sent to a collector by its usual variables, and free of texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as collector
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as service

from footnote.rag.settings import SettingsError
from footnote.rag.tracing import start_tracing

QUESTION = "What are Adaptive Chameleons?"


class Collector(service.TraceServiceServicer):
    """A collector of traces on loopback."""

    def __init__(self) -> None:
        self.requests: list[collector.ExportTraceServiceRequest] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        service.add_TraceServiceServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def Export(self, request, context):  # noqa: N802  # the protocol's name
        self.requests.append(request)
        return collector.ExportTraceServiceResponse()

    def stop(self) -> None:
        self._server.stop(None).wait()


@pytest.fixture(autouse=True)
def no_variables_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)


def test_an_answer_is_sent_as_a_span_with_its_steps_and_without_its_words(library_home: Path) -> None:
    received = Collector()
    env = {
        **os.environ,
        "FOOTNOTE_HOME": str(library_home),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{received.port}",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "footnote", "ask", "--json", QUESTION],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    received.stop()
    answer = json.loads(ran.stdout)
    resources = [resource for request in received.requests for resource in request.resource_spans]
    attributes = {a.key: a.value.string_value for r in resources for a in r.resource.attributes}
    assert attributes["service.name"] == "footnote"
    assert attributes["deployment.environment"] == "test"
    spans = [span for r in resources for scope in r.scope_spans for span in scope.spans]
    whole = next(span for span in spans if span.name == "footnote.answer")
    steps = [span for span in spans if span is not whole]
    assert {"retrieve", "confidence", "compose", "verify"} <= {span.name for span in steps}
    for step in steps:
        assert step.parent_span_id == whole.span_id
        assert step.end_time_unix_nano >= step.start_time_unix_nano
    noted = {a.key: a.value for a in whole.attributes}
    assert noted["footnote.status"].string_value == answer["status"]
    assert noted["footnote.citations"].int_value == len(answer["citations"])
    sent = b"".join(request.SerializeToString() for request in received.requests)
    assert b"Chameleon" not in sent


def test_it_is_off_by_default_and_where_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not start_tracing()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert not start_tracing()
    monkeypatch.delenv("OTEL_SDK_DISABLED")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    assert not start_tracing()


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")],
)
def test_what_is_not_offered_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: '{value}'"):
        start_tracing()
