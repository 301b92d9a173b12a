"""Removing papers and bringing them back: catalog and indexes agree, whatever happens on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given, settings

from footnote.rag.assistant import Assistant
from footnote.rag.filters import FiltersError
from footnote.rag.settings import load_settings
from footnote.store.embedders.minilm import MiniLM
from footnote.store.errors import LibraryBusy, UnknownPapers
from footnote.store.filters import Filters
from footnote.store.ingest import FileReport, ingest
from footnote.store.library import Library
from footnote.store.protocols import Embedder
from footnote.store.schema import SCHEMA, papers, sightings
from tests.store.library_contents import contents, tokens_of
from tests.store.other_process import KILLED, is_killed, opens, removes, run

ABOUT = ("bees", "glaciers", "violins", "glucose", "bridges")
LISTED = {"a.jsonl": ABOUT[:3], "b.jsonl": ABOUT[2:], "c.jsonl": ABOUT[::2]}
"""Which papers each file lists: some are in two, one is in three."""
DIALECTICAL = "Dialectical Alignment"


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


def write(folder: Path, name: str, about: Collection[str]) -> Path:
    """A file that lists papers by these names, which are their ids as well."""
    file = folder / name
    lines = (
        {"id": x, "title": f"On {x}", "abstract": f"We count {x} by hand. There are many {x} in our valley."}
        for x in about
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def in_indexes(library: Library) -> dict[str, object]:
    """All that the indexes hold."""
    stored = library.dense._chroma.get(include=["embeddings", "documents", "metadatas"])
    passages = {
        ident: (document, metadata, np.asarray(vector).round(5).tolist())
        for ident, document, metadata, vector in zip(
            stored["ids"], stored["documents"], stored["metadatas"], stored["embeddings"], strict=True
        )
    }
    listed = {page: sorted(library.lexical.passing(Filters(pages=(page,)))) for page in LISTED}
    papers = sorted(library.lexical.passing(Filters()))
    return {"passages": passages, "papers": papers, "listed": listed, "tokens": tokens_of(library)}


def made_anew(library: Library, folder: Path, embedder: Embedder) -> Library:
    """A library of the same catalog, whose indexes are made from nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with closing(sqlite3.connect(library.folder / "catalog.sqlite")) as connection:
        connection.execute("VACUUM INTO ?", (str(folder / "catalog.sqlite"),))
    other = Library(folder, embedder)
    with other.writing():
        other.index_waiting()
    return other


def assert_shows(library: Library, pages_of: dict[str, set[str]]) -> None:
    """No way of reading the library shows another paper than these, nor misses one. Paper → its pages."""
    there = set(pages_of)
    everything = {*ABOUT}
    vector = library.embedder.embed_question("Who counts by hand?")
    status = library.status()
    assert (status.papers, status.waiting) == (len(there), 0)
    assert status.passages == library.dense.count() == sum(library.catalog.count_passages(ABOUT).values())
    assert library.catalog.count_indexed(library.stamp) == (len(there), status.passages)
    assert {p.id: set(p.pages) for p in library.catalog.papers()} == pages_of
    assert set(library.catalog.get(ABOUT)) == set(library.catalog.count_passages(ABOUT)) == there
    assert set(library.catalog.sentence_vectors(ABOUT, len(vector)).papers) == there
    assert library.catalog.pages() == sorted(set[str]().union(*pages_of.values()))
    assert library.lexical.among(everything, Filters()) == there
    assert library.tokens.papers() == there
    assert library.tokens.count() == len(there)
    assert {paper for paper, _ in library.lexical.search("count by hand", 50)} == there
    assert {paper for paper, _, _ in library.nearest(vector, 50)} == there
    assert {paper for paper, _, _ in library.nearest(vector, 50, Filters(exclude=("bees",)))} == there - {
        "bees"
    }
    for page in LISTED:
        on_page = {paper for paper, pages in pages_of.items() if page in pages}
        assert library.lexical.count(Filters(pages=(page,))) == len(on_page)


some_papers = st.lists(st.sampled_from(ABOUT), unique=True, min_size=1, max_size=4)
acts = st.one_of(
    st.tuples(st.just("ingest"), st.sampled_from(sorted(LISTED)).map(lambda name: [name])),
    st.tuples(st.sampled_from(["remove", "restore"]), some_papers),
)


