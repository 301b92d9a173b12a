"""Libraries of released versions, as SQL that those versions wrote: opened and brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.chats.conversations import Conversations
from footnote.store.doctor import examine
from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import open_library

_RELEASED = Path(__file__).parent / "released"
_TITLES = ["Corals and warm water", "Bees and pesticides", "Bridges of timber"]


@pytest.mark.parametrize(("release", "removed"), [("0.1.0", []), ("0.2.0", ["Bees and pesticides"])])
def test_a_library_of_a_released_version_is_brought_up_to_date(
    tmp_path: Path, release: str, removed: list[str]
) -> None:
    (tmp_path / "library").mkdir()
    for script in (_RELEASED / release).iterdir():
        file = tmp_path / ("library" if script.stem == "catalog" else "") / f"{script.stem}.sqlite"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(script.read_text())
    library = open_library(tmp_path / "library")  # its indexes aren't there, so they are made again
    there = [title for title in _TITLES if title not in removed]
    assert [paper.title for paper in library.catalog.papers()] == there
    if removed:
        with library.catalog.database.reading() as connection:
            (gone,) = connection.exec_driver_sql("SELECT id FROM papers WHERE removed IS NOT NULL").one()
        assert library.restore([gone])[0].title == removed[0]
        owner = "A" * 22
        (listed,) = Conversations.in_folder(tmp_path).listed(owner)
        (turn,) = Conversations.in_folder(tmp_path).turns(owner, listed.id)
        assert turn.question == "What bleaches corals?"
    assert library.lexical.search("timber", 5)
    library.close()
    assert examine(tmp_path, MiniLM()) == []
