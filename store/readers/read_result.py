"""What every reader returns, and the checks that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from footnote.store.errors import CorpusError
from footnote.store.papers import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, Details, Listing


@dataclass(frozen=True)
class FieldWarning:
    """A field of a record that was left out, and why; the record itself is used."""

    source: str
    line: int
    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.field} left out: {self.problem}"


@dataclass(frozen=True)
class TitleOnly:
    """A record that has no abstract, only a title and what else is known."""

    source: str
    line: int
    title: str
    details: Details


Entry = Listing | TitleOnly | FieldWarning | CorpusError
"""What reading a file gives, in the file's order; a CorpusError is a record that can't be used."""


@dataclass(frozen=True)
class ReadFile:
    """What a file holds: its listings, why each other record could not be used, the fields left out, and
    the records that have no abstract.
    """

    listings: tuple[Listing, ...]
    refused: tuple[CorpusError, ...]
    warnings: tuple[FieldWarning, ...] = ()
    titles: tuple[TitleOnly, ...] = ()


HEAD_BYTES = 65_536
"""As much of a file as readers see to recognise it."""
MAX_ENTRIES = 200_000
"""Entries read of one file; what has more is no list of papers, or is better read in parts."""


def limited(entries: Iterable[Entry], source: str) -> Iterator[Entry]:
    """`entries`; CorpusError where there are more than MAX_ENTRIES."""
    for count, entry in enumerate(entries, 1):
        if count > MAX_ENTRIES:
            raise CorpusError(source, None, f"more than {MAX_ENTRIES:,} entries: split the file")
        yield entry


def collect(entries: Iterable[Entry], source: str) -> ReadFile:
    """`entries` sorted by what they are; CorpusError where there are more than MAX_ENTRIES."""
    listings: list[Listing] = []
    refused: list[CorpusError] = []
    warnings: list[FieldWarning] = []
    titles: list[TitleOnly] = []
    for entry in limited(entries, source):
        match entry:
            case CorpusError():
                refused.append(entry)
            case FieldWarning():
                warnings.append(entry)
            case TitleOnly():
                titles.append(entry)
            case _:
                listings.append(entry)
    return ReadFile(tuple(listings), tuple(refused), tuple(warnings), tuple(titles))


def unusable(title: str, abstract: str) -> str | None:
    """Why a title and its abstract can't become a listing, with the fix; None where they can."""
    if len(title) > MAX_TITLE_CHARS:
        return f"the title has {len(title):,} characters, at most {MAX_TITLE_CHARS:,} are read"
    if len(abstract) > MAX_ABSTRACT_CHARS:
        return (
            f"the abstract of “{shortened(title)}” has {len(abstract):,} characters, at most "
            f"{MAX_ABSTRACT_CHARS:,} are read: give the abstract alone, not the whole paper"
        )
    if "\0" in title or "\0" in abstract:
        return f"“{shortened(title)}” holds a NUL character, so it is no text: remove it"
    return None


def shortened(text: str) -> str:
    """The first words of `text`, for an error."""
    words = " ".join(text[:200].replace("\0", " ").split())
    return words if len(words) <= 60 else words[:57] + "…"
