"""Names in a question, by the library's own spelling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from footnote.rag.retrieval.name_match import NamedPapers, has_name, named_papers
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Listing, Paper

PAPERS = {
    "ZEBRA: Stripes by Reward": "We propose ZEBRA, which paints stripes. The code lies elsewhere.",
    "On Horses": "Here OneHorse-V2 runs in a field. Most volunteers cut the grass, and cut it again.",
    "A Field Study": "In the field we compare models with ZEBRA. Many volunteers came.",
    "Pruning Trees": "We call the method CUT, and CUT removes branches of a tree.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    opened = Library(tmp_path_factory.mktemp("names") / "library")
    with opened.writing():
        opened.record(
            Listing(source="test", line=line, title=title, abstract=text)
            for line, (title, text) in enumerate(PAPERS.items(), start=1)
        )
        opened.index_waiting()
    yield opened
    opened.close()


def found(question: str, library: Library, filters: Filters | None = None) -> dict[str, list[str]]:
    titles = {paper.id: paper.title for paper in library.catalog.papers()}
    return {n.name: [titles[i] for i in n.papers] for n in named_papers(question, library, filters)}


@pytest.mark.parametrize("spelling", ["ZEBRA", "zebra", "Zebra's", "ze-bra"])
def test_a_name_is_found_however_it_is_spelled(spelling: str, library: Library) -> None:
    names = named_papers(f"What does {spelling} paint?", library)
    assert len(names) == 1
    assert list(found(f"What does {spelling} paint?", library).values()) == [
        ["ZEBRA: Stripes by Reward", "A Field Study"]
    ]
    assert names[0].subject == names[0].papers[0]


def test_a_compound_is_found(library: Library) -> None:
    for spelling in ("OneHorse-V2", "onehorse-v2", "OneHorse"):
        assert list(found(f"Is {spelling} fast?", library).values()) == [["On Horses"]]


def test_a_rare_word_that_the_library_writes_small_is_no_name(library: Library) -> None:
    assert found("How many volunteers came to the field?", library) == {}


def test_names_are_found_among_the_papers_that_pass(library: Library) -> None:
    only = next(paper.id for paper in library.catalog.papers() if paper.title == "A Field Study")
    assert found("zebra", library, Filters(only=(only,))) == {"zebra": ["A Field Study"]}


def test_a_name_is_whole() -> None:
    paper = Paper(id="p", title="AlignXplore", abstract="It is called Align-Anything.")
    assert not has_name(paper, "AlignX")
    assert has_name(paper, "align anything")
    assert not has_name(paper, "?")


def test_a_name_stands_for_its_only_paper() -> None:
    own = NamedPapers(name="Zebra", start=0, papers=("a",), titled=0)
    shared = NamedPapers(name="Horse", start=0, papers=("b", "c"), titled=0)
    assert (own.subject, shared.subject) == ("a", None)
