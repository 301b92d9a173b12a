"""Training folders: fields by the ids of papers, and what can't be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from footnote.eval.datasets.field import read_fields
from footnote.eval.errors import TrainingError

PAPERS = [
    {"id": f"{field}:{n}", "title": f"{field} {n}", "abstract": "It is said."}
    for field in ("a", "b")
    for n in (1, 2)
]


def asked(ident: str, *ids: str, answerable: bool = True) -> dict[str, Any]:
    return {"id": ident, "question": "What is said?", "answerable": answerable, "ids": ids}


QUESTIONS = [
    asked("q1", "b:1", "b:2"),
    asked("q2", "b:1", answerable=False),
    asked("q3", "a:1"),
    asked("q4", "a:2", answerable=False),
]


def written(folder: Path, papers: list[dict[str, Any]], questions: list[dict[str, Any]]) -> Path:
    for name, lines in (("papers", papers), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


def test_each_field_has_its_own_papers_and_questions(tmp_path: Path) -> None:
    several = asked("q5", "a:1", "b:2")  # no library of one field answers it
    a, b = read_fields(written(tmp_path, PAPERS, [*QUESTIONS, several]))
    assert (a.name, [p.id for p in a.papers], [q.id for q in a.questions]) == (
        "a",
        ["a:1", "a:2"],
        ["q3", "q4"],
    )
    assert (b.name, [p.id for p in b.papers], [q.id for q in b.questions]) == (
        "b",
        ["b:1", "b:2"],
        ["q1", "q2"],
    )


@pytest.mark.parametrize(
    ("papers", "questions", "reason"),
    [
        (
            [*PAPERS, {"id": "c", "title": "c", "abstract": "c"}],
            QUESTIONS,
            r"papers\.jsonl:5: id: write FIELD",
        ),
        ([*PAPERS, {"id": "c:1", "title": "c"}], QUESTIONS, r"papers\.jsonl:5: abstract"),
        (PAPERS, [*QUESTIONS, asked("q", "a:9")], r"questions\.jsonl:5: ids: papers\.jsonl has no 'a:9'"),
        (PAPERS, [*QUESTIONS, {"id": "q"}], r"questions\.jsonl:5: question"),
        (PAPERS, QUESTIONS[:3], r"questions\.jsonl: a: give questions with an answer and without one"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, papers: list[dict[str, Any]], questions: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(TrainingError, match=reason):
        read_fields(written(tmp_path, papers, questions))


def test_a_folder_without_the_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"papers\.jsonl: can't be read"):
        read_fields(tmp_path)
