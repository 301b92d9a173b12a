"""A library that several processes and threads use at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from footnote.store.dense import ChromaIndex
from footnote.store.errors import LibraryError
from footnote.store.filters import Filters
from footnote.store.ingest import open_library
from footnote.store.library import Library
from footnote.store.protocols import Vectors
from tests.store.other_process import KILLED, ingests, is_killed_when_indexed, run


def test_one_writer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footnote.store.library._LOCK_WAIT_S", 0.1)
    one, other = Library(tmp_path / "library"), Library(tmp_path / "library")
    with one.writing(), pytest.raises(LibraryError, match="another process is writing"), other.writing():
        pass


def test_first_uses_from_many_threads_open_each_index_once(own_few_library: Path) -> None:
    library = Library(own_few_library)
    with ThreadPoolExecutor(8) as pool:
        assert len({id(index) for index in pool.map(lambda _: library.dense, range(16))}) == 1
        assert len({id(index) for index in pool.map(lambda _: library.lexical, range(16))}) == 1


def test_what_another_process_adds_is_found_at_once(own_few_library: Path, tmp_path: Path) -> None:
    library = Library(own_few_library)
    question = library.embedder.embed_question("bees dance to point at flowers")
    assert library.dense.search(question, 1)[0][2] < 0.5
    file = tmp_path / "bees.jsonl"
    file.write_text('{"id": "bees", "title": "Bees", "abstract": "Bees dance to point at flowers."}\n')
    assert run(ingests, own_few_library, file) == 0
    assert library.dense.search(question, 1)[0][0] == "bees"


def test_a_reader_that_is_open_while_another_process_adds_papers_finds_what_it_can(
    own_few_library: Path, tmp_path: Path
) -> None:
    reader = Library(own_few_library)
    vector = reader.embedder.embed_question("bees dance to point at flowers")
    before = reader.nearest(vector, 5)
    passages = reader.dense.count()
    file = tmp_path / "bees.jsonl"
    lines = (
        f'{{"title": "Bees {n}", "abstract": "Bees dance {n} times to point at flowers."}}\n'
        for n in range(30)
    )
    file.write_text("".join(lines))
    assert run(is_killed_when_indexed, own_few_library, file) == KILLED
    assert reader.nearest(vector, 1)[0][2] >= before[0][2]
    assert len(reader.nearest(vector, 2_000)) >= passages
    both = Filters(pages=("bees.jsonl", "few.jsonl"))  # so many that others are sorted out of what is found
    assert reader.nearest(vector, 300, both)
    few = Filters(pages=("bees.jsonl",))  # so few that each is compared
    assert {hit[0] for hit in reader.nearest(vector, 40, few)} == {
        paper.id for paper in reader.catalog.papers() if paper.pages == ("bees.jsonl",)
    }
    open_library(own_few_library).close()
    assert reader.nearest(vector, 1)[0][2] > before[0][2], "once another process has finished it"


def test_searches_go_on_while_the_index_is_opened_anew(own_few_library: Path) -> None:
    library = Library(own_few_library)
    vector = library.embedder.embed_question("reward models")
    expected = library.nearest(vector, 50)
    done = threading.Event()

    def search() -> None:
        while True:
            assert library.nearest(vector, 50) == expected
            if done.is_set():
                return

    with ThreadPoolExecutor(4) as pool:
        searching = [pool.submit(search) for _ in range(4)]
        for _ in range(100):
            (own_few_library / "generation").touch()
            time.sleep(0.01)
        done.set()
        for one in searching:
            one.result()


def test_a_search_whose_index_another_thread_closes_is_done_again(
    own_few_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(own_few_library)
    vector = library.embedder.embed_question("reward models")
    expected = library.nearest(vector, 20)
    closed = library.dense
    search = ChromaIndex.search

    def disturbed(index: ChromaIndex, sought: Vectors, k: int) -> list[tuple[str, int, float]]:
        if index is closed:
            (own_few_library / "generation").touch()
            assert library.dense is not closed
        return search(index, sought, k)

    monkeypatch.setattr(ChromaIndex, "search", disturbed)
    assert library.nearest(vector, 20) == expected
    assert library.dense is not closed
