"""A Zotero library, from its own database: `zotero.sqlite`, which is copied before it is read."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry

DATABASE = "zotero.sqlite"
_SIGNATURE = b"SQLite format 3\0"
_TABLES = frozenset(
    "items itemTypes itemData itemDataValues fields creators itemCreators creatorTypes".split()
)
_VENUES = ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "websiteTitle", "blogTitle")

# Items in the bin and of news feeds are no part of the library; old databases have no feeds.
_ITEMS = """
    SELECT items.itemID, itemTypes.typeName FROM items JOIN itemTypes USING (itemTypeID)
    WHERE typeName NOT IN ('attachment', 'note', 'annotation')
      AND itemID NOT IN (SELECT itemID FROM deletedItems) AND itemID NOT IN (SELECT itemID FROM {feeds})
    ORDER BY itemID
"""
_FIELDS = """
    SELECT fieldName, value FROM itemData JOIN fields USING (fieldID) JOIN itemDataValues USING (valueID)
    WHERE itemID = ?
"""
_CREATORS = """
    SELECT lastName, firstName, fieldMode FROM itemCreators JOIN creators USING (creatorID)
    JOIN creatorTypes USING (creatorTypeID)
    WHERE itemID = ? AND creatorType NOT IN ('editor', 'translator', 'seriesEditor', 'reviewedAuthor')
    ORDER BY orderIndex
"""
_TAGS = "SELECT name FROM itemTags JOIN tags USING (tagID) WHERE itemID = ? ORDER BY name"


class ZoteroReader:
    """Zotero's database; see `store.readers.registry.FileReader`."""

    format = "Zotero library (zotero.sqlite)"
    suffixes = (".sqlite",)

    def recognizes(self, head: bytes) -> bool:
        """Whether it is an SQLite database; one of another program is refused when it is read."""
        return head.startswith(_SIGNATURE)

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; `line` is Zotero's number of the item.

        The database is copied first, for Zotero locks its own while it runs; what it hasn't yet written
        to the file isn't read. Raises CorpusError for a database that isn't Zotero's, or is damaged.
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, DATABASE)
            with copy.open("wb") as out:
                shutil.copyfileobj(file, out)
            try:
                # immutable: a copy has neither a journal nor another reader.
                with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as database:
                    database.text_factory = lambda data: data.decode(errors="replace")
                    yield from _entries(database, source)
            except sqlite3.Error as error:
                reason = f"the Zotero database can't be read ({error}): close Zotero and try again"
                raise CorpusError(source, None, reason) from None


def _entries(database: sqlite3.Connection, source: str) -> Iterator[Entry]:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= _TABLES:
        reason = "looks like an SQLite database that isn't Zotero's: export the records as BibTeX, RIS or CSV"
        raise CorpusError(source, None, reason)
    items = _ITEMS.format(feeds="feedItems" if "feedItems" in tables else "deletedItems")
    for item, kind in database.execute(items):
        fields = {name: str(value) for name, value in database.execute(_FIELDS, (item,))}
        people = database.execute(_CREATORS, (item,)).fetchall()
        tags = [name for (name,) in database.execute(_TAGS, (item,))] if "itemTags" in tables else []
        yield from entries_of(_raw(item, kind, fields, people, tags), source)


def _raw(
    item: int, kind: str, fields: dict[str, str], people: list[tuple[str, str, int]], tags: list[str]
) -> RawRecord:
    lines = (line.partition(":") for line in fields.get("extra", "").splitlines())
    extra = {name.strip().lower(): value.strip() for name, _, value in lines}
    venue = next((fields[name] for name in _VENUES if fields.get(name)), "")
    archive = fields.get("archiveID", "")
    return RawRecord(
        line=item,
        title=fields.get("title", ""),
        abstract=fields.get("abstractNote", ""),
        authors=[_author(*person) for person in people],
        # "2020-03-00 March 2020": Zotero's own reading, then what was typed.
        date=_date(fields.get("date", "")),
        venue=venue,
        type=kind,
        language=fields.get("language", ""),
        keywords=tags,
        url=fields.get("url", ""),
        doi=fields.get("DOI", "") or extra.get("doi", ""),
        arxiv=archive if archive.lower().startswith("arxiv") else extra.get("arxiv", ""),
        pmid=extra.get("pmid", ""),
    )


def _author(last: str, first: str, mode: int) -> str:
    """A name as `store.authors` has it; in mode 1 it is in one field, as a group's."""
    return "{%s}" % last.strip("{}") if mode == 1 else f"{last}, {first}".strip(", ")


def _date(text: str) -> str:
    """Of "2020-03-00 March 2020" the first part, without the zeros of what isn't known."""
    first = text.split(" ")[0]
    return first.removesuffix("-00").removesuffix("-00") if len(first) == 10 and first[4] == "-" else text
