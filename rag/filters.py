"""Filters as interfaces take them: parsed from options, checked against the library, and explained."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from footnote.store.authors import displayed
from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters

if TYPE_CHECKING:  # a wrong option is reported without loading the indexes' libraries
    from footnote.store.library import Library

_KNOWN_SHOWN = 20
_SIMILAR_READ = 20
"""Papers whose authors or venues are compared with a name that no paper has."""
_SIMILAR_SHOWN = 3


class FiltersError(FootnoteError):
    """Filters can't be used: a value is wrong, or names something that the library doesn't have.

    field: the field of Filters to correct; interfaces may call it by another name. problem: what is wrong.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


def read_filters(**values: Any) -> Filters:
    """Filters from untrusted values. Raises FiltersError where Filters refuses one."""
    try:
        return Filters(**values)
    except ValidationError as error:
        problem = error.errors()[0]
        field, *place = problem["loc"] or ("until",)  # a range that ends before it begins belongs to no field
        culprit = f" ({_short(str(problem['input']))})" if place else ""
        message = problem["msg"].removeprefix("Value error, ") + culprit
        raise FiltersError(str(field), message) from None  # the cause would show values of any length


def checked_filters(filters: Filters | None, library: Library) -> Filters | None:
    """The filters; None where they restrict nothing.

    Raises FiltersError for a page, an author, a venue or an id that the library doesn't have, and for any
    other type.
    """
    if filters is None:
        return None
    if not isinstance(filters, Filters):
        raise FiltersError("filters", f"it is {type(filters).__name__}: pass footnote.Filters(since=…, …)")
    _check_pages(filters.pages, library)
    _check_names("authors", filters.authors, library)
    _check_names("venues", filters.venues, library)
    _check_ids("only", filters.only or (), library)
    _check_ids("exclude", filters.exclude, library)
    return filters or None


def _check_pages(pages: Collection[str], library: Library) -> None:
    # First the index: the catalog would have to read every paper.
    unindexed = [page for page in pages if not library.lexical.count(Filters(pages=(page,)))]
    if not unindexed:
        return
    known = library.catalog.pages()
    for page in unindexed:
        if page not in known:
            raise FiltersError("pages", f"the library has no page {_short(page)}; {_hint(page, known)}")


def _hint(page: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(page, known, 3):
        return f"did you mean {' or '.join(near)}?"
    more = f" and {len(known) - _KNOWN_SHOWN} more" if len(known) > _KNOWN_SHOWN else ""
    return f"known: {', '.join(known[:_KNOWN_SHOWN]) or 'none'}{more}"


def _check_names(field: Literal["authors", "venues"], names: Collection[str], library: Library) -> None:
    unknown = [name for name in names if not library.lexical.count(Filters(**{field: (name,)}))]
    if not unknown:
        return
    kind: Literal["author", "venue"] = "author" if field == "authors" else "venue"
    shown = names_like(kind, unknown[0], library)
    hint = f"; did you mean {' or '.join(shown)}?" if shown else ""
    raise FiltersError(field, f"no paper of the library has the {kind} {_short(unknown[0])}{hint}")


def names_like(kind: Literal["author", "venue"], name: str, library: Library) -> list[str]:
    """A few authors or venues of the library that are spelt like a name, the most like it first."""
    near = library.catalog.get(library.lexical.similar(kind, name, _SIMILAR_READ))
    papers = [entry.paper for entry in near.values()]
    known = {
        name: None
        for paper in papers
        for name in (paper.authors if kind == "author" else [paper.venue or ""])
    }
    names = map(displayed, known) if kind == "author" else known
    return sorted(names, key=lambda other: _unlike(name, other))[:_SIMILAR_SHOWN]


def _unlike(name: str, other: str) -> float:
    """How different two names are, 0 … 1, by the part of the other that is most like the first."""
    words = other.split()
    whole = [other, *words]
    return 1 - max(difflib.SequenceMatcher(None, name.casefold(), each.casefold()).ratio() for each in whole)


def _check_ids(field: str, ids: Collection[str], library: Library) -> None:
    # First the index, here too; but only the catalog has papers that wait to be indexed.
    missing = set(ids) - library.lexical.among(set(ids), Filters())
    missing -= library.catalog.get(sorted(missing)).keys()
    if missing:
        more = f" ({len(missing)} such ids in all)" if len(missing) > 1 else ""
        raise FiltersError(
            field,
            f"no paper of the library has the id {_short(min(missing))}{more}; "
            "`footnote search … --json` shows the ids of papers",
        )


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else name[:79] + "…")


def none_pass(filters: Filters, library: Library) -> tuple[str, ...]:
    """A sentence for the reader where no paper passes the filters, with the reason.

    Empty where a paper passes.
    """
    lexical = library.lexical
    if lexical.count(filters):
        return ()
    causes = [words for words, part in filters.parts() if not lexical.count(part)]
    reason = f"none is {' and none is '.join(causes)}" if causes else "some pass each of them, none pass all"
    undated = lexical.count() - lexical.count(Filters(since="0001"))
    if undated and (filters.since or filters.until):
        reason += f" (papers whose year isn't known fit no range of dates; here {undated})"
    return (f"No paper of this library passes the filters: {reason}.",)
