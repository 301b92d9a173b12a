"""What the recognition of questions to the catalogue is fitted to."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.eval.errors import FitError
from footnote.eval.fitting.intentions import filled_examples, frame_words, read_ordinary
from footnote.eval.questions import EVERYDAY
from footnote.rag.catalogue.intentions import CLASSES, classifier


def test_examples_are_of_every_class_and_have_their_slots_filled() -> None:
    rows = list(filled_examples())
    assert {kind for kind, _, _ in rows} == set(CLASSES)
    assert not [text for _, _, text in rows if "{" in text]
    assert rows == list(filled_examples())
    assert min(sum(kind == name for kind, _, _ in rows) for name in CLASSES) >= 20


def test_the_classifier_that_ships_has_the_frame_words_of_the_examples() -> None:
    assert dict(classifier().columns) == frame_words()


def test_ordinary_questions_are_those_that_ship_and_those_of_files(tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"question": "Do boats float?"}\n{"text": "Boats float."}\n{"text": "Boats float."}\n')
    found = read_ordinary([file])
    assert found[-2:] == ["Do boats float?", "Boats float."]
    assert set(EVERYDAY.read_text(encoding="utf-8").splitlines()) <= set(found)
    file.write_text('{"id": "1"}\n')
    with pytest.raises(FitError, match=r"more\.jsonl, line 1"):
        read_ordinary([file])
