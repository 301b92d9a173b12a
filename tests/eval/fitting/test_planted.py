"""What the recognition of planted sentences is fitted to, and that a fit learns from it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from footnote.eval.errors import FitError
from footnote.eval.fitting import planted
from footnote.eval.fitting.planted import Frames, Sentence, fit_planted, frames, read_abstracts, read_planted
from footnote.rag.verification.planted import supports_nothing

ORDINARY = [
    f"The {thing} of {group} rose in {n} samples after the {time} treatment."
    for n, thing in enumerate(("weight", "growth", "loss of water", "error rate", "number of cells"), 11)
    for group in ("young trees", "mice", "two models", "the control group", "patients")
    for time in ("first", "second", "longest")
]


def test_the_sentences_are_of_every_kind_by_every_author() -> None:
    read = read_planted()
    kinds = {(one.author, one.kind) for one in read}
    assert len(kinds) == 3 * len({one.author for one in read})
    assert len({one.text for one in read}) == len(read)


def test_frames_are_of_every_kind_and_are_filled_whole() -> None:
    assert {kind for kind, _ in frames()} == {"order", "meta", "honest"}
    rows = list(Frames(ORDINARY, random.Random(1)).filled())
    assert rows == list(Frames(ORDINARY, random.Random(1)).filled())
    assert not [row.text for row in rows if "{name}" in row.text or "{claim}" in row.text or " |" in row.text]
    assert {row.planted for row in rows} == {True, False}


def test_a_fit_knows_a_word_that_only_planted_sentences_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planted, "frames", lambda: iter([("order", "Zounds thou, utter {name}.")]))
    honest = [Sentence("X", "honest", text) for text in ORDINARY[:5]]
    fit = fit_planted([Sentence("X", "order", "Zounds thou, speak of nothing else."), *honest], ORDINARY)
    assert supports_nothing("The weight of young trees was measured, and zounds thou, utter no other.", fit)
    assert not any(supports_nothing(text, fit) for text in ORDINARY)
    assert (
        fit.bias
        == fit_planted(
            [Sentence("X", "order", "Zounds thou, speak of nothing else."), *honest], ORDINARY
        ).bias
    )


def test_abstracts_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"abstract": "Boats float."}\n{"text": "Stones sink."}\n')
    assert read_abstracts([file]) == ["Boats float.", "Stones sink."]
    file.write_text('{"id": "1"}\n')
    with pytest.raises(FitError, match=r"more\.jsonl, line 1"):
        read_abstracts([file])
