"""A Zotero library, of a database with Zotero's tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing
from footnote.store.readers import find_files, read_file

# From Zotero's resource/schema/userdata.sql and system.sql, without triggers and columns that aren't read.
TABLES = """
CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT,
display INT DEFAULT 1);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT);
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, libraryID INT NOT NULL,
key TEXT NOT NULL);
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID INT, PRIMARY KEY (itemID, fieldID));
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
CREATE TABLE itemCreators (itemID INT NOT NULL, creatorID INT NOT NULL, creatorTypeID INT NOT NULL DEFAULT 1,
                           orderIndex INT NOT NULL DEFAULT 0);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY, dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE feedItems (itemID INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE);
INSERT INTO itemTypes (itemTypeID, typeName) VALUES (1, 'journalArticle'), (2, 'attachment'), (3, 'note');
INSERT INTO creatorTypes VALUES (1, 'author'), (2, 'editor');
INSERT INTO creators VALUES (1, 'Anna', 'Köhler', 0), (2, '', 'Sheep Group', 1), (3, 'E', 'Ditor', 0);
"""


def fill(database: sqlite3.Connection, item: int, kind: int, fields: dict[str, str]) -> None:
    database.execute("INSERT INTO items VALUES (?, ?, 1, ?)", (item, kind, f"KEY{item}"))
    for name, value in fields.items():
        database.execute(
            "INSERT OR IGNORE INTO fields (fieldID, fieldName) VALUES (?, ?)", (hash(name) % 10**9, name)
        )
        database.execute("INSERT OR IGNORE INTO itemDataValues (value) VALUES (?)", (value,))
        (key,) = database.execute("SELECT valueID FROM itemDataValues WHERE value = ?", (value,)).fetchone()
        database.execute("INSERT INTO itemData VALUES (?, ?, ?)", (item, hash(name) % 10**9, key))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "Zotero"
    (folder / "storage" / "ABC").mkdir(parents=True)
    (folder / "storage" / "ABC" / "paper.pdf").write_bytes(b"%PDF-1.7")
    with closing(sqlite3.connect(folder / "zotero.sqlite")) as database:
        database.executescript(TABLES)
        fill(database, 1, 1, {
            "title": "On <i>Ovis</i>", "abstractNote": "We count.", "date": "2020-03-00 March 2020",
            "publicationTitle": "Wool", "DOI": "10.1000/a", "url": "https://example.org/a",
            "language": "en-US",
            "extra": "PMID: 123\nPMCID: PMC9\narXiv: 2401.00010",
        })  # fmt: skip
        for order, (person, role) in enumerate([(1, 1), (3, 2), (2, 1)]):
            database.execute("INSERT INTO itemCreators VALUES (1, ?, ?, ?)", (person, role, order))
        database.execute("INSERT INTO tags VALUES (1, 'wool')")
        database.execute("INSERT INTO itemTags VALUES (1, 1, 0)")
        fill(database, 2, 2, {"title": "A PDF"})
        fill(database, 3, 3, {"title": "A note"})
        fill(database, 4, 1, {"title": "In the bin", "abstractNote": "Gone."})
        database.execute("INSERT INTO deletedItems (itemID) VALUES (4)")
        fill(database, 5, 1, {"title": "In a feed", "abstractNote": "News."})
        database.execute("INSERT INTO feedItems VALUES (5, 'x')")
        fill(database, 6, 1, {"title": "Without abstract", "date": "2019-00-00 2019"})
        database.commit()
    return folder


def test_a_library_is_read_without_attachments_notes_bin_and_feeds(library: Path) -> None:
    (database,) = find_files([library])
    before = database.read_bytes()
    found = read_file(database)
    assert found.listings == (
        Listing(
            source="zotero.sqlite", line=1, title="On Ovis", abstract="We count.", date="2020-03",
            venue="Wool",
            authors=("Köhler, Anna", "{Sheep Group}"), doi="10.1000/a", url="https://example.org/a",
            language="en",
            pmid="123", arxiv="2401.00010", type="article-journal", keywords=("wool",),
        ),
    )  # fmt: skip
    assert [(title.title, title.details.date) for title in found.titles] == [("Without abstract", "2019")]
    assert (found.refused, found.warnings) == ((), ())
    assert database.read_bytes() == before
    assert sorted(path.name for path in library.iterdir()) == ["storage", "zotero.sqlite"]


def test_a_library_that_is_open_in_zotero_is_read(library: Path) -> None:
    with closing(sqlite3.connect(library / "zotero.sqlite")) as zotero:
        zotero.execute("BEGIN EXCLUSIVE")
        assert len(read_file(library / "zotero.sqlite").listings) == 1


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "zotero.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE history (url)")
    with pytest.raises(CorpusError, match="an SQLite database that isn't Zotero's"):
        read_file(file)


def test_a_damaged_database_is_an_error_of_ours(library: Path) -> None:
    file = library / "zotero.sqlite"
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    with pytest.raises(CorpusError, match="the Zotero database can't be read"):
        read_file(file)