@settings(max_examples=8)
@given(st.lists(acts, min_size=2, max_size=6))
def test_any_course_of_events_leaves_catalog_and_indexes_agreeing(
    embedder: MiniLM, course: list[tuple[str, list[str]]]
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = {name: write(folder, name, about) for name, about in LISTED.items()}
        library = Library(folder / "library", embedder)
        pages: dict[str, set[str]] = {}
        removed: set[str] = set()
        for act, what in course:
            if act == "ingest":
                (name,) = what
                (report,) = ingest(library, [files[name]]).files
                listed = set(LISTED[name])
                assert set(report.added) == listed - pages.keys()
                assert set(report.restored) == listed & removed
                assert set(report.merged) == (listed & pages.keys()) - removed
                for paper in listed:
                    pages.setdefault(paper, set()).add(name)
                removed -= listed
            elif not set(what) <= pages.keys():
                with pytest.raises(UnknownPapers) as error:
                    getattr(library, act)(what)
                assert set(error.value.ids) == set(what) - pages.keys()
            else:
                assert [paper.id for paper in getattr(library, act)(what)] == what
                removed = removed | set(what) if act == "remove" else removed - set(what)
            assert_shows(library, {p: seen for p, seen in pages.items() if p not in removed})
        anew = made_anew(library, folder / "anew", embedder)
        assert in_indexes(library) == in_indexes(anew)
        library.dense.close()
        anew.dense.close()


def test_undo_brings_a_paper_back_exactly_as_it_was(own_library_home: Path) -> None:
    library = Library(own_library_home / "library")
    before = contents(library)
    ids = [paper.id for paper in library.catalog.papers()]
    gone = ids[::12]  # a tenth would have the lens learned and the map made anew
    assert [paper.id for paper in library.remove(gone)] == gone
    assert library.status().papers == library.lexical.count() == len(ids) - len(gone)
    assert len(
        {p for p, _, _ in library.nearest(library.embedder.embed_question("alignment"), 2_000)}
    ) == len(ids) - len(gone)
    assert contents(library)["dense"] != before["dense"]
    library.restore(gone)
    after = contents(library)
    # What BM25 counts of a paper taken out stays until tantivy merges its segments, so scores may differ.
    same = ("papers", "sightings", "dense", "documents", "tokens")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


@pytest.mark.parametrize("after", ["before", "after"])
@pytest.mark.parametrize(
    ("act", "place"),
    [
        *(("remove", place) for place in ("catalog", "dense", "lexical", "tokens", "generation", "left")),
        *(
            ("restore", place)
            for place in ("catalog", "adding", "indexing", "adding tokens", "marking", "generation")
        ),
    ],
)
def test_killed_at_any_point_it_ends_in_the_same_library(
    tmp_path: Path, embedder: MiniLM, act: str, place: str, after: str
) -> None:
    folder = tmp_path / "library"
    library = Library(folder, embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    if act == "restore":
        library.remove(["bees", "violins"])
    library.nearest(embedder.embed_question("bees"), 9)  # it has the index open when the other process dies
    assert run(is_killed, folder, act, ["bees", "violins"], place, after) == KILLED
    ingest(library, [])
    undone = (place, after) == ("catalog", "before")
    there = set(ABOUT) if (act == "remove") == undone else set(ABOUT) - {"bees", "violins"}
    assert_shows(library, {paper: {"a.jsonl"} for paper in there})
    assert library.catalog.leaving() == []
    assert in_indexes(library) == in_indexes(made_anew(library, tmp_path / "anew", embedder))


def test_an_opening_finishes_what_a_removal_left(tmp_path: Path, embedder: MiniLM) -> None:
    folder = tmp_path / "library"
    library = Library(folder, embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    assert run(is_killed, folder, "remove", ["bees", "violins"], "lexical", "before") == KILLED
    assert run(opens, folder) == 0
    assert library.catalog.leaving() == []
    assert_shows(library, {paper: {"a.jsonl"} for paper in set(ABOUT) - {"bees", "violins"}})


def test_an_ingestion_finishes_what_a_removal_left(tmp_path: Path, embedder: MiniLM) -> None:
    library = Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    library.catalog.remove(["bees"], "2026-01-01T00:00:00+00:00")
    assert library.lexical.among({"bees"}, Filters()) == {"bees"}
    ingest(library, [])
    assert_shows(library, {paper: {"a.jsonl"} for paper in ABOUT[1:]})


def test_an_id_that_no_paper_has_is_named_and_nothing_is_done(tmp_path: Path, embedder: MiniLM) -> None:
    library = Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    with pytest.raises(UnknownPapers, match="'nobody'"):
        library.remove(["bees", "nobody"])
    with pytest.raises(UnknownPapers, match="'n0', 'n1', 'n10', 'n11', 'n12' and 35 more"):
        library.remove([f"n{i}" for i in range(40)])
    assert_shows(library, {paper: {"a.jsonl"} for paper in ABOUT})


def test_a_paper_removed_twice_keeps_the_time_of_the_first(tmp_path: Path, embedder: MiniLM) -> None:
    library = Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    library.catalog.remove(["bees"], "2026-01-01T00:00:00+00:00")
    library.remove(["bees", "violins"])
    with library.catalog.database.reading() as connection:
        rows = dict(connection.execute(sa.select(papers.c.id, papers.c.removed)).all())
    assert rows["bees"] == "2026-01-01T00:00:00+00:00"
    assert rows["violins"] is not None
    assert rows["violins"] > "2026-01-01"


def test_a_removed_paper_that_is_added_without_an_id_gives_way_to_its_twin(
    tmp_path: Path, embedder: MiniLM
) -> None:
    """Two papers of one title and abstract: the one that is there is seen again, the other stays removed."""
    file = tmp_path / "a.jsonl"
    paper = '"title": "Withdrawn", "abstract": "This article has been withdrawn by its authors."}\n'
    file.write_text('{"id": "W1", ' + paper + '{"id": "W2", ' + paper)
    library = Library(tmp_path / "library", embedder)
    ingest(library, [file])
    library.remove(["W1"])
    again = tmp_path / "b.jsonl"
    again.write_text("{" + paper)
    (report,) = ingest(library, [again]).files
    assert report == FileReport(file="b.jsonl", listings=1, merged=("W2",), new_sightings=1)


def test_the_id_of_a_removed_paper_is_not_given_to_another(tmp_path: Path, embedder: MiniLM) -> None:
    library = Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    library.remove(["bees"])
    other = tmp_path / "b.jsonl"
    other.write_text('{"id": "bees", "title": "Volcanic ash", "abstract": "Ash clouds ground aircraft."}\n')
    (refused,) = ingest(library, [other]).refused
    assert "b.jsonl:1" in str(refused)
    assert "“On bees” (a paper that was removed)" in str(refused)


def test_a_rebuild_leaves_removed_papers_out_and_lays_them_out_for_their_return(
    tmp_path: Path, embedder: MiniLM
) -> None:
    library = Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    library.remove(["bees"])
    with library.catalog.database.writing() as connection:
        connection.execute(papers.update().values(sentences=[[0, 5]], passages=[[0, 5]]))
    with library.writing():
        library.rebuild()
        library.index_waiting()
    assert_shows(library, {paper: {"a.jsonl"} for paper in ABOUT[1:]})
    library.restore(["bees"])
    assert len(library.catalog.get(["bees"])["bees"].sentences) == 2
    assert_shows(library, {paper: {"a.jsonl"} for paper in ABOUT})


def test_what_another_process_removes_is_gone_at_once(own_library_home: Path) -> None:
    folder = own_library_home / "library"
    library = Library(folder)
    vector = library.embedder.embed_question("What are Adaptive Chameleons?")
    found = library.nearest(vector, 2_000)
    best = found[0][0]
    assert run(removes, folder, [best]) == 0
    assert library.nearest(vector, 2_000) == [hit for hit in found if hit[0] != best]
    assert best not in dict(library.lexical.search("What are Adaptive Chameleons?", 500))
    assert library.status().papers == 294


def test_one_writer_at_a_time(tmp_path: Path, embedder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footnote.store.library._LOCK_WAIT_S", 0.1)
    library, other = Library(tmp_path / "library", embedder), Library(tmp_path / "library", embedder)
    ingest(library, [write(tmp_path, "a.jsonl", ABOUT)])
    with library.writing(), pytest.raises(LibraryBusy):
        other.remove(["bees"])
    assert_shows(library, {paper: {"a.jsonl"} for paper in ABOUT})


def test_an_answer_keeps_its_quotes_when_its_papers_go(own_library_home: Path) -> None:
    assistant = Assistant(load_settings(home=own_library_home))
    question = "What are Adaptive Chameleons?"
    answer = assistant.ask(question)
    (cited,) = {citation.paper.id for citation in answer.citations}
    assistant.library.remove([cited])
    for citation in answer.citations:
        assert citation.paper.abstract[citation.start : citation.end] == citation.quote
    later = assistant.ask(question)
    assert cited not in {c.paper.id for c in later.citations} | {near.paper.id for near in later.nearest}
    with pytest.raises(FiltersError, match=cited):
        assistant.ask(question, filters=Filters(only=(cited,)))
    assistant.library.restore([cited])
    assert assistant.ask(question).text == answer.text
    assistant.close()


def test_a_library_of_before_removal_is_brought_up_to_date(own_library_home: Path, embedder: MiniLM) -> None:
    folder = own_library_home / "library"
    library = Library(folder, embedder)
    before = contents(library)
    config = Config()
    config.set_main_option("script_location", str(SCHEMA.scripts))
    config.attributes["version_table"] = SCHEMA.version_table
    with library.catalog.database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "m001")
    library.close()
    again = Library(folder, embedder)
    after = contents(again)
    said = len(sightings.c) - 2  # what pages say in detail isn't kept by the older library
    for state in (before, after):
        state["sightings"] = [row[:said] for row in state["sightings"]]
    assert after == before
    with again.catalog.database.reading() as connection:
        revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    assert revision == SCHEMA.head
    again.remove([next(again.catalog.papers()).id])
    assert again.status().papers == 294


def test_what_is_asked_often_reads_an_index_and_not_every_paper(own_library_home: Path) -> None:
    """Abstracts and vectors lie in the rows: to go through them all takes seconds in a large library."""
    catalog = Library(own_library_home / "library").catalog
    asked: list[str] = []
    sa.event.listen(
        catalog.database._engine,
        "before_cursor_execute",
        lambda _c, _k, sql, values, *_: asked.append((sql, values)),
    )
    catalog.count()
    catalog.count_waiting("other")
    catalog.waiting("all-MiniLM-L6-v2-int8@1+2", 10)
    catalog.leaving()
    queries = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
    assert len(queries) == 5
    with catalog.database.reading() as connection:
        for sql, values in queries:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert not [step for step in plan if step.startswith("SCAN papers") and "INDEX" not in step], plan
            assert sightings.name not in " ".join(plan)
