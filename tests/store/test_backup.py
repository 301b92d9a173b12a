"""Backups: a round trip, killed and disturbed ones, and archives that aren't trusted."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.backup import BackupError, back_up, restore
from footnote.store.chats.conversations import Conversations
from footnote.store.chats.ids import new_id
from footnote.store.doctor import examine
from footnote.store.embedders.minilm import MiniLM
from footnote.store.errors import FootnoteError
from footnote.store.library import Library
from tests.store.conftest import FEW
from tests.store.library_contents import contents
from tests.store.other_process import KILLED, is_killed_restoring, run


def reindexed(home: Path) -> dict[str, object]:
    library = Library(home / "library")
    with library.writing():
        library.index_waiting()
    found = contents(library)
    library.close()
    return found


def test_a_round_trip_gives_the_same_library_and_conversations(home: Path, tmp_path: Path) -> None:
    before = contents(Library(home / "library"))
    owner = new_id()
    chats = Conversations.in_folder(home)
    ident = chats.begin(owner)
    library = Library(home / "library")
    with library.catalog.database.writing():  # another is writing: the copy is of the state before
        assert back_up(home, tmp_path / "b.zip") == ["library/catalog.sqlite", "conversations.sqlite"]
    with pytest.raises(BackupError, match="--replace"):
        back_up(home, tmp_path / "b.zip")

    new = tmp_path / "new"
    restore(new, tmp_path / "b.zip", MiniLM())
    assert reindexed(new) == before
    assert examine(new, MiniLM()) == []
    assert Conversations.in_folder(new).turns(owner, ident) == []
    with pytest.raises(BackupError, match="--replace"):
        restore(new, tmp_path / "b.zip", MiniLM())


@pytest.mark.parametrize("damaged", [False, True])
def test_a_backup_replaces_what_is_there(home: Path, tmp_path: Path, damaged: bool) -> None:
    before = contents(Library(home / "library"))
    back_up(home, tmp_path / "b.zip")
    if damaged:
        (home / "library" / "catalog.sqlite").write_bytes(b"nothing" * 2_000)
    else:
        library = Library(home / "library")
        library.remove([paper.id for paper in library.catalog.papers()][:5])
        library.close()
    restore(home, tmp_path / "b.zip", MiniLM(), replace=True)
    assert reindexed(home) == before


@pytest.mark.parametrize("place", ["_prepare", "discard_indexes", "_copy_database"])
def test_a_restore_that_is_killed_leaves_the_old_library_or_the_new(
    home: Path, tmp_path: Path, place: str
) -> None:
    back_up(home, tmp_path / "b.zip")
    new = place == "_prepare"
    target = tmp_path / "new" if new else home
    assert run(is_killed_restoring, target, tmp_path / "b.zip", place) == KILLED
    assert target.exists() != new
    if not new:
        assert Library(target / "library").catalog.count() == FEW
    restore(target, tmp_path / "b.zip", MiniLM(), replace=True)
    assert Library(target / "library").catalog.count() == FEW


def _rewritten(file: Path, **changes: object) -> None:
    """Writes an archive again: name → new content, or None to leave it out."""
    with zipfile.ZipFile(file) as archive:
        content: dict[str, object] = {name: archive.read(name) for name in archive.namelist()} | changes
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            if isinstance(data, bytes):
                archive.writestr(name, data)


@pytest.mark.parametrize("case", ["outside", "size", "checksum", "none", "format", "trigger", "cut", "newer"])
def test_an_archive_that_is_not_a_backup_changes_nothing(home: Path, tmp_path: Path, case: str) -> None:
    file = tmp_path / "b.zip"
    if case in {"trigger", "newer"}:
        change = {
            "trigger": "CREATE TRIGGER t AFTER INSERT ON papers BEGIN DELETE FROM papers; END",
            "newer": "UPDATE alembic_version SET version_num = 'm999'",
        }[case]
        with closing(sqlite3.connect(home / "library" / "catalog.sqlite")) as connection:
            connection.execute(change)
            connection.commit()
    back_up(home, file)
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    entry = manifest["files"]["library/catalog.sqlite"]
    if case == "outside":
        manifest["files"]["../evil"] = entry
        _rewritten(file, **{"../evil": b"x", "manifest.json": json.dumps(manifest).encode()})
    elif case == "size":
        entry["size"] -= 1
        _rewritten(file, **{"manifest.json": json.dumps(manifest).encode()})
    elif case == "checksum":
        entry["sha256"] = "0" * 64
        _rewritten(file, **{"manifest.json": json.dumps(manifest).encode()})
    elif case == "none":
        _rewritten(file, **{"manifest.json": None})
    elif case == "format":
        _rewritten(file, **{"manifest.json": json.dumps(manifest | {"format": 2}).encode()})
    elif case == "cut":
        file.write_bytes(file.read_bytes()[:-3_000])
    with pytest.raises(FootnoteError, match="m999" if case == "newer" else "b.zip|archive"):
        restore(tmp_path / "new", file, MiniLM())
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "evil").exists()
