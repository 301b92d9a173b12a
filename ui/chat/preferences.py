"""A reader's preferences for answers ("How to answer"): level, length, language, papers, threshold, model.

The browser stores the values that a reader has changed, and nothing else: never a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from footnote.rag.settings import Settings
from footnote.ui import strings

_FIELDS = ("level", "length", "language", "instructions")
_NAMES = (*_FIELDS, "papers", "refuse_below", "model")
MAX_LANGUAGE_CHARS = 40
MAX_INSTRUCTIONS_CHARS = 500
MAX_PAPERS = 20


def controls(settings: Settings) -> list[Component]:
    """The controls with the server's values, in the order in which `read` takes their values.

    Those about a chat model are visible only if a model composes the answers.
    """
    composes = settings.resolved_mode == "llm"
    level, length, language, instructions, papers, threshold, model = _server_values(settings)
    return [
        gr.Dropdown(
            [(label, value) for value, label in strings.LEVELS.items()],
            value=level,
            label=strings.LEVEL,
            visible=composes,
            elem_id="fn-level",
        ),
        gr.Dropdown(
            [(label, value) for value, label in strings.LENGTHS.items()],
            value=length,
            label=strings.LENGTH,
            visible=composes,
            elem_id="fn-length",
        ),
        gr.Textbox(
            language,
            label=strings.LANGUAGE,
            placeholder=strings.LANGUAGE_PLACEHOLDER,
            max_length=MAX_LANGUAGE_CHARS,
            visible=composes,
            elem_id="fn-language",
        ),
        gr.Textbox(
            instructions,
            label=strings.INSTRUCTIONS,
            placeholder=strings.INSTRUCTIONS_PLACEHOLDER,
            max_length=MAX_INSTRUCTIONS_CHARS,
            lines=2,
            visible=composes,
            elem_id="fn-instructions",
        ),
        gr.Slider(1, MAX_PAPERS, value=papers, step=1, label=strings.PAPERS_READ, elem_id="fn-papers-read"),
        gr.Slider(0, 1, value=threshold, step=0.05, label=strings.THRESHOLD, elem_id="fn-threshold"),
        gr.Dropdown(
            _models(settings),
            value=model,
            label=strings.MODEL,
            visible=composes and len(_models(settings)) > 1,
            elem_id="fn-model",
        ),
    ]


def read(settings: Settings, values: Sequence[Any]) -> Settings:
    """The server's settings with the values of the controls. Raises SettingsError.

    The values come from a browser: a model that the server doesn't allow is ignored.
    """
    *profile, papers, threshold, model = values
    changes: dict[str, Any] = {
        "reader": dict(zip(_FIELDS, (value or "" for value in profile), strict=True)),
        "refuse_below": threshold,
    }
    if papers != settings.resolved_papers:
        changes["papers"] = papers
    if model in _models(settings):
        changes["model"] = model
    return settings.changed(**changes)


def to_store(settings: Settings, values: Sequence[Any]) -> dict[str, Any]:
    """What the browser stores: the values that differ from the server's."""
    named = zip(_NAMES, values, _server_values(settings), strict=True)
    return {name: value for name, value, given in named if (value or None) != (given or None)}


def restored(settings: Settings, stored: object) -> list[Any]:
    """The controls' values from what the browser stored, or the server's if that is missing or invalid."""
    known = stored if isinstance(stored, dict) else {}
    return [
        known[name] if name in known and _is_valid(settings, name, known[name]) else given
        for name, given in zip(_NAMES, _server_values(settings), strict=True)
    ]


def _server_values(settings: Settings) -> list[Any]:
    """The server's values of the controls."""
    reader = [getattr(settings.reader, name) for name in _FIELDS]
    return [*reader, min(MAX_PAPERS, settings.resolved_papers), settings.refuse_below, settings.model]


def _is_valid(settings: Settings, name: str, value: object) -> bool:
    # Lists, not sets: a browser may send values that aren't hashable.
    match name:
        case "level":
            return value in list(strings.LEVELS)
        case "length":
            return value in list(strings.LENGTHS)
        case "language":
            return isinstance(value, str) and len(value) <= MAX_LANGUAGE_CHARS
        case "instructions":
            return isinstance(value, str) and len(value) <= MAX_INSTRUCTIONS_CHARS
        case "papers":
            return isinstance(value, int) and 1 <= value <= MAX_PAPERS
        case "refuse_below":
            return isinstance(value, int | float) and 0 <= value <= 1
    return value in _models(settings)


def _models(settings: Settings) -> list[str]:
    return list(dict.fromkeys([*([settings.model] if settings.model else []), *settings.models]))
