"""Counts, titles and years in the words of the catalogue's replies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from footnote.rag.catalogue.papers import PaperList
from footnote.rag.catalogue.slots import Slots
from footnote.rag.export.readable import RETRACTED, readable_date
from footnote.store import contents
from footnote.store.display import plain_text
from footnote.store.papers import Paper

SHOWN = 30
"""Titles of a list, at most."""
_LEFT = "… and {count} more: narrow the question, or see the list of papers."


def in_years(slots: Slots) -> str:
    """The years in words: " from 2024", " from 2023 or later"; empty without any."""
    if slots.since and slots.until:
        return f" from {slots.since}" + (f" to {slots.until}" if slots.until != slots.since else "")
    if slots.since:
        return f" from {slots.since} or later"
    return f" from {slots.until} or earlier" if slots.until else ""


def per_year(papers: PaperList) -> list[str]:
    """A line with the number of papers of each year; none where no paper has one."""
    years = Counter(papers.years())
    without = years.pop(None, 0)
    if not years:
        return []
    parts = [f"{count} from {year}" for year, count in sorted(years.items(), reverse=True)]
    shown = ", ".join(parts[:SHOWN])
    return [f"By year: {shown}{f'; {without} without a year' if without else ''}."]


def listed(papers: PaperList) -> list[str]:
    """A line for each of the first papers, and one for the others."""
    return [*title_lines(papers.first(SHOWN)), *more_line(len(papers) - SHOWN)]


def title_lines(papers: Sequence[Paper | contents.DatedPaper]) -> list[str]:
    """A line for each paper: its title and date, and that it was retracted."""
    return [
        f"- {f'[{RETRACTED}] ' if p.retraction else ''}{plain_text(p.title)}"
        f"{f', {readable_date(p.date)}' if p.date else ''}"
        for p in papers
    ]


def more_line(count: int) -> list[str]:
    """A line that says how many more there are; none where that is 0."""
    return [_LEFT.format(count=count)] if count > 0 else []


def year_of(paper: contents.DatedPaper) -> str:
    """The year of a dated paper."""
    return (paper.date or "")[:4]


def count_of_papers(count: int) -> str:
    """A number of papers: "1 paper", "2,000 papers"."""
    return counted(count, "paper")


def counted(count: int, noun: str) -> str:
    """A number of things: "1 file", "2 files"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
