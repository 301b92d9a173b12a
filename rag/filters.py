"""Filters as the faces take them: read from options, held against the library, and blamed."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from footnote.store.errors import FootnoteError
from footnote.store.filters import Filters

if TYPE_CHECKING:  # a wrong option is told without loading the indexes' libraries
    from footnote.store.library import Library

_KNOWN_SHOWN = 20


class FiltersError(FootnoteError):
    """Filters can't be used: a value isn't what it should be, or names what the library doesn't have.

    field: of Filters, the one to mend; faces may call it by another name. problem: the rest.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"{field}: {problem}")


def read_filters(**values: Any) -> Filters:
    """Filters of values from outside. Raises FiltersError where Filters refuses one."""
    try:
        return Filters(**values)
    except ValidationError as error:
        problem = error.errors()[0]
        field, *place = problem["loc"] or ("until",)  # a range that ends before it begins is no field's
        culprit = f" ({_short(str(problem['input']))})" if place else ""
        told = problem["msg"].removeprefix("Value error, ") + culprit
        raise FiltersError(str(field), told) from None  # the cause would show values of any length


def checked_filters(filters: Filters | None, library: Library) -> Filters | None:
    """The filters; None where they restrict nothing.

    Raises FiltersError for a page or an id that the library doesn't have, and for what isn't Filters.
    """
    if filters is None:
        return None
    if not isinstance(filters, Filters):
        raise FiltersError("filters", f"{type(filters).__name__} given: make it rag.Filters(since=…, …)")
    _check_pages(filters.pages, library)
    _check_ids("only", filters.only or (), library)
    _check_ids("exclude", filters.exclude, library)
    return filters or None


def _check_pages(pages: Collection[str], library: Library) -> None:
    # The index is asked first: the catalog knows pages only by reading every paper.
    doubtful = [page for page in pages if not library.lexical.count(Filters(pages=(page,)))]
    if not doubtful:
        return
    known = library.catalog.pages()
    for page in doubtful:
        if page not in known:
            raise FiltersError("pages", f"the library has no page {_short(page)}; {_hint(page, known)}")


def _hint(page: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(page, known, 3):
        return f"did you mean {' or '.join(near)}?"
    more = f" and {len(known) - _KNOWN_SHOWN} more" if len(known) > _KNOWN_SHOWN else ""
    return f"known: {', '.join(known[:_KNOWN_SHOWN]) or 'none'}{more}"


def _check_ids(field: str, ids: Collection[str], library: Library) -> None:
    # Here too: reading papers takes longer, but the catalog knows those that wait to be indexed.
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
    """A sentence for the reader where no paper passes: that it is so, and what is to blame.

    Empty where some paper passes.
    """
    lexical = library.lexical
    if lexical.count(filters):
        return ()
    blamed = [words for words, part in filters.parts() if not lexical.count(part)]
    reason = f"none is {' and none is '.join(blamed)}" if blamed else "some pass each of them, none pass all"
    undated = lexical.count() - lexical.count(Filters(since="0001"))
    if undated and (filters.since or filters.until):
        reason += f" (papers whose year isn't known fit no range of dates; here {undated})"
    return (f"No paper of this library passes the filters: {reason}.",)
