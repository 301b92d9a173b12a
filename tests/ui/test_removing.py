"""Removal by those who added: nobody else, also after a reload, and it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.chats.ids import new_id
from footnote.store.ingest import FileReport, ingest
from footnote.store.library import Library
from footnote.ui import strings
from footnote.ui.add.adding import Adding
from footnote.ui.add.removing import Removing
from footnote.ui.add.visits import MAX_VISITORS, Visits

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


def added(*papers: str) -> Adding:
    return Adding(reports=(FileReport(file="a.jsonl", added=papers),), done=True)


def test_only_who_added_a_paper_removes_it_and_undoes_that(library: Library) -> None:
    visits, mine, other = Visits(), new_id(), new_id()
    removing = Removing(library, visits)
    visits.change(mine, lambda visit: visit.with_files(added("bees", "ice")))
    visits.change(other, lambda visit: visit.with_files(added("ash")))
    for owner, papers in ((other, ["bees", "ice"]), (mine, ["ash", "ore"]), ("", ["bees"]), (None, ["bees"])):
        assert removing.take_out(owner, papers) == strings.REMOVE_NOTHING
    assert there(library) == set(NAMES)

    assert removing.take_out(mine, ["bees", "ash"]) == strings.REMOVED_ONE.format(title="On bees")
    assert there(library) == {"ice", "ash", "ore"}
    assert visits.of(mine).undoes("bees")
    assert removing.bring_back(other) == ""
    assert removing.bring_back(mine) == strings.RESTORED_ONE.format(title="On bees")
    assert there(library) == set(NAMES)
    removing.take_out(mine, visits.of(mine).there)
    assert there(library) == {"ash", "ore"}
    assert not visits.of(mine).undoes("bees")  # it would bring back another as well
    assert removing.bring_back(mine) == strings.RESTORED_MANY.format(count=2)


def test_a_library_that_somebody_writes_to_is_left_as_it_is(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.add.removing._WAIT_S", 0)
    visits, mine = Visits(), new_id()
    visits.change(mine, lambda visit: visit.with_files(added("bees")))
    with closing(Library(tmp_path / "library")) as elsewhere, elsewhere.writing():
        assert Removing(library, visits).take_out(mine, ["bees"]) == strings.REMOVE_BUSY
    assert visits.of(mine).there == ("bees",)
    assert there(library) == set(NAMES)


def test_of_many_visitors_the_latest_are_remembered() -> None:
    visits, first = Visits(), new_id()
    visits.change(first, lambda visit: visit.with_files(added("bees")))
    assert visits.of(first).there == ("bees",)
    for _ in range(MAX_VISITORS):
        visits.change(new_id(), lambda visit: visit)
    assert visits.of(first).there == ()
    visits.change("", lambda visit: visit.with_files(added("bees")))
    assert visits.of("").there == ()
