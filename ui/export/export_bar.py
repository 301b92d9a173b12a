"""The export buttons of an answer and of a conversation. Pure: safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from typing import get_args

from footnote.rag.answer import Answer
from footnote.ui import strings
from footnote.ui.escape import encode
from footnote.ui.export.downloads import CITING, ExportFormat, ExportSource

WHOLE = 0
"""The number that stands for the whole conversation, in place of a turn's number."""


def answer_bar(turn: int, answer: Answer) -> str:
    """The buttons of one answer."""
    return _bar(turn, strings.EXPORT_ANSWER, cited=bool(answer.citations))


def conversation_bar(source: ExportSource) -> str:
    """The buttons of the whole conversation; empty if it has no answer."""
    if not source.answers:
        return ""
    cited = any(answer.citations for answer in source.answers.values())
    return _bar(WHOLE, strings.EXPORT_WHOLE, cited=cited)


def _bar(turn: int, label: str, *, cited: bool) -> str:
    kinds = [kind for kind in get_args(ExportFormat) if cited or kind not in CITING]
    buttons = _button(turn, "copy", strings.COPY, strings.COPY_TIP)
    for kind in kinds:
        buttons += _button(turn, kind, strings.EXPORT_KINDS[kind], strings.EXPORT_TIPS[kind])
    return f'<div class="fn-export-bar"><span>{encode(label)}</span> {buttons}</div>'


def _button(turn: int, kind: str, name: str, tip: str) -> str:
    return (
        f'<button type="button" class="fn-export" value="{turn}:{kind}" title="{encode(tip)}">'
        f"{encode(name)}</button> "
    )
