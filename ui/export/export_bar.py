"""The export buttons of an answer and of a conversation. Pure: safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from footnote.rag.answer import Answer
from footnote.ui import strings
from footnote.ui.escape import encode
from footnote.ui.export.downloads import CITING, ExportFormat, ExportSource

WHOLE = 0
"""The number that stands for the whole conversation, in place of a turn's number."""
MENUS: tuple[tuple[str, tuple[ExportFormat, ...]], ...] = (
    (strings.CITE, ("bib", "ris", "csl")),
    (strings.MORE, ("md", "txt", "json", "csv")),
)
"""The kinds of files, by the menu that holds them."""


def answer_bar(turn: int, answer: Answer) -> str:
    """The buttons of one answer."""
    return _bar(turn, cited=bool(answer.citations))


def conversation_bar(source: ExportSource) -> str:
    """The buttons of the whole conversation; empty if it has no answer."""
    if not source.answers:
        return ""
    cited = any(answer.citations for answer in source.answers.values())
    return _bar(WHOLE, f"<span>{encode(strings.EXPORT_WHOLE)}</span> ", cited=cited)


def _bar(turn: int, label: str = "", *, cited: bool) -> str:
    menus = [(name, [kind for kind in kinds if cited or kind not in CITING]) for name, kinds in MENUS]
    shown = "".join(_menu(turn, name, kinds) for name, kinds in menus if kinds)
    copy = _button(turn, "copy", strings.COPY, strings.COPY_TIP)
    return f'<div class="fn-export-bar">{label}{copy}{shown}</div>'


def _menu(turn: int, name: str, kinds: list[ExportFormat]) -> str:
    buttons = "".join(
        _button(turn, kind, strings.EXPORT_KINDS[kind], strings.EXPORT_TIPS[kind]) for kind in kinds
    )
    return f'<details class="fn-menu"><summary>{encode(name)}</summary>{buttons}</details> '


def _button(turn: int, kind: str, name: str, tip: str) -> str:
    return (
        f'<button type="button" class="fn-export" value="{turn}:{kind}" title="{encode(tip)}">'
        f"{encode(name)}</button> "
    )
