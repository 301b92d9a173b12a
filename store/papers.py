"""Papers, and their listings as a page or file names them."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from footnote.store.display import plain_text

MAX_TITLE_CHARS = 1_000
MAX_ABSTRACT_CHARS = 50_000
MADE_ID_START = "p"
"""Of the ids that are made here: see `paper_id`."""
_DATE = re.compile(r"([0-9]{4}|-)(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_date(value: str) -> bool:
    """Whether `value` is a day, month or year of the calendar, written as `PaperDate` says."""
    match = _DATE.fullmatch(value)
    if match is None or (match[1] == "-" and match[3] is None):
        return False
    # 2000 is a leap year: "--02-29" can be a date.
    year = 2000 if match[1] == "-" else int(match[1])
    try:
        datetime.date(year, int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def _checked_date(value: str) -> str:
    if not is_date(value):
        raise ValueError(f"{value!r} is not YYYY, YYYY-MM, YYYY-MM-DD or (no year) --MM-DD")
    return value


PaperDate = Annotated[str, AfterValidator(_checked_date)]
"""ISO 8601 with as much as is known: `2024-10-09`, `2024-10`, `2024`, or `--10-09` where the
page gives day and month but no year. A missing year is never guessed."""


class Frozen(BaseModel):
    """A value: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(Frozen):
    """Where a labelled section of an abstract begins (at character `start`); the text has no label."""

    start: int = Field(ge=0)
    label: str = Field(min_length=1, max_length=200)


class Details(Frozen):
    """What is known of a work beside title and abstract; a field that the source lacks is None or empty.

    authors: see `store.authors` for how each is written. author_count: where only the number is given.
    arxiv: without version. openalex: "W" and digits. url: http or https. type: as CSL has it
    ("article-journal", "paper-conference", "article" for a preprint, …). language: ISO 639-1.
    retraction: what says that the work was retracted or withdrawn.
    """

    date: PaperDate | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organisation: str | None = None
    venue: str | None = None
    type: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    url: str | None = None
    arxiv: str | None = None
    arxiv_version: int | None = None
    doi: str | None = None
    pmid: str | None = None
    openalex: str | None = None
    retraction: str | None = None
    sections: tuple[Section, ...] = ()


class Paper(Details):
    """One work. `title` and `abstract` are what the readers made of the source, and offsets count in them.

    `pages` names every page or file that listed the paper, by name.
    """

    id: str
    title: str
    abstract: str
    pages: tuple[str, ...] = ()

    @property
    def display_title(self) -> str:
        """The title without LaTeX residue, for people to read."""
        return plain_text(self.title)

    @property
    def year(self) -> int | None:
        """The year of `date`, None where it isn't known."""
        return int(self.date[:4]) if self.date and not self.date.startswith("--") else None


class Listing(Details):
    """One entry as a page or file gives it; several listings can be of one paper."""

    source: str
    line: int
    title: str = Field(min_length=1, max_length=MAX_TITLE_CHARS)
    abstract: str = Field(min_length=1, max_length=MAX_ABSTRACT_CHARS)
    id: str | None = Field(default=None, min_length=1, max_length=200)
    comments: int | None = None


def title_key(title: str) -> str:
    """Letters and digits of a title, so that spacing, case, accents and LaTeX don't count."""
    bare = unicodedata.normalize("NFKD", plain_text(title)).casefold()
    return "".join(c for c in bare if c.isalnum()) or title.strip()


def abstract_words(abstract: str) -> frozenset[str]:
    """The different words of an abstract, by which two readings of it are compared."""
    return frozenset(re.findall(r"\w+", abstract.casefold()))


def paper_id(listing: Listing, *, doubled: bool = False) -> str:
    """A stable id: the file's own where it gives one, else made from the title.

    `doubled` adds the abstract to it, for a second paper under a title already taken.
    """
    if listing.id is not None:
        return listing.id
    seed = title_key(listing.title)
    if doubled:
        seed += "\n" + " ".join(sorted(abstract_words(listing.abstract)))
    return MADE_ID_START + hashlib.sha256(seed.encode()).hexdigest()[:12]
