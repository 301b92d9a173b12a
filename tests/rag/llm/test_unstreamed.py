"""A reply in one piece, read as a stream."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.llm.unstreamed import as_events

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def events(body: object) -> list[dict[str, object]]:
    lines = as_events(json.dumps(body).encode()).decode().split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]


def test_a_completion_is_one_event() -> None:
    message = {"role": "assistant", "content": "One.\n\nTwo.", "refusal": None}
    reply = {
        "id": "1",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }
    [event] = events(reply)
    assert event["choices"] == [
        {"index": 0, "delta": {"role": "assistant", "content": "One.\n\nTwo."}, "finish_reason": "stop"}
    ]
    assert event["usage"] == reply["usage"]


def test_an_error_stays_one() -> None:
    assert events({"error": {"message": "no"}}) == [{"error": {"message": "no"}}]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"17", b"[]", b"{}", b'{"choices": [1]}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_completion_is_nothing(body: bytes) -> None:
    assert as_events(body) == b""


@given(st.dictionaries(st.sampled_from(["choices", "error", "usage", "id"]), JSON))
def test_no_body_is_too_odd(body: dict[str, object]) -> None:
    as_events(json.dumps(body).encode())
