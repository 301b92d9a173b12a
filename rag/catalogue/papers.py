"""Papers as the catalogue lists them: those that pass filters, those with a topic, the one that is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.rag.retrieval.name_match import named_papers
from footnote.store import contents
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Paper, title_key

_LEAST_KEY = 4
"""Letters of a name that a title may begin with."""
_WITHIN = 3
"""Words of a name that may stand anywhere in a title."""


@dataclass(frozen=True)
class PaperList:
    """Some papers of a library in an order: newest first, undated ones last, unless `among` chose them."""

    library: Library
    entries: tuple[contents.DatedPaper, ...]

    @classmethod
    def of(
        cls, library: Library, filters: Filters | None, *, since: int | None = None, until: int | None = None
    ) -> PaperList:
        """The papers that pass `filters` and whose year is in the range."""
        passing = set(library.lexical.passing(filters)) if filters else None
        entries = [
            entry
            for entry in contents.dated_papers(library.catalog)
            if (passing is None or entry.id in passing) and _in_range(entry.year, since, until)
        ]
        # Stable sorts: by arrival within a date.
        entries.sort(key=lambda entry: entry.date or "", reverse=True)
        entries.sort(key=lambda entry: entry.year is None)
        return cls(library, tuple(entries))

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def ids(self) -> list[str]:
        """The papers' ids."""
        return [entry.id for entry in self.entries]

    def among(self, ids: Sequence[str]) -> PaperList:
        """Those of `ids`, in that order."""
        here = {entry.id: entry for entry in self.entries}
        return PaperList(self.library, tuple(here[ident] for ident in ids if ident in here))

    def first(self, count: int) -> tuple[contents.DatedPaper, ...]:
        """The first `count` papers."""
        return self.entries[:count]

    def newest(self, count: int | None = None) -> list[contents.DatedPaper]:
        """Papers that have a year, the newest first."""
        dated = [entry for entry in self.entries if entry.year is not None]
        return sorted(dated, key=lambda entry: entry.date or "", reverse=True)[:count]

    def years(self) -> list[int | None]:
        """The year of each paper."""
        return [entry.year for entry in self.entries]

    def pages(self) -> Counter[str]:
        """How many of the papers each page or file listed."""
        listed = contents.pages_by_paper(self.library.catalog)
        return Counter(page for ident in self.ids for page in listed.get(ident, ()))

    def authors(self) -> dict[str, tuple[str, ...]]:
        """The authors of those papers that have some, by id, in the papers' order."""
        known = contents.authors_by_paper(self.library.catalog)
        return {ident: known[ident] for ident in self.ids if ident in known}

    def venues(self) -> dict[str, str]:
        """The venue of each paper that has one, by id."""
        known = contents.venues_by_paper(self.library.catalog)
        return {ident: known[ident] for ident in self.ids if ident in known}


def _in_range(year: int | None, since: int | None, until: int | None) -> bool:
    if since is None and until is None:
        return True
    return year is not None and (since is None or year >= since) and (until is None or year <= until)


def with_topic(library: Library, topic: str) -> list[str]:
    """The ids of papers that have all words of `topic` in title or abstract, the best match first."""
    return [ident for ident, _ in library.lexical.having_all(topic)]


def named_paper(name: str, library: Library, filters: Filters | None) -> Paper | None:
    """The one paper that `name` stands for: by its title, some of it, or a name that it alone has."""
    key = title_key(name)
    found = [ident for ident, _ in library.lexical.search(name, 10, filters)]
    entries = library.catalog.get(found)
    papers = [entries[ident].paper for ident in found if ident in entries]
    within = len(name.split()) >= _WITHIN
    titled = [
        p for p in papers if (key in title_key(p.title) if within else title_key(p.title).startswith(key))
    ]
    if len(titled) == 1 and len(key) >= _LEAST_KEY:
        return titled[0]
    if len(name.split()) > _WITHIN:
        return None
    subjects = {each.subject for each in named_papers(name, library, filters)}
    if len(subjects) != 1 or None in subjects:
        return None
    return next((entry.paper for entry in library.catalog.get(list(filter(None, subjects))).values()), None)
