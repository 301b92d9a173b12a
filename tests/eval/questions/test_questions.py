"""Question sets: what is read, and how each slip is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from footnote.eval.errors import QuestionSetError
from footnote.eval.questions import SHIPPED, read_questions


def line(**changes: Any) -> str:
    question = {
        "id": "q1",
        "type": "factoid",
        "question": "How many?",
        "answerable": True,
        "papers": ["One Paper"],
        "evidence": [{"paper": "One Paper", "quote": "seven of them"}],
        **changes,
    }
    return json.dumps({name: value for name, value in question.items() if value is not None})


def refused(tmp_path: Path, content: str | bytes) -> QuestionSetError:
    file = tmp_path / "set.jsonl"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(QuestionSetError) as caught:
        read_questions(file)
    assert caught.value.source == "set.jsonl"
    assert str(caught.value).startswith("set.jsonl")
    return caught.value


def test_the_shipped_set_is_whole() -> None:
    shipped = read_questions(SHIPPED)
    assert len(shipped.questions) == 111
    assert sum(not question.answerable for question in shipped.questions) == 14
    assert next(q.id for q in shipped.questions if q.history) == "dev-043"
    assert shipped.dataset_hash == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def test_blank_lines_and_unknown_fields_are_let_be(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(f"\n{line(mood='curious')}\r\n  \n{line(id='q2', style='casual')}", encoding="utf-8-sig")
    questions = read_questions(file).questions
    assert [question.id for question in questions] == ["q1", "q2"]
    assert questions[0].style is None
    assert questions[1].style == "casual"


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id":"a","type":"t","question":"one\u2028two","answerable":false}\n', encoding="utf-8")
    assert read_questions(file).questions[0].question == "one\u2028two"


@pytest.mark.parametrize(
    ("changes", "field", "mend"),
    [
        ({"id": None}, "id", "a text that no other question has"),
        ({"id": ""}, "id", "a text that no other question has"),
        ({"question": None}, "question", "the question as a reader asks it"),
        ({"answerable": "yes"}, "answerable", "true or false"),
        ({"papers": "One Paper"}, "papers", "a list of titles"),
        ({"papers": ["One Paper", 3]}, "papers.1", "a list of titles"),
        ({"evidence": [{"paper": "One Paper"}]}, "evidence.0.quote", "exactly as they stand"),
        ({"evidence": ["seven"]}, "evidence.0", '{"paper": title, "quote": words}'),
        ({"history": [{"role": "system", "content": "x"}]}, "history.0.role", '"user" or "assistant"'),
    ],
)
def test_a_bad_field_is_named_with_line_and_mend(
    tmp_path: Path, changes: dict[str, Any], field: str, mend: str
) -> None:
    error = refused(tmp_path, f"{line(id='q0')}\n{line(**changes)}\n")
    assert (error.line, error.field) == (2, field)
    assert f"set.jsonl:2: {field}:" in str(error)
    assert mend in str(error)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"papers": [], "evidence": []}, "answerable is true, but papers names none"),
        ({"answerable": False}, "answerable is false, but papers or evidence says otherwise"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    error = refused(tmp_path, line(**changes))
    assert error.line == 1
    assert what in str(error)


def test_an_id_used_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    error = refused(tmp_path, f"{line()}\n\n{line()}\n")
    assert (error.line, error.field) == (3, "id")
    assert "'q1' is already used in line 1" in str(error)


@pytest.mark.parametrize("text", ["{", '"words"', "[1]", "[" * 100_000])
def test_a_line_that_is_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, f"{line()}\n{text}\n")
    assert (error.line, error.field) == (2, None)
    assert "JSON" in error.reason


def test_a_file_that_is_not_utf_8_is_refused_at_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, line().encode() + b'\n{"id": "\xe9"}')
    assert error.line == 2
    assert "UTF-8" in error.reason


def test_half_of_a_surrogate_pair_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, line(question="\ud83d"))
    assert (error.line, error.field) == (1, "question")


def test_an_empty_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    assert "holds no question" in str(refused(tmp_path, "\n \n"))
    with pytest.raises(QuestionSetError, match=r"absent\.jsonl: can't be read: No such file"):
        read_questions(tmp_path / "absent.jsonl")
