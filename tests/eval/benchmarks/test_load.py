"""The load of many readers: over HTTP against a served page, and how answers are told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footnote.eval.benchmarks.load import answered, load, own_server, said
from footnote.eval.commands.evaluate import bench_app
from footnote.eval.errors import BenchError
from footnote.eval.questions import SHIPPED, read_questions

READERS, TURNS = 5, 2


def message(role: str, source: str) -> dict[str, object]:
    return {"role": role, "content": [{"type": "text", "text": source}]}


def test_questions_are_read_back_as_they_were_asked() -> None:
    asked = '<div class="fn-words">Is 1 &#60; 2&#63; &#60;b&#62;</div>'
    chat = [message("user", asked), message("assistant", "<p>so</p>"), message("user", "And?")]
    assert said(chat) == ["Is 1 < 2? <b>", "And?"]


@pytest.mark.parametrize(
    ("source", "whole"),
    [
        ('<a href="#cite-2-1">[1]</a><p class="fn-checked">1 of 1</p>', True),
        ('<div class="fn-abstain">no</div><p class="fn-checked">confidence 3 %</p>', True),
        ('<a href="#cite-1-1">[1]</a><p class="fn-checked">1 of 1</p>', False),
        ('<div class="fn-words">not all of it</div>', False),
    ],
)
def test_an_answer_counts_only_whole_and_of_its_own_turn(source: str, whole: bool) -> None:
    assert answered([message("user", "Why?"), message("assistant", source)], 2) is whole


async def test_every_reader_gets_the_answers_to_their_own_questions(own_library_home: Path) -> None:
    questions = [one.question for one in read_questions(SHIPPED).questions]
    with own_server(own_library_home) as url:
        record = await load(url, questions, readers=READERS, turns=TURNS)
        with pytest.raises(BenchError, match="is it Footnote's page"):
            await load(f"{url}shared/", questions, readers=1, turns=1)
    assert record.errors == ()
    assert (record.answers, record.wrong, record.failed) == (READERS * TURNS, 0, 0)
    assert record.p50 is not None
    assert record.p95 is not None
    assert record.longest is not None
    assert 0 < record.p50 <= record.p95 <= record.longest


def test_a_page_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(bench_app, ["load", "--url", "http://127.0.0.1:9", "--json"])
    assert isinstance(done.exception, BenchError)
    assert "127.0.0.1:9" in str(done.exception)
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)
