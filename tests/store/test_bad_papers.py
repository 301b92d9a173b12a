"""Papers whose texts can't be indexed: they are set aside with a reason, and the library goes on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import ingest
from footnote.store.layout import MAX_PASSAGES, MAX_SENTENCES, LayoutMaker
from footnote.store.library import Library
from footnote.store.paper_records import Layout
from footnote.store.papers import Listing
from footnote.store.protocols import Vectors

BEES = Listing(source="a.jsonl", line=1, id="bees", title="Bees", abstract="Bees dance to point at flowers.")
ICE = Listing(source="a.jsonl", line=2, id="ice", title="Ice", abstract="Glaciers creep downhill.")


def blank(abstract: str) -> Listing:
    return Listing(source="a.jsonl", line=3, id="blank", title="Blank", abstract=abstract)


def test_a_record_without_a_sentence_is_refused_by_line(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "library")) as library:
        recorded = library.record([BEES, blank("\n" * 31_022), ICE])
        assert recorded.added == ("bees", "ice")
        assert [(error.line, error.reason) for error in recorded.refused] == [
            (3, "the abstract holds no words")
        ]


def test_a_paper_without_a_sentence_in_the_catalog_is_set_aside_and_the_others_are_indexed(
    tmp_path: Path,
) -> None:
    with closing(Library(tmp_path / "library")) as library:
        # As libraries of before hold them.
        one_word = lambda _title, abstract: Layout([(0, 1)], [(0, 1)])  # noqa: E731
        library.catalog.record([BEES, blank("\n" * 40), ICE], one_word)  # type: ignore[arg-type]
        with library.writing():
            library.catalog.lay_out_again(library.layouts.of)
        report = ingest(library, [])
        assert (report.indexed, set(report.set_aside)) == (2, {"blank"})
        status = library.status()
        assert (status.papers, status.waiting) == (2, 0)
        assert status.set_aside == ("blank: the abstract holds no sentence",)
        assert not library.is_unfinished()
        assert ingest(library, []).set_aside == {}


class FailsAt(MiniLM):
    """Fails for texts with one word, or for all."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any(self._word in text for text in texts):
            raise ValueError(f"no vector for {self._word}")
        return super().embed(texts)


def test_a_paper_that_the_embedder_cannot_take_is_set_aside_and_comes_back_when_it_can(
    tmp_path: Path,
) -> None:
    with closing(Library(tmp_path / "library", FailsAt("Glaciers"))) as library:
        library.record([BEES, ICE])
        (reason,) = ingest(library, []).set_aside.values()
        assert "ValueError: no vector for Glaciers" in reason
        assert library.lexical.count() == library.status().papers == 1
    with closing(Library(tmp_path / "library")) as library:
        library.restore(["ice"])
        assert (library.status().papers, library.status().set_aside) == (2, ())


def test_an_embedder_that_always_fails_sets_no_paper_aside(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "library", FailsAt(""))) as library:
        library.record([BEES, ICE])
        with pytest.raises(ValueError, match="no vector"):
            ingest(library, [])
        assert library.catalog.papers_set_aside() == {}
        assert library.catalog.count() == 2


@pytest.mark.parametrize(
    "text", ["[]{}" * 12_500, "研究方法。和结果" * 6_250, "This is it. " * 4_166, "1) a) " * 8_000]
)
def test_the_work_that_a_text_makes_is_bounded(text: str) -> None:
    layout = LayoutMaker(MiniLM()).of("A title", text)
    assert 0 < len(layout.passages) <= MAX_PASSAGES
    assert 0 < len(layout.sentences) <= MAX_SENTENCES
    assert layout.sentences[-1].start < layout.passages[-1].end
