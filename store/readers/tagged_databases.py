"""The tagged text of Ovid and of the Cochrane Library. What their tags mean.

Sources: Ovid's "Database Field Guides" (its export for Citavi, `.ovd`, and "Tagged"); the field codes of the
Cochrane Library's export as plain text.
"""

from __future__ import annotations

import re

from footnote.store.readers.dates import iso_date
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.tagged_records import Dialect, TaggedRecord, raw_record

# "Okafor, Ben [Inventor, Reprint Author]", "Okafor B. (Hive Lab)" is left to `names`.
_ROLE = re.compile(r"\s*\[[^\]]*\]")
_LAST_YEAR = re.compile(r".*\b((?:1[89]|20)\d\d)\b", re.DOTALL)


def _ovid(record: TaggedRecord) -> RawRecord:
    tags = {
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("FA", "AU"),
        "venue": ("JN", "JT", "BT", "TA"),
        "date": ("YR", "DP", "PY", "DG"),
        "type": ("PT",),
        "language": ("LG", "LA"),
        "keywords": ("KW", "MH", "SH"),
        "url": ("UR", "XL"),
        "doi": ("DO", "DI"),
        "pmid": ("PM",),
    }
    raw = raw_record(record, tags)
    raw.authors = [_ROLE.sub("", name) for name in raw.authors]
    raw.keywords = [word.lstrip("*") for word in raw.keywords]
    if not raw.pmid and "medline" in record.first("DB").lower() and record.first("UI").isdigit():
        raw.pmid = record.first("UI")
    _take_source(raw, record)
    return raw


def _cochrane(record: TaggedRecord) -> RawRecord:
    tags = {
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AU",),
        "date": ("YR",),
        "type": ("PT",),
        "keywords": ("KY",),
        "url": ("US",),
        "doi": ("DOI",),
        "pmid": ("PM",),
    }
    raw = raw_record(record, tags)
    raw.keywords = [word.strip(" *") for word in raw.keywords]
    raw.pmid = raw.pmid.upper().replace("PUBMED ", "")
    _take_source(raw, record)
    return raw


def _take_source(raw: RawRecord, record: TaggedRecord) -> None:
    """Venue and year out of the source ("Tides. 12(3):1-10, 2020"), where no field of their own has them."""
    source = " ".join(record.first("SO").split())
    raw.venue = raw.venue or source.partition(". ")[0]
    year = _LAST_YEAR.match(source)
    if iso_date(raw.date) is None and year:
        raw.date = year[1]


OVID = Dialect(
    format="Ovid tagged text",
    suffixes=(".ovd",),
    # Before each record stands its number: "<1. >".
    field=re.compile(r"(?P<tag><(?=\d)|[A-Z][A-Z0-9](?= {1,2}-))(?: {1,2}- ?)?(?P<value>.*)"),
    begins=frozenset({"VN"}),
    ends=frozenset({"<"}),
    head=re.compile(r"^VN {1,2}- Ovid Technologies[ \t]*\n+[A-Z][A-Z0-9] {1,2}- ", re.MULTILINE),
    to_raw=_ovid,
)
COCHRANE = Dialect(
    format="Cochrane Library text",
    suffixes=(),
    field=re.compile(r"(?P<tag>Record(?= #\d)|[A-Z]{2,3}(?=: ))(?:: )?(?P<value>.*)"),
    begins=frozenset({"RECORD"}),
    head=re.compile(r"^Record #\d+ of \d+[ \t]*\n+(?:ID|AN|AU|TI): ", re.MULTILINE),
    to_raw=_cochrane,
)
