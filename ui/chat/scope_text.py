"""The scope of a question as text and HTML for readers. Pure; knows nothing of Gradio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footnote.rag.filters import FiltersError
from footnote.store.filters import Filters
from footnote.store.papers import is_date
from footnote.ui import strings
from footnote.ui.escape import encode, replace_surrogates

_SHOWN_CHARS = 80
_FIELDS = {
    "since": strings.SINCE,
    "until": strings.UNTIL,
    "pages": strings.PAGES,
    "only": strings.ONLY_PAPERS,
    "authors": strings.AUTHORS,
    "venues": strings.VENUES,
}


def chips(filters: Filters | None, titles: Sequence[str]) -> str:
    """The scope as a row of chips, HTML as in `ui.chat.render`; empty if it is all papers.

    titles: of the papers that the filters select, if the library has them.
    """
    if not filters:
        return ""
    parts = [_restriction(words, part, titles) for words, part in filters.parts()]
    return _row(strings.SCOPED_TO, parts)


def broken_chip(reason: str) -> str:
    """A row of one chip with the reason why the scope can't be used."""
    return _row("", [reason], " fn-fault")


def describe(error: FiltersError, given: Mapping[str, object]) -> str:
    """The error in a scope, with the page's labels for the fields.

    given: the values of the controls, by field of Filters.
    """
    field = _FIELDS.get(error.field, strings.SCOPE)
    value = str(given.get(error.field) or "")
    if error.field not in ("since", "until"):
        return strings.SCOPE_BROKEN.format(field=field, problem=error.problem)
    if is_date(value) and not value.startswith("--"):
        return strings.SCOPE_ORDER
    return strings.SCOPE_NO_DATE.format(field=field, value=short(value))


def gone(count: int, left: int) -> str:
    """A note that `count` of the selected papers were removed from the library, and `left` remain."""
    if not left:
        return strings.SCOPE_ALL_GONE
    removed = strings.SCOPE_GONE[count != 1].format(count=f"{count:,}")
    return f"{removed} {strings.SCOPE_LEFT[left != 1].format(count=f'{left:,}')}"


def short(text: str) -> str:
    """The text on one line, cut to the length of a chip or a list item."""
    text = replace_surrogates(" ".join(text.split()))
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _restriction(words: str, part: Filters, titles: Sequence[str]) -> str:
    if part.only is None:
        return words
    if len(part.only) == 1 and titles:
        return f"“{short(titles[0])}”"
    return strings.SCOPED_MANY[len(part.only) != 1].format(count=f"{len(part.only):,}")


def _row(lead: str, parts: Sequence[str], kind: str = "") -> str:
    shown = " ".join(f'<bdi class="fn-chip{kind}">{encode(part)}</bdi>' for part in parts)
    return f'<p class="fn-chips">{f"<span>{encode(lead)}</span> " if lead else ""}{shown}</p>'
