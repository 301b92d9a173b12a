"""What filters mean, told in days of the calendar, and filters to try on a library."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence

from hypothesis import strategies as st

from footnote.store.filters import Filters
from footnote.store.papers import Paper


def span(date: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a year, a month or a day."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 3:
        day = datetime.date(*parts)
        return day, day
    first, last = (parts[1], parts[1]) if len(parts) == 2 else (1, 12)
    end = calendar.monthrange(parts[0], last)[1]
    return datetime.date(parts[0], first, 1), datetime.date(parts[0], last, end)


def passes(paper: Paper, filters: Filters) -> bool:
    """Whether a paper passes."""
    if filters.since or filters.until:
        if paper.date is None or paper.date.startswith("--"):
            return False
        begun, ended = span(paper.date)
        if filters.since and ended < span(filters.since)[0]:
            return False
        if filters.until and begun > span(filters.until)[1]:
            return False
    if filters.pages and not set(filters.pages) & set(paper.pages):
        return False
    if filters.only is not None and paper.id not in filters.only:
        return False
    return paper.id not in filters.exclude


@st.composite
def dates(draw: st.DrawFn) -> str:
    """A year, a month or a day around those of papers."""
    day = draw(st.dates(datetime.date(2019, 1, 1), datetime.date(2027, 12, 31))).isoformat()
    return day[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def filters_for(draw: st.DrawFn, papers: Sequence[Paper]) -> Filters:
    """Filters that keep many, few or none of the papers."""
    ids = [paper.id for paper in papers]
    pages = sorted({page for paper in papers for page in paper.pages})
    since, until = draw(st.none() | dates()), draw(st.none() | dates())
    if since and until and span(since)[0] > span(until)[1]:
        since, until = until, since
    listed = st.lists(st.sampled_from(pages), max_size=2)
    some = st.lists(st.sampled_from(ids), max_size=12, unique=True)
    # All but some: as many as a reader could hardly name, but a program could.
    most = some.map(lambda out: [ident for ident in ids if ident not in out])
    return Filters(
        since=since,
        until=until,
        pages=tuple(draw(st.just([]) | listed)),
        only=draw(st.none() | some.map(tuple) | most.map(tuple)),
        exclude=tuple(draw(st.just([]) | some | most)),
    )
