"""Ingestion: what becomes of the papers of files, new ones and those that are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from footnote.store.embedders.minilm import MiniLM
from footnote.store.errors import CorpusError, LibraryError
from footnote.store.filters import Filters
from footnote.store.ingest import SAMPLE_CORPUS, ingest, open_library
from footnote.store.layout import LayoutMaker
from footnote.store.library import Library
from footnote.store.sentences import Span
from tests.store.library_contents import contents


def test_the_shipped_pages_make_a_library_of_295_papers(library_home: Path) -> None:
    library = Library(library_home / "library")
    status = library.status()
    assert (status.papers, status.waiting) == (295, 0)
    assert library.lexical.count() == 295
    everything = library.catalog.get([paper.id for paper in library.catalog.papers()])
    assert status.passages == sum(len(entry.passages) for entry in everything.values())
    assert sum(len(entry.paper.pages) for entry in everything.values()) == 408
    assert max(len(entry.paper.pages) for entry in everything.values()) == 5


def test_no_word_of_an_abstract_is_outside_the_embedders_window(library_home: Path) -> None:
    library = Library(library_home / "library")
    everything = library.catalog.get([paper.id for paper in library.catalog.papers()])
    model = MiniLM()
    layouts = LayoutMaker(model)
    longest = 0
    for entry in everything.values():
        abstract = entry.paper.abstract
        covered = np.zeros(len(abstract), bool)
        for passage in entry.passages:
            text = layouts.embedded_text(entry.paper, passage)
            longest = max(longest, model.count_tokens(text))
            covered[passage.start : passage.end] = True
        assert all(covered[i] or abstract[i].isspace() for i in range(len(abstract)))
    assert 128 < longest <= model.window


def test_passages_begin_and_end_with_sentences(library_home: Path) -> None:
    library = Library(library_home / "library")
    for entry in library.catalog.get([paper.id for paper in library.catalog.papers()]).values():
        starts = {s.start for s in entry.sentences}
        ends = {s.end for s in entry.sentences}
        assert all(p.start in starts and p.end in ends for p in entry.passages)


def test_ingesting_again_changes_nothing(own_library_home: Path) -> None:
    library = Library(own_library_home / "library")
    before = contents(library)
    report = ingest(library, [SAMPLE_CORPUS])
    assert (report.indexed, sum(f.new_papers + f.new_sightings for f in report.files)) == (0, 0)
    assert contents(library) == before


def test_a_paper_seen_again_keeps_its_text_and_remembers_the_page(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    body = "We study honesty. A link is at example.org/one. Models learn to say that they don't know."
    first.write_text('{"title": "$i$REPO: Rewards", "abstract": "%s"}\n' % body)
    second.write_text(
        '{"title": "iREPO: rewards", "abstract": "%s", "date": "2024-10-09"}\n' % body.replace("one", "two")
    )
    library = Library(tmp_path / "library")
    ingest(library, [first])
    ingest(library, [second])
    (paper,) = library.catalog.papers()
    assert paper.abstract == body
    assert paper.pages == ("a.jsonl", "b.jsonl")
    assert paper.date == "2024-10-09"


def test_two_papers_of_one_title_stay_two(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"title": "Editorial", "abstract": "This issue is about whales and their songs in cold seas."}\n'
        '{"title": "Editorial", "abstract": "Steel bridges rust; we measured how fast it goes."}\n'
    )
    library = Library(tmp_path / "library")
    ingest(library, [file])
    ingest(library, [file])
    assert len({paper.id for paper in library.catalog.papers()}) == 2


def test_the_same_abstract_under_two_ids_keeps_both(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    line = (
        '{"id": "%s", "title": "Withdrawn", "abstract": "This article has been withdrawn by its authors."}\n'
    )
    file.write_text(line % "W1" + line % "W2")
    library = Library(tmp_path / "library")
    ingest(library, [file])
    assert [paper.id for paper in library.catalog.papers()] == ["W1", "W2"]
    assert library.lexical.count() == library.dense.count() == 2


def test_bad_entries_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text(
        '{"title": "Good", "abstract": "A sentence that can be kept."}\n{"title": "No abstract"}\nnot json\n'
    )
    library = Library(tmp_path / "library")
    report = ingest(library, [file])
    assert [error.line for error in report.refused] == [2, 3]
    assert library.catalog.count() == library.lexical.count() == 1


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.jsonl"):
        ingest(Library(tmp_path / "library"), [tmp_path / "nowhere.jsonl"])


def test_long_words_and_long_titles_are_indexed_whole(tmp_path: Path) -> None:
    word = "x" * 3000
    file = tmp_path / "long.jsonl"
    file.write_text(
        '{"title": "%s", "abstract": "%s ends here. A second sentence."}\n' % ("long title " * 80, word)
    )
    library = Library(tmp_path / "library")
    ingest(library, [file])
    (paper,) = library.catalog.papers()
    entry = library.catalog.get([paper.id])[paper.id]
    model = MiniLM()
    layouts = LayoutMaker(model)
    assert all(
        model.count_tokens(layouts.embedded_text(paper, Span(*p))) <= model.window for p in entry.passages
    )
    covered = {i for p in entry.passages for i in range(p.start, p.end)}
    assert all(i in covered for i, c in enumerate(paper.abstract) if not c.isspace())


def test_an_id_that_another_paper_has_is_refused_by_line(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(
        '{"id": "1", "title": "Glucose sensors", "abstract": "Sensors measure glucose in blood."}\n'
    )
    second.write_text('{"id": "1", "title": "Volcanic ash", "abstract": "Ash clouds ground aircraft."}\n')
    library = Library(tmp_path / "library")
    ingest(library, [first])
    (refused,) = ingest(library, [second]).refused
    assert "b.jsonl:1" in str(refused)
    assert "Glucose sensors" in str(refused)
    assert library.catalog.count() == 1


def test_a_library_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / "a ?x=1 %20ü #b"
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "Bees", "abstract": "Bees dance to point at flowers."}\n')
    ingest(Library(home / "library"), [file])
    assert Library(home / "library").catalog.count() == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("a ")] == [home.name]


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(LibraryError, match="FOOTNOTE_HOME"):
        open_library(tmp_path / "home" / "library")


def test_a_paper_seen_again_on_another_page_or_with_a_date_is_found_by_both(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    entry = '{"title": "Bees", "abstract": "Bees dance to point at flowers."%s}\n'
    first.write_text(entry % "")
    second.write_text(entry % ', "date": "2024-05"')
    library = Library(tmp_path / "library")
    ingest(library, [first])
    assert library.lexical.count(Filters(pages=("second.jsonl",))) == 0
    report = ingest(library, [first, second])
    assert report.indexed == 1
    for filters in (
        Filters(pages=("second.jsonl",)),
        Filters(pages=("first.jsonl",)),
        Filters(since="2024-05-31"),
    ):
        assert library.lexical.count(filters) == 1
    assert ingest(library, [first, second]).indexed == 0


def test_records_with_ids_of_their_own_are_of_the_paper_that_came_without_one(tmp_path: Path) -> None:
    abstract = "We count bees by hand in a valley."
    paper = {"title": "How bees count to nine", "abstract": abstract, "date": "2020"}
    for name, ident in (("a", {}), ("b", {"id": "bees"}), ("c", {"id": "bees-too"})):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(paper | ident) + "\n")
    library = Library(tmp_path / "library")
    ingest(library, [tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "c.jsonl"])
    assert [paper.pages for paper in library.catalog.papers()] == [("a.jsonl", "b.jsonl", "c.jsonl")]
