"""Which papers a search may find: by date, page, author, venue or id."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from footnote.store.name_terms import folded
from footnote.store.papers import Frozen, is_date

MAX_IDS = 5_000
"""As many papers as `only` and `exclude` may name each."""
MAX_NAMES = 500
"""As many authors and venues as may be named."""
MAX_NAME_CHARS = 400
_NAMES_SHOWN = 3
_NAME_SHOWN = 60


def _checked_date(date: str) -> str:
    if not is_date(date) or date.startswith("--"):
        raise ValueError(f"{date[:20]!r} is no date with a year: write YYYY, YYYY-MM or YYYY-MM-DD")
    return date


Date = Annotated[str, AfterValidator(_checked_date)]
PageName = Annotated[str, Field(max_length=400)]
PaperId = Annotated[str, Field(max_length=200)]


def _checked_name(name: str) -> str:
    if not folded(name):
        raise ValueError("a name has letters")
    return name


Name = Annotated[str, Field(max_length=MAX_NAME_CHARS), AfterValidator(_checked_name)]


class Filters(Frozen):
    """What a paper must be to be searched; what isn't given doesn't restrict.

    since, until: the first and the last day, month or year that counts (`2024-05` as `until` takes
    in all of May). A paper whose date is a month or a year fits where any day of it does; one
    whose year isn't known fits no range. pages: names of pages or files, of which one must have
    listed the paper. authors: names, of which one must be an author's ("Köhler", "Anna Köhler",
    "A. Köhler"; case and accents don't count). venues: names of journals or conferences, of which one must
    be the paper's, or whole words of it ("Nature" also finds "Nature Medicine"). only, exclude: ids of
    papers.
    Raises pydantic's ValidationError for what is no date, a date without a year, a range that ends before it
    begins, a name without a letter, and too many or too long names.
    """

    since: Date | None = None
    until: Date | None = None
    pages: tuple[PageName, ...] = Field((), max_length=MAX_IDS)
    authors: tuple[Name, ...] = Field((), max_length=MAX_NAMES)
    venues: tuple[Name, ...] = Field((), max_length=MAX_NAMES)
    only: tuple[PaperId, ...] | None = Field(None, max_length=MAX_IDS)
    exclude: tuple[PaperId, ...] = Field((), max_length=MAX_IDS)

    @model_validator(mode="after")
    def _in_order(self) -> Filters:
        if self.since and self.until and days(self.since).first > days(self.until).last:
            raise ValueError(f"the range ends ({self.until}) before it begins ({self.since})")
        return self

    def __bool__(self) -> bool:
        """Whether anything is restricted. An empty `only` is: to no paper at all."""
        given = (self.since, self.until, self.pages, self.authors, self.venues, self.exclude)
        return any(given) or self.only is not None

    def __str__(self) -> str:
        """One short line: "papers dated 2023 or earlier, listed by a.txt"."""
        return "papers " + ", ".join(words for words, _ in self.parts()) if self else "all papers"

    def parts(self) -> list[tuple[str, Filters]]:
        """Each restriction in words that follow "papers", and alone."""
        parts: list[tuple[str, Filters]] = []
        if self.since or self.until:
            parts.append((self._range(), Filters(since=self.since, until=self.until)))
        if self.pages:
            parts.append((f"listed by {_any_of(self.pages)}", Filters(pages=self.pages)))
        if self.authors:
            parts.append((f"by {_any_of(self.authors)}", Filters(authors=self.authors)))
        if self.venues:
            parts.append((f"published in {_any_of(self.venues)}", Filters(venues=self.venues)))
        if self.only is not None:
            parts.append((f"among the {len(set(self.only))} chosen", Filters(only=self.only)))
        if self.exclude:
            parts.append((f"other than the {len(set(self.exclude))} left out", Filters(exclude=self.exclude)))
        return parts

    def _range(self) -> str:
        if self.since and self.until:
            return f"dated {self.since}" + (f" to {self.until}" if self.until != self.since else "")
        return f"dated {self.since} or later" if self.since else f"dated {self.until} or earlier"


def _any_of(names: Sequence[str]) -> str:
    shown = [name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1] + "…" for name in names]
    more = [f"{len(names) - _NAMES_SHOWN} more"] if len(names) > _NAMES_SHOWN else []
    return " or ".join(shown[:_NAMES_SHOWN] + more)


class Days(NamedTuple):
    """The first and the last day that a date can mean, as numbers: 20240531."""

    first: int
    last: int


def days(date: str) -> Days:
    """The days of a date that has a year (`2024`, `2024-05` or `2024-05-31`)."""
    year, month, day = (*(int(part) for part in date.split("-")), 0, 0)[:3]
    first_month, last_month = (month, month) if month else (1, 12)
    last_day = day or calendar.monthrange(year, last_month)[1]
    return Days(_number(year, first_month, day or 1), _number(year, last_month, last_day))


def _number(year: int, month: int, day: int) -> int:
    return year * 10_000 + month * 100 + day
