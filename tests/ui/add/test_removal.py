"""Removal by the visitor who added a paper: by nobody else, also after a reload, with undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.additions import AdditionsByVisitor
from footnote.store.chats.ids import new_id
from footnote.store.ingest import ingest
from footnote.store.library import Library
from footnote.ui.add import strings
from footnote.ui.add.removal import Removal

PAPER = '{"id": "%s", "title": "On %s", "abstract": "We count %s by hand. There are many."}\n'
NAMES = ("bees", "ice", "ash", "ore")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "library")) as opened:
        add(opened, tmp_path, None, "ore")
        yield opened


def add(library: Library, folder: Path, owner: str | None, *names: str) -> None:
    file = folder / f"{names[0]}.jsonl"
    file.write_text("".join(PAPER % (name, name, name) for name in names))
    ingest(library, [file], owner=owner)


def there(library: Library) -> set[str]:
    return set(library.catalog.get(NAMES))


def test_only_who_added_a_paper_removes_it_and_undoes_that(library: Library, tmp_path: Path) -> None:
    additions, mine, other = AdditionsByVisitor(library.catalog), new_id(), new_id()
    removal = Removal(library, additions)
    add(library, tmp_path, mine, "bees", "ice")
    add(library, tmp_path, other, "ash")
    for owner, papers in ((other, ["bees", "ice"]), (mine, ["ash", "ore"]), ("", ["bees"]), (None, ["bees"])):
        assert removal.remove(owner, papers) == strings.REMOVE_NOTHING
    assert there(library) == set(NAMES)

    assert removal.remove(mine, ["bees", "ash"]) == strings.REMOVED_ONE.format(title="On bees")
    assert there(library) == {"ice", "ash", "ore"}
    assert additions.of(mine).undo_restores("bees")
    assert removal.undo(other) == ""
    assert removal.undo(mine) == strings.RESTORED_ONE.format(title="On bees")
    assert there(library) == set(NAMES)
    removal.remove(mine, additions.of(mine).present)
    assert there(library) == {"ash", "ore"}
    assert not additions.of(mine).undo_restores("bees")  # it would bring back another as well
    assert removal.undo(mine) == strings.RESTORED_MANY.format(count=2)

    assert removal.undo_upload(None) == ""
    assert removal.undo_upload(other) == strings.UPLOAD_UNDONE.format(files="ash.jsonl")
    assert there(library) == {"bees", "ice", "ore"}
    assert removal.undo_upload(other) == ""


def test_a_library_that_somebody_writes_to_is_left_as_it_is(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ui.add.removal._WAIT_S", 0)
    additions, mine = AdditionsByVisitor(library.catalog), new_id()
    add(library, tmp_path, mine, "bees", "ice")
    removal = Removal(library, additions)
    removal.remove(mine, ["ice"])
    with closing(Library(tmp_path / "library")) as elsewhere, elsewhere.writing():
        assert removal.remove(mine, ["bees"]) == strings.REMOVE_BUSY
        assert removal.undo(mine) == strings.REMOVE_BUSY
        assert removal.undo_upload(mine) == strings.REMOVE_BUSY
    assert additions.of(mine).present == ("bees",)
    assert there(library) == {"bees", "ore"}
