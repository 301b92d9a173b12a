"""The token index: what it holds after any course of changes, and its scores."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from footnote.store.errors import LibraryError
from footnote.store.protocols import QuestionTokens, SignedTokens
from footnote.store.token_index import SqliteTokenIndex

PIECES = 12


def tokens(seed: int) -> SignedTokens:
    random = np.random.default_rng(seed)
    pieces = np.unique(random.integers(0, PIECES, 6)).astype(np.uint32)
    return SignedTokens(pieces, random.integers(0, 256, (8, 2), dtype=np.uint8))


def asked(pieces: tuple[int, ...] = tuple(range(PIECES + 1))) -> QuestionTokens:
    rows = np.random.default_rng(1).standard_normal((len(pieces), 16), np.float32)
    return QuestionTokens(pieces, rows / np.linalg.norm(rows, axis=1, keepdims=True))


def expected(question: QuestionTokens, held: dict[str, SignedTokens]) -> dict[str, float]:
    """Scores by the definition, one token at a time."""
    idf = []
    for piece in question.pieces:
        have = sum(piece in paper.pieces for paper in held.values())
        idf.append(math.log(1 + (len(held) - have + 0.5) / (have + 0.5)))
    scores = {}
    for ident, paper in held.items():
        signs = 2.0 * np.unpackbits(paper.signs, axis=1) - 1
        best = [max(float(row @ sign) / 4 for sign in signs) for row in question.rows]
        scores[ident] = sum(w * b for w, b in zip(idf, best, strict=True)) / sum(idf)
    return scores


names = st.sampled_from("abcde")
courses = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.dictionaries(names, st.integers(0, 9), max_size=3)),
        st.tuples(st.just("remove"), st.lists(names, max_size=3, unique=True)),
    ),
    max_size=6,
)


@given(courses)
def test_after_any_course_it_scores_as_if_filled_at_once(course: list[tuple[str, object]]) -> None:
    held: dict[str, SignedTokens] = {}
    with TemporaryDirectory() as folder:
        index = SqliteTokenIndex(Path(folder))
        for _, what in course:
            if isinstance(what, dict):
                papers = {ident: tokens(seed) for ident, seed in what.items()}
                index.add(papers)
                held |= papers
            else:
                index.remove(what)
                held = {ident: paper for ident, paper in held.items() if ident not in what}
        assert index.papers() == held.keys()
        assert index.count() == len(held)
        assert index.scores(asked(), "abcde") == pytest.approx(expected(asked(), held), abs=1e-5)
        index.close()


def test_only_the_papers_asked_for_are_scored(tmp_path: Path) -> None:
    index = SqliteTokenIndex(tmp_path)
    empty = SignedTokens(np.array([], np.uint32), np.empty((0, 0), np.uint8))
    index.add({"a": tokens(1), "b": tokens(2), "empty": empty})
    assert index.scores(asked(), ["b", "empty", "nobody"]).keys() == {"b"}
    assert index.scores(asked(()), ["a", "b"]) == {}
    assert index.scores(asked(), []) == {}


def test_what_another_opening_adds_is_seen(tmp_path: Path) -> None:
    index, other = SqliteTokenIndex(tmp_path), SqliteTokenIndex(tmp_path)
    other.add({"a": tokens(1)})
    assert index.papers() == {"a"}
    assert index.scores(asked(), ["a"]) == other.scores(asked(), ["a"])


def test_threads_may_search_while_one_writes(tmp_path: Path) -> None:
    index = SqliteTokenIndex(tmp_path)
    index.add({"a": tokens(1)})
    found: list[dict[str, float]] = []
    searching = [
        threading.Thread(target=lambda: found.extend(index.scores(asked(), ["a"]) for _ in range(20)))
        for _ in range(4)
    ]
    for thread in searching:
        thread.start()
    for n in range(20):
        index.add({f"n{n}": tokens(n)})
    for thread in searching:
        thread.join()
    assert [scores.keys() for scores in found] == [{"a"}] * 80


def test_a_closed_index_is_an_error_that_names_it(tmp_path: Path) -> None:
    index = SqliteTokenIndex(tmp_path)
    index.close()
    with pytest.raises(LibraryError, match="token index"):
        index.count()
