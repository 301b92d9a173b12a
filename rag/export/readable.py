"""Papers and text for people to read: dates, references, text without invisible characters."""

from __future__ import annotations

import calendar
import unicodedata
from typing import NamedTuple, overload
from urllib.parse import quote

from footnote.store.papers import Paper

_CONTROL = {"Cc", "Cf"}
_REGISTRIES = (
    ("DOI", "doi", "https://doi.org/"),
    ("arXiv", "arxiv", "https://arxiv.org/abs/"),
    ("PubMed", "pmid", "https://pubmed.ncbi.nlm.nih.gov/"),
)


@overload
def readable_date(date: str) -> str: ...
@overload
def readable_date(date: None) -> None: ...
def readable_date(date: str | None) -> str | None:
    """A paper's date for people: "9 Oct 2024", "13 Oct (year not given)", None if unknown."""
    if date is None:
        return None
    if date.startswith("--"):
        return f"{int(date[5:7])} {calendar.month_abbr[int(date[2:4])]} (year not given)"
    year, *rest = date.split("-")
    month = [calendar.month_abbr[int(rest[0])]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def reference(paper: Paper) -> str:
    """Title and date of a paper on one line."""
    date = readable_date(paper.date)
    return f"{paper.display_title}, {date}" if date else paper.display_title


class Identifier(NamedTuple):
    """An identifier of a paper in a registry, and its web address."""

    registry: str
    name: str
    address: str


def identifiers(paper: Paper) -> list[Identifier]:
    """A paper's identifiers, the DOI first. Addresses are percent-encoded."""
    found = ((registry, getattr(paper, field), base) for registry, field, base in _REGISTRIES)
    return [
        Identifier(registry, name, base + quote(name, safe="/().:;-_", errors="replace"))
        for registry, name, base in found
        if name
    ]


def addresses(paper: Paper) -> list[str]:
    """Where a paper is on the web, by its identifiers: the DOI's address first."""
    return [identifier.address for identifier in identifiers(paper)]


def printable(text: str) -> str:
    """`text` without control and invisible formatting characters (terminal codes, bidi marks)."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL)


def one_line(text: str) -> str:
    """`text` with each run of white space as one space."""
    return " ".join(text.split())


def line(text: str) -> str:
    """`text` on one line, printable: for formats in which a line is a field."""
    # First one line, for `printable` takes line breaks such as CR away and leaves no space for them.
    return one_line(printable(one_line(text)))
