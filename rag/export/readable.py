"""Papers and text for people to read: dates, references, text without invisible characters."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, overload
from urllib.parse import quote

from footnote.store.authors import short_byline
from footnote.store.papers import Paper
from footnote.store.readers.abstracts import labelled_parts, sections_of

RETRACTED = "RETRACTED"
"""The mark of a paper that was retracted, in exports and in the terminal."""

_WEB = re.compile(r"https?://", re.IGNORECASE)
_CONTROL = {"Cc", "Cf"}
_REGISTRIES = (
    ("DOI", "doi", "https://doi.org/"),
    ("arXiv", "arxiv", "https://arxiv.org/abs/"),
    ("PubMed", "pmid", "https://pubmed.ncbi.nlm.nih.gov/"),
    ("OpenAlex", "openalex", "https://openalex.org/"),
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


def byline(paper: Paper) -> str:
    """Who a paper is cited by, and its year: "Zhao et al. 2023"; "" without authors."""
    names = short_byline(paper.authors, paper.author_count)
    return f"{names} {paper.year}" if names and paper.year is not None else names


def reference(paper: Paper) -> str:
    """A paper on one line, as far as known: "[RETRACTED] Zhao et al. 2023. Title. Nature, 9 Oct 2024"."""
    place = ", ".join(filter(None, (paper.venue, readable_date(paper.date))))
    head = byline(paper)
    title = (
        f"{head}{'' if head.endswith('.') else '.'} {paper.display_title}" if head else paper.display_title
    )
    if paper.venue:
        title = f"{title}{'' if title.endswith(('.', '?', '!')) else '.'} {place}"
    elif place:
        title = f"{title}, {place}"
    return f"[{RETRACTED}] {title}" if paper.retraction else title


def source_address(paper: Paper) -> str | None:
    """Where a paper is on the web: the first of `addresses`."""
    return next(iter(addresses(paper)), None)


def find_on_arxiv(paper: Paper) -> str | None:
    """A search for the title on arXiv, for a paper of which no author and no address is known."""
    if paper.authors or source_address(paper):
        return None
    words = quote(line(paper.display_title), safe="", errors="replace")
    return f"https://arxiv.org/search/?query={words}&searchtype=title"


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
    """Where a paper is on the web: by its identifiers, the DOI first, and at last its own address."""
    own = [line(paper.url)] if paper.url and _WEB.match(paper.url) else []
    return [*(identifier.address for identifier in identifiers(paper)), *own]


def labelled_abstract(paper: Paper) -> str:
    """The abstract with its section labels ("METHODS: …") where readers find them again, else without."""
    starts = [section.start for section in paper.sections]
    ends = [*starts[1:], len(paper.abstract)]
    parts = [paper.abstract[: starts[0]]] if starts else []
    for section, end in zip(paper.sections, ends, strict=False):
        parts.append(f"{section.label}: {paper.abstract[section.start : end]}")
    text = " ".join(part.strip() for part in parts if part)
    return text if sections_of(labelled_parts(text)) == (paper.abstract, paper.sections) else paper.abstract


def keyword_line(keywords: Sequence[str]) -> str:
    """Keywords on one line, between commas, or between semicolons where one has a comma of its own."""
    if any("," in word for word in keywords):
        return "; ".join(keywords) + (";" if len(keywords) == 1 else "")
    return ", ".join(keywords)


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
