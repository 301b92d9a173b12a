"""`footnote doctor`: damage is found without ending the process that looks, and repaired from the catalog."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from footnote.store.catalog import is_fresh
from footnote.store.doctor import Finding, examine, repair
from footnote.store.embedders.minilm import MiniLM
from footnote.store.errors import CatalogError, LibraryError
from footnote.store.index_seal import IndexSeal
from footnote.store.ingest import open_library
from footnote.store.library import Library
from footnote.store.schema import papers
from tests.store.library_contents import contents

_RESTORE = "footnote restore FILE --replace"
_REPAIR = "footnote doctor --repair"


def overwrite(file: Path, seed: int) -> None:
    """Flips bytes all over a file."""
    content = bytearray(file.read_bytes())
    chance = random.Random(seed)
    for at in chance.sample(range(len(content)), max(1, len(content) // 20)):
        content[at] ^= chance.randrange(1, 256)
    file.write_bytes(content)


def named(findings: list[Finding]) -> dict[str, str]:
    return {finding.part: finding.command for finding in findings}


def test_a_damaged_index_is_an_error_when_opened_and_is_repaired(home: Path) -> None:
    """Chroma ends the process that reads such files, so the first look is another process's."""
    library = home / "library"
    before = contents(Library(library))
    assert examine(home, MiniLM()) == []
    for seed, file in enumerate([*(library / "dense").rglob("*.bin"), library / "dense" / "chroma.sqlite3"]):
        if file.stat().st_size:
            overwrite(file, seed)
    with pytest.raises(LibraryError, match=r"dense index.*catalog.*`footnote doctor --repair`"):
        open_library(library)
    (library / "lexical" / "meta.json").write_text("{")
    (library / "lens.npz").write_bytes(b"PK")
    found = named(examine(home, MiniLM()))
    assert found.pop("library", "footnote ingest") == "footnote ingest"
    assert found == dict.fromkeys(("dense index", "lexical index", "lens"), _REPAIR)
    assert repair(home, MiniLM()) == []
    assert contents(open_library(library)) == before


def test_an_index_that_holds_other_papers_than_the_catalog_is_found(home: Path) -> None:
    library = Library(home / "library")
    first = next(library.catalog.papers()).id
    library.tokens.remove([first])
    library.lexical.remove([first])
    with library.catalog.database.writing() as connection:
        connection.execute(papers.update().where(papers.c.id == first).values(abstract="Other words."))
    library.close()
    found = {finding.part: finding.problem for finding in examine(home, MiniLM())}
    assert "with another text" in found["dense index"]
    assert "1 missing" in found["lexical index"]
    assert "1 missing" in found["tokens index"]


@pytest.mark.parametrize("damage", ["missing", "empty", "bytes", "rows"])
def test_a_damaged_catalog_is_for_a_backup_to_repair(home: Path, damage: str) -> None:
    file = home / "library" / "catalog.sqlite"
    if damage == "missing":
        file.unlink()
    elif damage == "rows":
        library = Library(home / "library")
        with library.catalog.database.writing() as connection:
            connection.execute(sa.text("UPDATE papers SET authors = '[' WHERE number = 2"))
        library.close()
    else:
        file.write_bytes(b"" if damage == "empty" else b"SQLite format 3\0" + bytes(9_000))
    assert not is_fresh(home / "library")
    with pytest.raises(CatalogError, match="restore"):
        list(open_library(home / "library").catalog.papers())
    assert named(repair(home, MiniLM()))["catalog"] == _RESTORE
    assert (home / "library" / "dense" / "chroma.sqlite3").exists()


def test_damaged_conversations_are_found(home: Path) -> None:
    (home / "conversations.sqlite").write_bytes(b"SQLite format 3\0" + bytes(9_000))
    assert named(examine(home, MiniLM())) == {"conversations": _RESTORE}


def test_an_index_as_it_was_left_is_not_read_twice(home: Path) -> None:
    """What opening costs: sizes and checksums, as long as nothing but Footnote has written."""
    folder = home / "library"
    library = open_library(folder)
    library.nearest(np.ones(384, np.float32) / 384**0.5, 3)
    library.tokens.count()
    library.close()
    seal = IndexSeal(folder)
    assert not any(seal.broken(index) for index in ("dense", "lexical", "tokens"))
    copied = shutil.copytree(folder, home / "copied", copy_function=shutil.copyfile)
    assert not any(IndexSeal(copied).broken(index) for index in ("dense", "lexical", "tokens"))
    (folder / "tokens" / "tokens.sqlite").open("ab").write(b"x")
    assert seal.broken("tokens")
