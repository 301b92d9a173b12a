"""The papers that are most like a paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.store.library import Library
from footnote.store.neighbours import nearest_papers
from footnote.store.papers import Listing

ABSTRACTS = {
    "bees": "Honey bees dance to tell each other where flowers grow. The dance gives distance and direction.",
    "hives": "Bees in a hive read the dance of other bees to find flowers.",
    "wasps": "Wasps build nests of paper and hunt other insects for their young.",
    "stars": "Stars of low mass burn hydrogen for longer than the age of the universe.",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    listings = [
        Listing(source="a.jsonl", line=n, id=name, title=name.title(), abstract=abstract)
        for n, (name, abstract) in enumerate(ABSTRACTS.items(), start=1)
    ]
    with library.writing():
        library.record(listings)
        library.index_waiting()
    return library


def test_the_nearest_come_first_and_the_paper_itself_never(library: Library) -> None:
    near = nearest_papers(library, "bees", 10)
    assert [paper for paper, _ in near] == ["hives", "wasps", "stars"]
    cosines = [cosine for _, cosine in near]
    assert cosines == sorted(cosines, reverse=True)
    assert nearest_papers(library, "bees", 1) == near[:1]


def test_a_paper_that_is_not_there_has_none(library: Library) -> None:
    assert nearest_papers(library, "nope", 3) == []
    library.remove(["bees"])
    assert nearest_papers(library, "bees", 3) == []
    assert [paper for paper, _ in nearest_papers(library, "hives", 3)] == ["wasps", "stars"]
