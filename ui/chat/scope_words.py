"""The scope of a question in words for readers. Pure; knows nothing of Gradio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footnote.rag.filters import FiltersError
from footnote.store.filters import Filters
from footnote.store.papers import is_date
from footnote.ui import strings
from footnote.ui.escape import encode, sound

_SHOWN_CHARS = 80
_FIELDS = {
    "since": strings.SINCE,
    "until": strings.UNTIL,
    "pages": strings.PAGES,
    "only": strings.ONLY_PAPERS,
}


def chips(filters: Filters | None, titles: Sequence[str]) -> str:
    """What a question is asked of, as HTML (see `ui.chat.render` on what kind); empty where it is all papers.

    titles: of the papers that the filters choose, as far as the library has them.
    """
    if not filters:
        return ""
    parts = [_restriction(words, part, titles) for words, part in filters.parts()]
    return _row(strings.SCOPED_TO, parts)


def broken_chip(reason: str) -> str:
    """The same where the scope can't be used: why not."""
    return _row("", [reason], " fn-fault")


def told(error: FiltersError, given: Mapping[str, object]) -> str:
    """What is wrong with a scope, in the page's own names for its fields.

    given: the values that were read, by the names of Filters.
    """
    field = _FIELDS.get(error.field, strings.SCOPE)
    value = str(given.get(error.field) or "")
    if error.field not in ("since", "until"):
        return strings.SCOPE_BROKEN.format(field=field, problem=error.problem)
    if is_date(value) and not value.startswith("--"):
        return strings.SCOPE_ORDER
    return strings.SCOPE_NO_DATE.format(field=field, value=short(value))


def gone(count: int, left: int) -> str:
    """That `count` of the chosen papers aren't in the library any more, and `left` are."""
    if not left:
        return strings.SCOPE_ALL_GONE
    was = strings.SCOPE_GONE[count != 1].format(count=f"{count:,}")
    return f"{was} {strings.SCOPE_LEFT[left != 1].format(count=f'{left:,}')}"


def short(text: str) -> str:
    """One line that fits a chip or a list."""
    text = sound(" ".join(text.split()))
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"


def _restriction(words: str, part: Filters, titles: Sequence[str]) -> str:
    if part.only is None:
        return words
    if len(part.only) == 1 and titles:
        return f"“{short(titles[0])}”"
    return strings.SCOPED_MANY[len(part.only) != 1].format(count=f"{len(part.only):,}")


def _row(lead: str, parts: Sequence[str], kind: str = "") -> str:
    shown = " ".join(f'<bdi class="fn-chip{kind}">{encode(sound(part))}</bdi>' for part in parts)
    return f'<p class="fn-chips">{f"<span>{encode(lead)}</span> " if lead else ""}{shown}</p>'
