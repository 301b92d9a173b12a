"""Ingestion: the same library whatever happens on the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from store.errors import CorpusError, IndexMismatch, LibraryError
from store.filters import Filters
from store.ingest import SAMPLE_CORPUS, ingest, open_library
from store.library import Library
from store.schema import papers, sightings
from store.sentences import Span

PAGE = SAMPLE_CORPUS / "000_33191604a80920a0.txt"
PAPERS_ON_PAGE = 64


def contents(library: Library) -> dict[str, object]:
    """All that a library holds, for comparing two of them."""
    engine = library.catalog._engine
    with engine.connect() as connection:
        rows = {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in (papers, sightings)
        }
    stored = library.dense._chroma.get(include=["embeddings", "documents", "metadatas"])
    vectors = {
        ident: (document, metadata, np.asarray(vector).round(5).tolist())
        for ident, document, metadata, vector in zip(
            stored["ids"], stored["documents"], stored["metadatas"], stored["embeddings"], strict=True
        )
    }
    words = {
        question: sorted(library.lexical.search(question, 500))
        for question in ("alignment", "reward model preference", "honesty benchmark", "diffusion")
    }
    lens = None if library.lens is None else library.lens.matrix.round(3).tolist()
    return {**rows, "lens": lens, "dense": vectors, "lexical": words, "documents": library.lexical.count()}


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
    longest = 0
    for entry in everything.values():
        abstract = entry.paper.abstract
        covered = np.zeros(len(abstract), bool)
        for passage in entry.passages:
            text = library.embedded_text(entry.paper, passage)
            longest = max(longest, library.embedder.count_tokens(text))
            covered[passage.start : passage.end] = True
        assert all(covered[i] or abstract[i].isspace() for i in range(len(abstract)))
    assert 128 < longest <= library.embedder.window


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


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_moments_it_ends_in_the_same_library(tmp_path: Path, seed: int) -> None:
    """kill -9, several times over, then one run to the end: as if nothing had happened."""
    undisturbed = Library(tmp_path / "undisturbed")
    ingest(undisturbed, [PAGE])

    chance = random.Random(seed)
    folder = tmp_path / "killed"
    code = (
        "import sys; from pathlib import Path; from store.library import Library; "
        "from store.ingest import ingest; import store.library; store.library._BATCH = 5; "
        "library = Library(Path(sys.argv[1])); print('open', flush=True); "
        "ingest(library, [Path(sys.argv[2])])"
    )
    killed = 0
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(PAGE)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # not before work begins: the start alone would take every blow
        time.sleep(chance.uniform(0, 1.5))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.wait(timeout=60)
        process.stdout.close()
    assert killed > 0
    library = Library(folder)
    ingest(library, [PAGE])
    assert library.catalog.count() == PAPERS_ON_PAGE
    assert contents(library) == contents(undisturbed)


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


def test_an_index_that_was_deleted_is_made_again(own_library_home: Path) -> None:
    import shutil

    folder = own_library_home / "library"
    before = contents(Library(folder))
    shutil.rmtree(folder / "lexical")
    library = Library(folder)
    report = ingest(library, [])
    assert report.indexed == 295
    assert contents(library) == before


def test_an_index_built_by_something_else_is_an_error_that_names_the_mend(own_library_home: Path) -> None:
    folder = own_library_home / "library"
    (folder / "dense" / "built-by.txt").write_text("another-model@7+1\n")
    with pytest.raises(IndexMismatch, match=r"another-model@7\+1.*--rebuild"):
        Library(folder).dense.count()
    library = Library(folder)
    with library.writing():
        library.rebuild()
    ingest(library, [])
    assert library.status().waiting == 0
    assert library.dense.count() > 295


def test_one_writer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.library._LOCK_WAIT_S", 0.1)
    one, other = Library(tmp_path / "library"), Library(tmp_path / "library")
    with one.writing(), pytest.raises(LibraryError, match="another process is writing"), other.writing():
        pass


def test_a_first_opening_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "sample.unfinished").touch()
    library = Library(folder)
    with library.writing():
        library.record([])
    library.close()
    assert open_library(folder).status().papers == 295


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere\.jsonl"):
        ingest(Library(tmp_path / "library"), [tmp_path / "nowhere.jsonl"])


def test_a_catalog_of_a_newer_version_is_not_touched(own_library_home: Path) -> None:
    library = Library(own_library_home / "library")
    with library.catalog._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'm999'"))
    library.close()
    with pytest.raises(LibraryError, match="m999"):
        Library(own_library_home / "library")


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
    assert all(
        library.embedder.count_tokens(library.embedded_text(paper, Span(*p))) <= library.embedder.window
        for p in entry.passages
    )
    covered = {i for p in entry.passages for i in range(p.start, p.end)}
    assert all(i in covered for i, c in enumerate(paper.abstract) if not c.isspace())


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("dense/chroma.sqlite3", "dense index"),
        ("lexical/meta.json", "lexical index"),
        ("catalog.sqlite", "catalog"),
    ],
)
def test_a_broken_file_is_an_error_that_names_what_is_broken(
    own_library_home: Path, file: str, named: str
) -> None:
    folder = own_library_home / "library"
    (folder / file).write_bytes(b"not what it was" * 300)
    for log in folder.glob("catalog.sqlite-*"):
        log.unlink()  # SQLite would read pages that another test's open library left there

    def use() -> None:
        library = open_library(folder)
        library.status()
        library.lexical.count()

    with pytest.raises(LibraryError, match=named):
        use()


def test_opening_makes_an_index_that_was_deleted_again(own_library_home: Path) -> None:
    import shutil

    folder = own_library_home / "library"
    shutil.rmtree(folder / "dense")
    library = open_library(folder)
    assert library.status().waiting == 0
    assert library.dense.count() > 295


def test_rebuilding_lays_papers_out_as_this_version_does(own_library_home: Path) -> None:
    library = Library(own_library_home / "library")
    before = contents(library)
    with library.catalog._engine.begin() as connection:
        connection.execute(papers.update().values(sentences=[[0, 5]], passages=[[0, 5]]))
    with library.writing():
        library.rebuild()
        library.index_waiting()
    assert contents(library) == before


def test_a_migration_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; import alembic.op as op\n"
        "made = []; create = op.create_table\n"
        "def killed(*a, **k):\n    made.append(1)\n    os._exit(9) if len(made) == 2 else create(*a, **k)\n"
        "op.create_table = killed\nfrom store.library import Library; Library(Path(sys.argv[1]))"
    )
    folder = tmp_path / "library"
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 9
    assert Library(folder).catalog.count() == 0


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


def test_an_index_that_was_emptied_is_filled_again(own_library_home: Path) -> None:
    folder = own_library_home / "library"
    before = contents(Library(folder))
    for file in (folder / "lexical").iterdir():
        if file.name != "built-by.txt":
            file.unlink()
    library = open_library(folder)
    assert library.status().waiting == 0
    assert contents(library) == before


def test_a_library_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / "a ?x=1 %20ü #b"
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "Bees", "abstract": "Bees dance to point at flowers."}\n')
    ingest(Library(home / "library"), [file])
    assert Library(home / "library").catalog.count() == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("a ")] == [home.name]


def test_what_another_process_adds_is_found_at_once(own_library_home: Path, tmp_path: Path) -> None:
    folder = own_library_home / "library"
    library = Library(folder)
    question = library.embedder.embed_question("bees dance to point at flowers")
    assert library.dense.search(question, 1)[0][2] < 0.5
    file = tmp_path / "bees.jsonl"
    file.write_text('{"id": "bees", "title": "Bees", "abstract": "Bees dance to point at flowers."}\n')
    code = (
        "import sys; from pathlib import Path; from store.library import Library; "
        "from store.ingest import ingest; ingest(Library(Path(sys.argv[1])), [Path(sys.argv[2])])"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), str(file)], check=True)
    assert library.dense.search(question, 1)[0][0] == "bees"


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(LibraryError, match="FOOTNOTE_HOME"):
        open_library(tmp_path / "home" / "library")


def test_first_uses_from_many_threads_open_each_index_once(own_library_home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    library = Library(own_library_home / "library")
    with ThreadPoolExecutor(8) as pool:
        assert len({id(index) for index in pool.map(lambda _: library.dense, range(16))}) == 1
        assert len({id(index) for index in pool.map(lambda _: library.lexical, range(16))}) == 1


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


def test_a_reader_that_is_open_while_another_process_adds_papers_finds_what_it_can(
    own_library_home: Path, tmp_path: Path
) -> None:
    folder = own_library_home / "library"
    reader = Library(folder)
    vector = reader.embedder.embed_question("bees dance to point at flowers")
    before = reader.nearest(vector, 5)
    file = tmp_path / "bees.jsonl"
    lines = (
        f'{{"title": "Bees {n}", "abstract": "Bees dance {n} times to point at flowers."}}\n'
        for n in range(40)
    )
    file.write_text("".join(lines))
    # Killed as soon as the papers are indexed: nothing that comes after that is done.
    code = (
        "import os, sys; from pathlib import Path; from store.library import Library; "
        "from store.ingest import ingest; "
        "ingest(Library(Path(sys.argv[1])), [Path(sys.argv[2])], progress=lambda done, todo: os._exit(9))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder), str(file)], check=False)
    assert killed.returncode == 9
    assert reader.nearest(vector, 1)[0][2] >= before[0][2]
    assert len(reader.nearest(vector, 2_000)) >= 550
    both = Filters(pages=("bees.jsonl", "001_f2f8f320e3653e22.txt"))
    assert reader.nearest(vector, 300, both)
    assert {hit[0] for hit in reader.nearest(vector, 40, Filters(pages=("bees.jsonl",)))} == {
        paper.id for paper in reader.catalog.papers() if paper.pages == ("bees.jsonl",)
    }
    open_library(folder).close()
    assert reader.nearest(vector, 1)[0][2] > before[0][2], "once another process has finished it"


def test_a_lens_that_was_cut_off_is_learned_at_the_next_opening(own_library_home: Path) -> None:
    folder = own_library_home / "library"
    (folder / "lens.npz").unlink()
    reader = Library(folder)
    assert reader.lens is None
    open_library(folder).close()
    assert reader.lens is not None


@pytest.mark.parametrize("lost", ["all", "a part"])
def test_a_rebuild_needs_nothing_of_the_old_index(own_library_home: Path, lost: str) -> None:
    folder = own_library_home / "library"
    before = contents(Library(folder))
    if lost == "all":
        shutil.rmtree(folder / "lexical")
    else:
        next((folder / "lexical").glob("*.idx")).unlink()
    library = Library(folder)
    with library.writing():
        library.rebuild()
        library.index_waiting()
    assert contents(library) == before


def test_searches_go_on_while_the_index_is_opened_anew(own_library_home: Path) -> None:
    folder = own_library_home / "library"
    library = Library(folder)
    vector = library.embedder.embed_question("reward models")
    expected = library.nearest(vector, 20)
    done = threading.Event()

    def disturb() -> None:
        while not done.is_set():
            (folder / "generation").touch()
            done.wait(0.05)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            for hits in pool.map(lambda _: library.nearest(vector, 20), range(200)):
                assert hits == expected
    finally:
        done.set()
        disturber.join()
