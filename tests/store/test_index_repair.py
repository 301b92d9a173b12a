"""An index that is deleted, emptied, broken or another's: made again from the catalog, or named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
import tantivy

from footnote.store.errors import IndexMismatch, LibraryError
from footnote.store.ingest import ingest, open_library
from footnote.store.library import Library
from footnote.store.schema import papers
from footnote.store.token_index import SqliteTokenIndex
from tests.store.conftest import FEW
from tests.store.library_contents import contents


def test_an_index_that_was_deleted_is_made_again(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    shutil.rmtree(own_few_library / "dense")
    library = Library(own_few_library)
    report = ingest(library, [])
    assert report.indexed == FEW
    assert contents(library) == before


@pytest.mark.parametrize("lost", ["all", "some papers", "built by another version"])
def test_a_lexical_index_is_made_again_without_embedding_anything(own_few_library: Path, lost: str) -> None:
    before = contents(Library(own_few_library))
    if lost == "all":
        shutil.rmtree(own_few_library / "lexical")
    elif lost == "some papers":
        library = Library(own_few_library)
        library.lexical.remove([paper.id for paper in library.catalog.papers()][::3])
        library.close()
    else:
        shutil.rmtree(own_few_library / "lexical")
        (own_few_library / "lexical").mkdir()
        older = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw").build()
        tantivy.Index(older, path=str(own_few_library / "lexical"))
        (own_few_library / "lexical" / "built-by.txt").write_text("MiniLM@1+2\n")
    library = Library(own_few_library)
    assert library.is_unfinished()
    assert ingest(library, []).indexed == 0
    assert not library.is_unfinished()
    after = contents(library)
    if lost == "some papers":  # what was taken out still counts in BM25's statistics
        del after["lexical"], before["lexical"]
    assert after == before


def test_an_index_that_was_emptied_is_filled_again(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    for file in (own_few_library / "lexical").iterdir():
        if file.name != "built-by.txt":
            file.unlink()
    library = open_library(own_few_library)
    assert library.status().waiting == 0
    assert contents(library) == before


def test_opening_makes_an_index_that_was_deleted_again(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    shutil.rmtree(own_few_library / "dense")
    library = open_library(own_few_library)
    assert library.status().waiting == 0
    assert contents(library) == before


@pytest.mark.parametrize("lost", ["all", "some papers", "the stamp"])
def test_a_token_index_that_lacks_papers_is_filled_and_nothing_else_is_indexed_again(
    own_few_library: Path, lost: str
) -> None:
    before = contents(Library(own_few_library))
    if lost == "all":
        shutil.rmtree(own_few_library / "tokens")
    elif lost == "some papers":
        index = SqliteTokenIndex(own_few_library / "tokens")
        index.remove(sorted(index.papers())[::3])
    else:
        (own_few_library / "tokens" / "built-by.txt").unlink()  # what it holds may be another model's
    library = Library(own_few_library)
    if lost != "the stamp":
        assert library.is_unfinished()
    assert ingest(library, []).indexed == 0
    assert contents(library) == before
    assert (own_few_library / "tokens" / "built-by.txt").read_text().strip() == library.token_stamp


def test_a_token_index_built_by_something_else_is_an_error_that_names_the_fix(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    (own_few_library / "tokens" / "built-by.txt").write_text("another-model@7+1\n")
    with pytest.raises(IndexMismatch, match=r"tokens index.*another-model@7\+1.*--rebuild"):
        open_library(own_few_library)
    library = Library(own_few_library)
    with library.writing():
        library.rebuild()
    ingest(library, [])
    assert contents(open_library(own_few_library)) == before


def test_an_index_built_by_something_else_is_an_error_that_names_the_mend(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    (own_few_library / "dense" / "built-by.txt").write_text("another-model@7+1\n")
    with pytest.raises(IndexMismatch, match=r"another-model@7\+1.*--rebuild"):
        Library(own_few_library).dense.count()
    library = Library(own_few_library)
    with library.writing():
        library.rebuild()
    ingest(library, [])
    assert library.status().waiting == 0
    assert contents(library) == before


def test_a_library_whose_embedder_is_gone_is_rebuilt_with_the_one_in_use(own_few_library: Path) -> None:
    before = contents(Library(own_few_library))
    stamp = "all-MiniLM-L6-v2-int8-adapted@0123456789abcdef+2"  # as Footnote 0.1 could tune one
    for index in ("dense", "lexical"):
        (own_few_library / index / "built-by.txt").write_text(stamp + "\n")
    with pytest.raises(IndexMismatch, match=r"adapted@0123456789abcdef.*`footnote ingest --rebuild`"):
        open_library(own_few_library)
    library = Library(own_few_library)
    with library.writing():
        library.rebuild()
    ingest(library, [])
    assert contents(open_library(own_few_library)) == before


@pytest.mark.parametrize("lost", ["all", "a part"])
def test_a_rebuild_needs_nothing_of_the_old_index(own_few_library: Path, lost: str) -> None:
    before = contents(Library(own_few_library))
    if lost == "all":
        shutil.rmtree(own_few_library / "lexical")
    else:
        next((own_few_library / "lexical").glob("*.idx")).unlink()
    library = Library(own_few_library)
    with library.writing():
        library.rebuild()
        library.index_waiting()
    assert contents(library) == before


def test_rebuilding_lays_papers_out_as_this_version_does(own_few_library: Path) -> None:
    library = Library(own_few_library)
    before = contents(library)
    with library.catalog.database.writing() as connection:
        connection.execute(papers.update().values(sentences=[[0, 5]], passages=[[0, 5]]))
    with library.writing():
        library.rebuild()
        library.index_waiting()
    assert contents(library) == before


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("dense/chroma.sqlite3", "dense index"),
        ("lexical/meta.json", "lexical index"),
        ("tokens/tokens.sqlite", "tokens index"),
        ("catalog.sqlite", "catalog"),
    ],
)
def test_a_broken_file_is_an_error_that_names_what_is_broken(
    own_few_library: Path, file: str, named: str
) -> None:
    folder = own_few_library
    (folder / file).write_bytes(b"not what it was" * 300)
    for log in folder.glob("catalog.sqlite-*"):
        log.unlink()  # SQLite would read pages that another test's open library left there

    def use() -> None:
        library = open_library(folder)
        library.status()
        library.lexical.count()

    with pytest.raises(LibraryError, match=named):
        use()


def test_a_catalog_of_a_newer_version_is_not_touched(own_few_library: Path) -> None:
    library = Library(own_few_library)
    with library.catalog.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'm999'"))
    library.close()
    with pytest.raises(LibraryError, match="m999"):
        Library(own_few_library)
