"""Removal by the visitor who added a paper: by nobody else, also after a reload, with undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.chats.ids import new_id
from footnote.store.ingest import FileReport, ingest
from footnote.store.library import Library
from footnote.ui import strings
from footnote.ui.add.add_papers import AddProgress
from footnote.ui.add.additions import MAX_VISITORS, AdditionsByVisitor
from footnote.ui.add.removal import Removal

PAPER = '{"id": "%s", "title": "On %s", "abstract": "We count %s by hand. There are many."}\n'
NAMES = ("bees", "ice", "ash", "ore")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(PAPER % (name, name, name) for name in NAMES))
    with closing(Library(tmp_path / "library")) as opened:
        ingest(opened, [file])
        yield opened


def there(library: Library) -> set[str]:
    return set(library.catalog.get(NAMES))


def added(*papers: str) -> AddProgress:
    return AddProgress(reports=(FileReport(file="a.jsonl", added=papers),), done=True)


def test_only_who_added_a_paper_removes_it_and_undoes_that(library: Library) -> None:
    additions, mine, other = AdditionsByVisitor(), new_id(), new_id()
    removal = Removal(library, additions)
    additions.change(mine, lambda visit: visit.after_upload(added("bees", "ice")))
    additions.change(other, lambda visit: visit.after_upload(added("ash")))
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


def test_a_library_that_somebody_writes_to_is_left_as_it_is(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ui.add.removal._WAIT_S", 0)
    additions, mine = AdditionsByVisitor(), new_id()
    additions.change(mine, lambda visit: visit.after_upload(added("bees")))
    with closing(Library(tmp_path / "library")) as elsewhere, elsewhere.writing():
        assert Removal(library, additions).remove(mine, ["bees"]) == strings.REMOVE_BUSY
    assert additions.of(mine).present == ("bees",)
    assert there(library) == set(NAMES)


def test_of_many_visitors_the_latest_are_remembered() -> None:
    additions, first = AdditionsByVisitor(), new_id()
    additions.change(first, lambda visit: visit.after_upload(added("bees")))
    assert additions.of(first).present == ("bees",)
    for _ in range(MAX_VISITORS):
        additions.change(new_id(), lambda visit: visit)
    assert additions.of(first).present == ()
    additions.change("", lambda visit: visit.after_upload(added("bees")))
    assert additions.of("").present == ()
